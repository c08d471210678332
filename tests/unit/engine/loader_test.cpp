// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/loader.hpp"

#include <doctest/doctest.h>

#include "engine_fixture.hpp"

using namespace mailstack;
using namespace mailstack::test;

namespace {

using Texts = std::vector<std::string>;

const std::map<std::string, WrittenFile> nothing_written;

Configuration loaded(Disk& disk, const Configuration* held = nullptr) {
    return load(layout, disk, nothing_written, held);
}

std::string mailer(const std::string& name) {
    return "M" + name + ",\tP=[IPC], F=mDFMuX, A=TCP $h\n";
}

std::string cf_with(const std::string& more) {
    return "O AliasFile=" + text_path + "\nKaccess hash -T<TMPF> /etc/mail/access\n" + more;
}

}  // namespace

TEST_CASE("what an unchanged sendmail.cf names is not looked for again") {
    const auto disk = disk_with_mc("dnl\n");
    disk->put(cf_path, cf_with(mailer("one")));
    Configuration held = loaded(*disk);
    REQUIRE(held.named.mailers == Texts{"one"});
    held.named.mailers = {"as it was held"};
    CHECK(loaded(*disk, &held).named.mailers == Texts{"as it was held"});
}

TEST_CASE("what is held of a sendmail.cf does not outlive it") {
    const auto disk = disk_with_mc("dnl\n");
    disk->put(cf_path, cf_with(mailer("one")));
    const Configuration held = loaded(*disk);

    SUBCASE("edited by hand, to the same length") {
        disk->put(cf_path, cf_with(mailer("two")));
        const Configuration now = loaded(*disk, &held);
        CHECK(now.named.mailers == Texts{"two"});
        CHECK(now.named.cf.print() == now.cf.file.print());
    }
    SUBCASE("with a map more, a file of class w and another alias file") {
        disk->put("/etc/mail/lists", "list: root\n");
        disk->put(cf_path,
                  "O AliasFile=/etc/mail/lists\nKvirtuser hash /etc/mail/virtusertable\n"
                  "Fw/etc/mail/local-host-names %[^\\#]\n");
        const Configuration now = loaded(*disk, &held);
        CHECK(now.aliases.front().text_path == "/etc/mail/lists");
        CHECK(now.aliases.front().file.find("list"));
        CHECK(now.tables[0].map_path.empty());
        CHECK(now.tables[1].map_path == "/etc/mail/virtusertable.db");
        CHECK(now.domains.unused.empty());
        CHECK(now.named.mailers.empty());
    }
    SUBCASE("gone") {
        disk->remove(cf_path);
        const Configuration now = loaded(*disk, &held);
        CHECK(now.named.mailers.empty());
        CHECK(now.aliases.front().map_path.empty());
        CHECK_FALSE(now.tables[0].unused.empty());
    }
    SUBCASE("replaced in the configuration, and put back") {
        const CfText other = CfText::parse(cf_with(mailer("three")));
        Configuration mixed = with_cf(layout, *disk, nothing_written, held, other);
        CHECK(mixed.named.mailers == Texts{"three"});
        mixed.cf = held.cf;  // names what the other one does
        CHECK(loaded(*disk, &mixed).named.mailers == Texts{"one"});
    }
}

TEST_CASE("of two maps of one name the last counts, as with sendmail") {
    const auto disk = disk_with_mc("dnl\n");
    disk->put(cf_path, cf_with("Kaccess hash /etc/mail/access2\nKmsroute hash /etc/mail/msroute\n"
                               "Kmsauth hash /etc/mailstack/authinfo\nKmsauth null\n"));
    const Configuration now = loaded(*disk);
    CHECK(now.tables[0].map_path == "/etc/mail/access2.db");
    CHECK(now.routes.map_path == "/etc/mail/msroute.db");
    CHECK(now.credentials.map_path.empty());
    CHECK(now.named.map("virtuser") == nullptr);
}
