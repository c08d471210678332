// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A procmailrc is read as procmail itself reads it: files put together at random are given to both.
#include <doctest/doctest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/run.hpp"
#include "formats/procmailrc.hpp"

using namespace mailstack;
using Kind = RcStatement::Kind;

namespace {

const std::string program = "/usr/bin/procmail";
const RcPart part{.include = "/dev/null"};

struct RcPath {
    RcPath() : path(std::filesystem::temp_directory_path() / ("procmailrc-" + std::to_string(::getpid()))) {}
    RcPath(const RcPath&) = delete;
    RcPath& operator=(const RcPath&) = delete;
    ~RcPath() { std::filesystem::remove(path); }
    std::string path;
};

/// What procmail tells of its work, as a user who may write nowhere.
std::string told(const std::string& path) {
    Command command{{program, "-m", "VERBOSE=on", "DEFAULT=/dev/null", path}};
    command.directory = "/proc";
    command.no_new_privileges = true;
    command.resources.file_size = 0;
    if (::geteuid() == 0) {
        command.as = UserIdentity{.user = 65533, .group = 65533};
    }
    RunLimits limits;
    limits.patience = std::chrono::seconds(20);
    return run(command, "From a@b Mon Nov 23 08:00:00 2026\nSubject: x\nTo: y\n\nbody\n", limits).errors;
}

std::string at_random(std::mt19937& random) {
    static const std::array<std::string, 42> pieces{"V1=a",
                                                    "`",
                                                    "V9=`true` ",
                                                    "V2 = b ",
                                                    "V3='c d'",
                                                    "V4=\"e",
                                                    "\"",
                                                    "'",
                                                    "\\",
                                                    "\n",
                                                    "\n",
                                                    "\n\n",
                                                    "# note",
                                                    " ",
                                                    ":0\n",
                                                    ":0\n* ^Subject\n",
                                                    ":0\n* ! ^Subject\n",
                                                    ":0 c\n",
                                                    ":0 B\n* nothing\n",
                                                    "{ ",
                                                    "{\n",
                                                    "}",
                                                    " }\n",
                                                    "/dev/null\n",
                                                    "* > 5\n",
                                                    "* V1 ?? a\n",
                                                    "DROPPRIVS=yes",
                                                    "DROPPRIVS=no\n",
                                                    "DROPPRIVS=${V9:-yes}",
                                                    "V5=${V1:-x}",
                                                    "V6=$V1#",
                                                    "V7=${V9:-}",
                                                    "$V1",
                                                    "V8=\\#x",
                                                    "word",
                                                    ":0 E\n",
                                                    ":0 A\n",
                                                    ":\n",
                                                    "\\\n",
                                                    "\t",
                                                    "=",
                                                    "7"};
    std::string text;
    for (std::size_t count = random() % 24; count > 0; --count) {
        text += pieces[random() % pieces.size()];
        text += random() % 3 == 0 ? "\n" : "";
    }
    return text;
}

bool may_end_early(const ProcmailRc& rc) {
    for (const RcStatement& one : rc.statements()) {
        if (one.kind == Kind::Recipe && one.recipe.action != RcRecipe::Action::Block) {
            return true;
        }
    }
    return false;
}

bool is_literal(const std::string& value) {
    return value.find_first_of("$`\\\"'#\n") == std::string::npos;
}

/// Each assignment outside of blocks, in order, until one is not found.
std::string missing(const ProcmailRc& rc, const std::string& log) {
    std::size_t at = 0;
    for (const RcStatement& one : rc.statements()) {
        if (one.kind == Kind::Assignment && one.depth == 0 && is_literal(one.value)) {
            const std::string line = "procmail: Assigning \"" + one.name + '=' + one.value + "\"\n";
            const auto found = log.find(line, at);
            if (found == std::string::npos) {
                return line;
            }
            at = found + line.size();
        }
    }
    return "";
}

}  // namespace

TEST_CASE("what is said of a procmailrc is what procmail does with it") {
    if (::access(program.c_str(), X_OK) != 0) {
        MESSAGE("no procmail here");
        return;
    }
    const RcPath rc_file;
    std::mt19937 random(20261123);
    int edited = 0, all_read = 0;
    for (int i = 0; i < 400; ++i) {
        const std::string text = at_random(random);
        CAPTURE(text);
        ProcmailRc rc;
        try {
            rc = ProcmailRc::parse(text).with_section(part);
        } catch (const Error& error) {
            CHECK(error.code() == Code::InvalidConfiguration);
            continue;
        }
        ++edited;
        std::ofstream(rc_file.path) << rc.print();
        const std::string log = told(rc_file.path);
        CAPTURE(log);
        const auto included = log.find("Assigning \"INCLUDERC=/dev/null\"");
        const auto dropped = log.find("Assuming identity of the recipient");
        if (included != std::string::npos) {
            CHECK(dropped < included);
        }
        if (!may_end_early(rc)) {
            ++all_read;
            CHECK(included != std::string::npos);
            CHECK(missing(rc, log).empty());
        }
    }
    CHECK(edited > 150);
    CHECK(all_read > 50);
}
