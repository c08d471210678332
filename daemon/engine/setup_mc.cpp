// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/setup_mc.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "engine/local_mailer.hpp"
#include "engine/setup_ports.hpp"
#include "formats/cf_options.hpp"

namespace mailstack {
namespace {

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : text) {
        if (!is_blank(c) && c != '\n') {
            word += c;
        } else if (!word.empty()) {
            words.push_back(std::exchange(word, {}));
        }
    }
    if (!word.empty()) {
        words.push_back(word);
    }
    return words;
}

/// The values of the lines of a .cf that begin with `head`: "Dj" gives what $j is.
std::vector<std::string> cf_lines(std::string_view cf, std::string_view head) {
    std::vector<std::string> values;
    while (!cf.empty()) {
        const auto line = cf.substr(0, cf.find('\n'));
        cf.remove_prefix(std::min(cf.size(), line.size() + 1));
        if (line.starts_with(head)) {
            values.emplace_back(trimmed(line.substr(head.size())));
        }
    }
    return values;
}

/// What is there already, as far as the .cf tells or the file itself says.
class Present {
  public:
    Present(const McFile& file, std::string_view cf) : file_(file), cf_(cf) {}

    std::string option(std::string_view name, std::string_view define) const {
        if (cf_.empty()) {
            const auto definition = file_.defined(define);
            return definition && definition->literal ? definition->value : "";
        }
        return cf_value(cf_, name);
    }
    std::string own_name() const {
        const auto values = cf_lines(cf_, "Dj");
        return cf_.empty() ? option("", "confDOMAIN_NAME") : values.empty() ? "" : values.back();
    }
    std::set<std::string> trusted_mechanisms() const {
        std::string all = joined(cf_lines(cf_, "C{TrustAuthMech}"), " ");
        for (const auto* call : file_.calls("TRUST_AUTH_MECH")) {
            all += call->arguments.empty() ? "" : " " + call->arguments[0].text;
        }
        const auto words = words_of(all);
        return {words.begin(), words.end()};
    }
    bool has_class_w_file() const {
        return cf_.empty() ? file_.has_feature("use_cw_file") : !cf_class_files(cf_, "w").empty();
    }
    bool has_map(std::string_view name) const {
        const auto maps = cf_maps(cf_);
        return std::any_of(maps.begin(), maps.end(), [&](const CfMap& map) { return map.name == name; });
    }
    bool has_mailer(const std::string& mailer) const {
        const auto mailers = file_.mailers();
        return !cf_lines(cf_, "M" + mailer + ",").empty() ||
               std::find(mailers.begin(), mailers.end(), mailer) != mailers.end();
    }
    /// The line of the last call of the feature.
    std::size_t line_of(std::string_view feature) const {
        std::size_t line = 0;
        for (const auto* call : file_.calls("FEATURE")) {
            line = !call->arguments.empty() && call->arguments[0].text == feature ? call->line : line;
        }
        return line;
    }
    /// Whether what sendmail.cf begins with is set, by an OSTYPE wherever it stands.
    bool has_system() const { return !cf_.empty() || file_.ostype(); }

  private:
    const McFile& file_;
    std::string_view cf_;
};

/// The edits, one after another, each where it is needed.
class Edited {
  public:
    Edited(McFile file, const Setup& setup) : file_(std::move(file)), setup_(setup) {}

    void define(const char* name, const std::string& value) {
        file_ = with_setting(file_, name, value, setup_.installed.included);
    }
    void feature(const char* name, const std::vector<McValue>& arguments = {}) {
        file_ = file_.with_feature(McName(name), arguments);
    }
    void call(const char* name, const char* argument) {
        file_ = file_.with_call(McName(name), {McValue(argument)});
    }
    void mailer(const char* name) { file_ = file_.with_mailer(McName(name)); }
    const McFile& file() const noexcept { return file_; }

  private:
    McFile file_;
    const Setup& setup_;
};

bool is_within(std::string_view name, const std::string& domain) {
    return name == domain || name.ends_with("." + domain);
}

bool has_all(const std::vector<std::string>& words, std::initializer_list<const char*> wanted) {
    return std::all_of(wanted.begin(), wanted.end(), [&](const char* word) {
        return std::find(words.begin(), words.end(), word) != words.end();
    });
}

/// The Operation Guide, AuthOptions: a string of letters, commas and blanks among them.
bool has_letters(const std::string& options, std::string_view letters) {
    return std::all_of(letters.begin(), letters.end(),
                       [&](char letter) { return options.find(letter) != std::string::npos; });
}

void set_up_names(Edited& edited, const Present& present, const Setup& setup) {
    if (!present.has_system()) {
        edited.call("OSTYPE", setup.installed.debian ? "debian" : "linux");
    }
    if (!is_within(fold_case(present.own_name()), setup.domain.text())) {
        edited.define("confDOMAIN_NAME", setup.domain.text());
    }
    if (!present.has_class_w_file()) {
        edited.feature("use_cw_file");
    }
}

void set_up_auth(Edited& edited, const Present& present) {
    if (!has_letters(present.option("AuthOptions", "confAUTH_OPTIONS"), "Apy")) {
        edited.define("confAUTH_OPTIONS", "A p y");
    }
    const auto trusted = present.trusted_mechanisms();
    if (!has_all({trusted.begin(), trusted.end()}, {"LOGIN", "PLAIN"})) {
        edited.call("TRUST_AUTH_MECH", "LOGIN PLAIN");
    }
    if (!has_all(words_of(present.option("AuthMechanisms", "confAUTH_MECHANISMS")), {"LOGIN", "PLAIN"})) {
        edited.define("confAUTH_MECHANISMS", "LOGIN PLAIN");
    }
}

void set_up_tls(Edited& edited, const Present& present, const TlsFiles& tls) {
    struct Row {
        const char* option;
        const char* define;
        const std::string& wanted;
    };
    for (const Row& row :
         {Row{"CACertPath", "confCACERT_PATH", tls.ca_directory}, Row{"CACertFile", "confCACERT", tls.ca},
          Row{"ServerCertFile", "confSERVER_CERT", tls.certificate},
          Row{"ServerKeyFile", "confSERVER_KEY", tls.key}}) {
        if (!row.wanted.empty() && present.option(row.option, row.define) != row.wanted) {
            edited.define(row.define, row.wanted);
        }
    }
}

/// A map's declaration without its flag -o, or nothing where it has none. A flag stands before the file.
std::optional<std::string> not_optional(const std::string& declaration) {
    std::string without;
    bool optional = false;
    for (const auto& word : words_of(declaration)) {
        if (word == "-o") {
            optional = true;
        } else {
            without += (without.empty() ? "" : " ") + word;
        }
    }
    return optional ? std::optional(without) : std::nullopt;
}

/// An optional map that sendmail cannot open is skipped without a word, and mail goes another way.
void make_required(Edited& edited, const Present& present, const char* feature) {
    auto arguments = *edited.file().feature(feature);
    const auto required = arguments.empty() ? std::nullopt : not_optional(arguments[0]);
    if (!required) {
        return;
    }
    arguments[0] = *required;
    try {
        edited.feature(feature, {arguments.begin(), arguments.end()});
    } catch (const Error& error) {
        throw Error(Code::Unsupported, "sendmail.mc, line " + std::to_string(present.line_of(feature)) +
                                           ": FEATURE(`" + feature +
                                           "') declares its map optional (-o), and "
                                           "mailstack cannot edit it (" +
                                           error.what() + "); take the -o out by hand");
    }
}

void set_up_table(Edited& edited, const Present& present, const char* feature, const char* map,
                  const std::string& declaration) {
    if (edited.file().has_feature(feature)) {
        make_required(edited, present, feature);
    } else if (!present.has_map(map)) {
        edited.feature(feature, {McValue(declaration)});
    }
}

void set_up_tables(Edited& edited, const Present& present, const std::string& directory) {
    set_up_table(edited, present, "access_db", "access", "hash -T<TMPF> " + directory + "/access");
    set_up_table(edited, present, "virtusertable", "virtuser", "hash " + directory + "/virtusertable");
    set_up_table(edited, present, "mailertable", "mailertable", "hash " + directory + "/mailertable");
}

McFile fresh(const Setup& setup) {
    const Installed& installed = setup.installed;
    if (installed.cf_directory.empty()) {
        throw Error(
            Code::Unsupported,
            "there is no sendmail.mc, and sendmail's m4 files, of which one is made, are not installed "
            "(Debian's package sendmail-cf)");
    }
    const McFile file =
        McFile::fresh({.system = installed.debian ? McFile::System::Debian : McFile::System::Linux,
                       .cf_directory = installed.cf_directory,
                       .includes = installed.includes});
    return setup.submission ? file : file.with_feature(McName("no_default_msa"));
}

}  // namespace

McFile with_setting(const McFile& mc, const char* name, const std::string& value,
                    const std::vector<IncludedFile>& included) {
    std::vector<std::string> set_by;
    for (const IncludedFile& one : included) {
        if (McFile::parse(one.text).may_define(name)) {
            set_by.push_back(one.path);
        }
    }
    return mc.with_define(McName(name), McValue(value), set_by);
}

McFile set_up_mc(const McFile& present, const Setup& setup, std::string_view cf) {
    const bool is_new = present.print().empty();
    const McFile before = is_new ? fresh(setup) : present;
    const Present there(before, is_new ? std::string_view{} : cf);
    Edited edited(set_up_ports(before, setup), setup);  // first: its errors name lines
    set_up_names(edited, there, setup);
    set_up_auth(edited, there);
    set_up_tls(edited, there, setup.tls);
    set_up_tables(edited, there, setup.installed.mail_directory);
    if (is_new) {
        edited.feature("blocklist_recipients");
    }
    if (setup.installed.procmail && !local_mailer_choice(before, setup.installed.included)) {
        edited.feature("local_procmail", {McValue(procmail_path)});
    }
    for (const char* mailer : {"local", "smtp"}) {
        if (!there.has_mailer(mailer)) {
            edited.mailer(mailer);
        }
    }
    return edited.file();
}

}  // namespace mailstack
