// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Every finding: a machine that is well gives none, the same machine with one fault gives that one alone.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "engine/check.hpp"

using namespace mailstack;

namespace {

constexpr std::int64_t now = 1'800'000'000, day = 86'400;

template <typename Source>
Source& seen(Source& source, const std::string& text_path, const std::string& map_path) {
    source.text_path = text_path;
    source.map_path = map_path;
    source.text_identity = {.device = 1, .inode = 2, .size = 10, .mtime = 100};
    source.map_identity = {.device = 1, .inode = 3, .size = 10, .mtime = 200};
    return source;
}

FileFacts file(const std::string& path, mode_t mode = 0644, bool directory = false) {
    return {.path = path,
            .exists = true,
            .unknown = false,
            .directory = directory,
            .owner = 0,
            .group = 0,
            .mode = mode,
            .mtime = 100};
}

DaemonPort port(const std::string& name) {
    DaemonPort made;
    made.name = name;
    made.port = "25";
    return made;
}

AliasSource aliases(const std::string& text) {
    AliasSource source;
    source.file = AliasFile::parse(text);
    return seen(source, "/etc/aliases", "/etc/aliases.db");
}

TableSource table(TableName name, const std::string& text) {
    TableSource source;
    source.name = name;
    source.file = TableFile::parse(text);
    const std::string path = "/etc/mail/" + std::string(word(name));
    return seen(source, path, path + ".db");
}

const std::string all_names = "postmaster: root\nmailer-daemon: postmaster\nabuse: root\nroot: alice\n";

const std::string good_mc =
    "include(`/usr/share/sendmail/cf/m4/"
    "cf.m4')dnl\nOSTYPE(`linux')dnl\nMAILER(`local')dnl\nMAILER(`smtp')dnl\n";

Configuration good_configuration() {
    Configuration made;
    made.named.maps = {
        {.name = "access", .map_class = "hash", .file = "/etc/mail/access", .optional = false}};
    made.aliases = {aliases(all_names)};
    made.tables = {table(TableName::Access, "Connect:127.0.0.1 RELAY\n"), table(TableName::Virtusertable, ""),
                   table(TableName::Mailertable, "")};
    made.domains.file = WordList::parse("example.test\n");
    made.local_hosts = {"localhost", "example.test"};
    made.named.mailers = {"hold", "relay25", "relay587", "relay2525"};
    seen(made.routes, "/etc/mailstack/routes.yaml", "/etc/mail/msroute.db");
    made.routes.secrets = "/etc/mailstack/secrets";
    made.routes.file = RouteTable::parse(
        "active: home\nrelays:\n  home: {host: smart.example, port: 587, tls: verified, user: alice, "
        "secret: home-0123abcd0a1c606e}\n");
    made.credentials.map_path = "/etc/mailstack/authinfo.db";
    return made;
}

const std::string procmailrc_path = "/etc/procmailrc";
const std::string recipes_included = "/etc/mailstack/procmail/$LOGNAME.rc";

ProcmailrcFile procmailrc(const std::string& before = "") {
    ProcmailrcFile made{.path = procmailrc_path, .included = recipes_included};
    made.before = ProcmailRc::parse(before).with_section({.include = recipes_included});
    made.after = made.before;
    return made;
}

/// alice's, made of what the YAML says.
RecipeFiles recipes_of_alice() {
    RecipeFiles made{.path = "/etc/mailstack/recipes/alice.yaml",
                     .rc_path = "/etc/mailstack/procmail/alice.rc"};
    made.book = RecipeBook::parse("recipes:\n  big: {when: size over 1000000, action: folder Big}\n");
    made.rc = stamped_rc(made.book.print(), ":0\n");
    made.identity = {.device = 1, .inode = 4, .size = 10, .mtime = 100};
    made.rc_identity = {.device = 1, .inode = 5, .size = 10, .mtime = 100};
    return made;
}

/// A machine with nothing to find.
Inspection good() {
    Inspection made;
    made.snapshot.configuration = good_configuration();
    made.cf_path = "/etc/mail/sendmail.cf";
    made.cf =
        "Djmail.example.test\nO ServerCertFile=/etc/tls/cert.pem\nO ServerKeyFile=/etc/tls/key.pem\n"
        "Mlocal, P=/usr/bin/procmail, F=lsDFMAw5, A=procmail -t -Y -a $h -d $u\n"
        "O CACertFile=/etc/ssl/ca.pem\nO CACertPath=/etc/ssl/certs\n";
    made.recipes = {.home = "/etc/mailstack", .path = procmailrc_path, .procmailrc = procmailrc()};
    made.recipes.accounts = {{.name = AccountName("alice"), .files = recipes_of_alice()}};
    made.mc_path = "/etc/mail/sendmail.mc";
    made.snapshot.configuration.mc.file = McFile::parse(good_mc);
    made.mc_build.made = true;
    made.submit_cf_path = "/etc/mail/submit.cf";
    made.debian_settings = "# HANDS_OFF=\"No\";\nHANDS_OFF=\"Yes\";\n";
    made.mta_unit = "sendmail.service";
    made.files = {file("/etc/mail", 02755, true),
                  file("/etc/aliases"),
                  file(made.cf_path),
                  file(made.mc_path),
                  file(made.submit_cf_path),
                  file("/etc/tls/cert.pem"),
                  file("/etc/tls/key.pem", 0600),
                  file("/etc/mailstack/authinfo.db", 0600),
                  file("/etc/mailstack/secrets/home-0123abcd0a1c606e", 0600)};
    made.trusted = {0, 110};
    made.maps = {{.path = "/etc/aliases.db",
                  .text_path = "/etc/aliases",
                  .failure = {},
                  .keys = {},
                  .compared = true}};
    made.certificate = {.paths = {.certificate = "/etc/tls/cert.pem", .key = "/etc/tls/key.pem"},
                        .certificate_failure = {},
                        .key_failure = {},
                        .certificate = CertificateDetails{.subject = "CN=mail.example.test",
                                                          .issuer = "CN=mail.example.test",
                                                          .not_after = now + 90 * day,
                                                          .names = {"mail.example.test"},
                                                          .fingerprint = "aa",
                                                          .public_fingerprint = {}},
                        .key_matches = true};
    made.names = {{"example.test", NameFacts::State::Resolves}};
    PortFacts served{.port = port("MTA"), .peer = SmtpPeer{}, .failure = {}, .asked = true};
    served.peer->tls =
        ServedTls{.fingerprint = "aa", .protocol = "TLSv1.3", .subject = "CN=x", .not_after = {}};
    made.ports = {served};
    made.sendmail.class_w = {"example.test"};
    made.sendmail.maps = {{made.snapshot.configuration.named.maps[0], {MapAnswer::Kind::NotFound, "", ""}}};
    made.account = [](const std::string& name) -> std::optional<uid_t> {
        return name == "root"     ? std::optional<uid_t>(0)
               : name == "daemon" ? std::optional<uid_t>(1)
               : name == "alice"  ? std::optional<uid_t>(1000)
                                  : std::nullopt;
    };
    made.host_name = "mail.example.test";
    made.now = now;
    return made;
}

struct Fault {
    const char* code;
    Severity severity;
    void (*make)(Inspection& inspection);
    const char* says;  ///< words of the message
};

AliasSource& first_aliases(Inspection& inspection) {
    return inspection.snapshot.configuration.aliases[0];
}
RouteSource& routes(Inspection& inspection) {
    return inspection.snapshot.configuration.routes;
}
RecipeFacts& recipes(Inspection& inspection) {
    return inspection.recipes.accounts.front();
}
TableSource& access(Inspection& inspection) {
    return inspection.snapshot.configuration.tables[0];
}
FileFacts& facts_of(Inspection& inspection, const std::string& path) {
    return *std::find_if(inspection.files.begin(), inspection.files.end(),
                         [&](const FileFacts& one) { return one.path == path; });
}

using enum Severity;

const std::vector<Fault> faults{
    {"CfRejected", Error, [](Inspection& i) { i.sendmail.rejects = "line 7: unknown option"; }, "line 7"},
    {"SendmailUnknown", Notice, [](Inspection& i) { i.sendmail.failure = "it took too long"; }, "too long"},
    {"MtaStopped", Error, [](Inspection& i) { i.mta = MtaState::Stopped; }, "sendmail.service does not run"},
    {"MtaAbsent", Error, [](Inspection& i) { i.mta = MtaState::Absent; }, "no MTA"},
    {"OpenRelay", Error,
     [](Inspection& i) {
         i.sendmail.openings = {{.who = "any client",
                                 .client = "x",
                                 .sender = "a@b",
                                 .recipient = "c@d",
                                 .words = "RELAY",
                                 .remedy = "close it"}};
     },
     "any client could relay"},
    {"RelayUnknown", Warning, [](Inspection& i) { i.sendmail.relay_failure = "a map does not open"; },
     "does not open"},
    {"PortClosed", Error,
     [](Inspection& i) {
         i.ports[0].peer.reset();
         i.ports[0].failure = "Connection refused";
     },
     "port 25 (MTA), which does not greet: Connection refused"},
    {"PortClosed", Notice,
     [](Inspection& i) {
         i.ports[0].peer.reset();
         i.ports[0].port.optional = true;
     },
     "port 25"},
    {"PortUnknown", Notice,
     [](Inspection& i) {
         i.ports[0].peer.reset();
         i.ports[0].asked = false;
     },
     "was not asked"},
    {"ListensOnLoopback", Notice, [](Inspection& i) { i.ports[0].port.address = "127.0.0.1"; },
     "no other machine can send mail here"},
    {"AuthPackageMissing", Notice,
     [](Inspection& i) {
         i.cf += "O AuthMechanisms=LOGIN PLAIN\n";
         i.missing_auth_packages = {"sasl2-bin"};
     },
     "sasl2-bin not installed"},
    {"CfMissing", Error, [](Inspection& i) { i.cf.clear(); }, "/etc/mail/sendmail.cf is absent"},
    {"CfOlderThanMc", Warning,
     [](Inspection& i) {
         facts_of(i, i.mc_path).mtime = 101;
         i.mc_build.differs = true;
     },
     "sendmail.mc is newer"},
    {"CfOlderThanMc", Warning,
     [](Inspection& i) {
         facts_of(i, i.mc_path).mtime = 101;
         i.mc_build.made = false;
     },
     "sendmail.mc is newer"},
    {"CfDiffers", Warning, [](Inspection& i) { i.mc_build.differs = true; },
     "sendmail.cf says other things than m4"},
    {"McProblem", Warning,
     [](Inspection& i) {
         i.snapshot.configuration.mc.file = McFile::parse(good_mc + "OSTYPE(`linux')dnl\n");
     },
     "/etc/mail/sendmail.mc:5: "},
    {"McRejected", Error, [](Inspection& i) { i.mc_build.rejects = "sendmail.mc:7: no such feature"; },
     ":7: no such"},
    {"McUnknown", Notice, [](Inspection& i) { i.mc_build.failure = "no m4"; }, "is unknown: no m4"},
    {"McWarning", Notice, [](Inspection& i) { i.mc_build.warnings = {"FEATURE x is deprecated"}; },
     "deprecated"},
    {"Drifted", Warning, [](Inspection& i) { i.snapshot.drifted = {"/etc/mail/access"}; },
     "/etc/mail/access was edited"},
    {"MapMissing", Error, [](Inspection& i) { first_aliases(i).map_identity = {}; },
     "there is no /etc/aliases.db"},
    {"StaleMap", Warning, [](Inspection& i) { access(i).map_identity.mtime = 50; },
     "/etc/mail/access is newer"},
    {"MapDiffers", Warning,
     [](Inspection& i) {
         i.maps[0].keys = {"team", "root"};
     },
     "'team, root'"},
    {"MapUnknown", Error, [](Inspection& i) { i.maps[0].failure = "no hash"; }, "cannot be read: no hash"},
    {"MapUnknown", Notice, [](Inspection& i) { i.maps[0].compared = false; }, "was not looked at"},
    {"OptionalMap", Warning, [](Inspection& i) { i.snapshot.configuration.named.maps[0].optional = true; },
     "the map access is declared optional"},
    {"MapNotOpened", Error,
     [](Inspection& i) {
         i.sendmail.maps[0].answer = {MapAnswer::Kind::CannotOpen, "", ""};
     },
     "cannot open the map access, /etc/mail/access.db"},
    {"UnsafeMode", Error, [](Inspection& i) { facts_of(i, "/etc/aliases").mode = 0666; },
     "everybody (mode 0666)"},
    {"UnsafeMode", Warning, [](Inspection& i) { facts_of(i, "/etc/mail").mode = 02775; },
     "the directory /etc/mail may be written by its group (mode 2775)"},
    {"UnsafeOwner", Error, [](Inspection& i) { facts_of(i, "/etc/aliases").owner = 1000; },
     "belongs to user 1000"},
    {"FileUnknown", Notice, [](Inspection& i) { facts_of(i, "/etc/aliases").unknown = true; },
     "/etc/aliases cannot"},
    {"KeyReadable", Error, [](Inspection& i) { facts_of(i, "/etc/tls/key.pem").mode = 0640; }, "(mode 0640)"},
    {"TlsOff", Notice,
     [](Inspection& i) {
         i.certificate = {};
         i.cf =
             "Djmail.example.test\nO CACertFile=/etc/ssl/ca.pem\nO CACertPath=/etc/ssl/certs\n"
             "Mlocal, P=/usr/bin/procmail, F=lsDFMAw5, A=procmail -d $u\n";
     },
     "names no certificate"},
    {"CertificateMissing", Error,
     [](Inspection& i) {
         i.certificate.certificate_failure = "No such file or directory";
         i.certificate.certificate.reset();
     },
     "/etc/tls/cert.pem cannot be used: No such file"},
    {"KeyMissing", Error, [](Inspection& i) { i.certificate.key_failure = "Permission denied"; },
     "key.pem cannot be used"},
    {"CertificateExpired", Error, [](Inspection& i) { i.certificate.certificate->not_after = now - 3 * day; },
     "3 days ago"},
    {"CertificateExpires", Warning,
     [](Inspection& i) { i.certificate.certificate->not_after = now + 30 * day; }, "in 30 days"},
    {"KeyMismatch", Error, [](Inspection& i) { i.certificate.key_matches = false; }, "is not that of"},
    {"CertificateNames", Warning,
     [](Inspection& i) {
         i.certificate.certificate->names = {"*.other.test", "b.test"};
     },
     "is for *.other.test, b.test, but this machine calls itself mail.example.test"},
    {"TlsNotServed", Error, [](Inspection& i) { i.ports[0].peer->tls.reset(); }, "does not offer STARTTLS"},
    {"CertificateNotServed", Error, [](Inspection& i) { i.ports[0].peer->tls->fingerprint = "bb"; },
     "serves another"},
    {"NameUnresolved", Warning, [](Inspection& i) { i.names[0].state = NameFacts::State::Absent; },
     "'example.test'"},
    {"NamesUnknown", Notice, [](Inspection& i) { i.names[0].state = NameFacts::State::Unknown; },
     "example.test got no answer in time"},
    {"NamesUnknown", Notice, [](Inspection& i) { i.names_not_asked = 7; }, "7 more were not asked for"},
    {"DuplicateAlias", Warning,
     [](Inspection& i) { first_aliases(i) = aliases(all_names + "abuse: alice\n"); },
     "/etc/aliases:5: 'abuse' is defined before, in line 3"},
    {"AliasProblem", Warning,
     [](Inspection& i) { first_aliases(i) = aliases(all_names + "no colon here\n"); }, "/etc/aliases:5: "},
    {"AliasLoop", Error,
     [](Inspection& i) { first_aliases(i) = aliases(all_names + "a: b\nb: c, x@far\nc: a\n"); },
     "a (/etc/aliases:5) -> b (/etc/aliases:6) -> c (/etc/aliases:7) -> a"},
    {"NameMissing", Error,
     [](Inspection& i) { first_aliases(i) = aliases("mailer-daemon: root\nabuse: root\nroot: alice\n"); },
     "mail to postmaster is refused"},
    {"NameMissing", Warning,
     [](Inspection& i) {
         first_aliases(i) = aliases("mailer-daemon: root\npostmaster: root\nroot: alice\n");
     },
     "mail to abuse is refused"},
    {"NameMissing", Warning,
     [](Inspection& i) {
         first_aliases(i) =
             aliases("mailer-daemon: root\npostmaster: root\nabuse: gone, \\gone\nroot: alice\n");
     },
     "mail to abuse reaches nobody: its alias (/etc/aliases:3)"},
    {"RootUnread", Warning,
     [](Inspection& i) {
         first_aliases(i) = aliases("mailer-daemon: root\npostmaster: root\nabuse: root\n");
     },
     "root has no alias"},
    {"RootUnread", Warning,
     [](Inspection& i) {
         first_aliases(i) = aliases(
             "mailer-daemon: root\npostmaster: root\nabuse: root\nroot: team\nteam: daemon, \\root\n");
     },
     "leads to no person's account"},
    {"DuplicateEntry", Warning,
     [](Inspection& i) { access(i) = table(TableName::Access, "a.example REJECT\nA.example OK\n"); },
     "/etc/mail/access:2: 'a.example' is in line 1 already"},
    {"TableProblem", Warning, [](Inspection& i) { access(i) = table(TableName::Access, "a.example\n"); },
     "/etc/mail/access:1: "},
    {"DomainProblem", Notice,
     [](Inspection& i) { i.snapshot.configuration.domains.file = WordList::parse("a.example\na.example\n"); },
     ":2: "},
    {"TableUnused", Warning, [](Inspection& i) { access(i).unused = "sendmail.cf has no map 'access'"; },
     "/etc/mail/access has 1 entries that nobody reads: sendmail.cf has no map 'access'"},
    {"TableUnused", Warning, [](Inspection& i) { i.snapshot.configuration.domains.unused = "no class w"; },
     "no class w"},
    {"StrangersRelay", Error, [](Inspection& i) { access(i) = table(TableName::Access, "com RELAY\n"); },
     "/etc/mail/access:1: access entry 'com' RELAY would let"},
    {"OddEntry", Notice, [](Inspection& i) { access(i) = table(TableName::Access, "a.example WHATEVER\n"); },
     "/etc/mail/access:1: "},
    {"SubmissionMissing", Warning, [](Inspection& i) { facts_of(i, i.submit_cf_path).exists = false; },
     "there is no /etc/mail/submit.cf"},
    {"RoutesProblem", Error, [](Inspection& i) { routes(i).file = RouteTable::parse("active: nowhere\n"); },
     "no relay 'nowhere'"},
    {"RouteRulesMissing", Error, [](Inspection& i) { routes(i).map_path = ""; }, "does not ask for routes"},
    {"RouteRulesMissing", Error,
     [](Inspection& i) {
         i.snapshot.configuration.named.mailers = {"hold", "relay25"};
     },
     "lacks a relay's port"},
    {"SecretMissing", Error,
     [](Inspection& i) { facts_of(i, "/etc/mailstack/secrets/home-0123abcd0a1c606e").exists = false; },
     "and mail leaves by it"},
    {"SecretReadable", Error,
     [](Inspection& i) { facts_of(i, "/etc/mailstack/secrets/home-0123abcd0a1c606e").mode = 0644; },
     "home-0123abcd0a1c606e"},
    {"SecretReadable", Error, [](Inspection& i) { facts_of(i, "/etc/mailstack/authinfo.db").mode = 0640; },
     "authinfo.db"},
    {"RelayUnverifiable", Error, [](Inspection& i) { i.cf.erase(i.cf.find("O CACertPath")); },
     "knows no authority"},
    {"RelayAuthMissing", Error, [](Inspection& i) { i.missing_auth_packages = {"libsasl2-modules"}; },
     "cannot authenticate to the relay"},
    {"RecipesProblem", Error,
     [](Inspection& i) { recipes(i).files.book = RecipeBook::parse("recipes: [\n"); },
     "/etc/mailstack/recipes/alice.yaml, line "},
    {"RecipesProblem", Error, [](Inspection& i) { recipes(i).failure = "cannot read it"; }, "cannot read it"},
    {"RecipesNotLive", Warning,
     [](Inspection& i) { recipes(i).files.book = recipes(i).files.book.with_delivery(Delivery::Maildir); },
     "alice.yaml was edited"},
    {"RecipesNotLive", Warning,
     [](Inspection& i) {
         recipes(i).files.book = RecipeBook();
         recipes(i).files.identity = {};
     },
     "alice.yaml is gone"},
    {"RecipesNotLive", Warning, [](Inspection& i) { recipes(i).files.rc += "# mine\n"; },
     "alice.rc was edited by hand"},
    {"RecipesNotLive", Warning, [](Inspection& i) { recipes(i).files.rc_identity = {}; },
     "alice.rc is not there"},
    {"RecipesNotLive", Warning, [](Inspection& i) { recipes(i).as_said = false; },
     "alice.rc is not what /etc/mailstack/recipes/alice.yaml says on this machine"},
    {"RecipesNotLive", Error, [](Inspection& i) { i.recipes.procmailrc.after = ProcmailRc(); },
     "/etc/procmailrc has no part of mailstack's"},
    {"RecipesUnreadable", Error, [](Inspection& i) { recipes(i).unreadable = "user 1000 cannot read it"; },
     "user 1000"},
    {"RecipesUnused", Error,
     [](Inspection& i) { i.cf.replace(i.cf.find("/usr/bin/procmail"), 17, "/bin/mail"); },
     "sendmail delivers by '/bin/mail'"},
    {"RecipesOrphaned", Notice, [](Inspection& i) { recipes(i).exists = false; },
     "no account of this machine"},
    {"ProcmailrcProblem", Error, [](Inspection& i) { i.recipes.failure = "it is a directory"; }, "directory"},
    {"ProcmailrcProblem", Error,
     [](Inspection& i) {
         const std::string text = i.recipes.procmailrc.after.print();
         i.recipes.procmailrc.after = ProcmailRc::parse("DROPPRIVS=yes\n" + text + text);
         recipes(i).files.book = RecipeBook();
         recipes(i).files.rc_identity = {};
         recipes(i).files.identity = {};
     },
     "/etc/procmailrc, line "},
    {"ProcmailrcProblem", Error,
     [](Inspection& i) {
         std::string text = i.recipes.procmailrc.after.print();
         text.erase(text.find("DROPPRIVS"), std::string("DROPPRIVS=yes\n").size());
         i.recipes.procmailrc.after = ProcmailRc::parse(text);
     },
     "with the rights of root"},
    {"ProcmailrcProblem", Error,
     [](Inspection& i) { i.recipes.procmailrc = procmailrc("HOST=far.example.test\n"); },
     "/etc/procmailrc, line 1: HOST=far.example.test is not 'mail.example.test'"},
    {"ProcmailrcProblem", Warning, [](Inspection& i) { i.recipes.procmailrc = procmailrc("HOST=$NAME\n"); },
     "may end the reading of this file"},
    {"ProcmailrcRunsAsRoot", Warning,
     [](Inspection& i) { i.recipes.procmailrc = procmailrc("X=`/bin/date`\n"); },
     "/etc/procmailrc, line 1: "},
    {"OwnProcmailrc", Notice, [](Inspection& i) { recipes(i).own_procmailrc = "/home/alice/.procmailrc"; },
     "/home/alice/.procmailrc comes after"},
    {"HandsOn", Warning, [](Inspection& i) { i.debian_settings = "HANDS_OFF=\"No\";\n"; },
     "does not say HANDS_OFF"},
    {"HandsOn", Warning, [](Inspection& i) { i.debian_settings = "DAEMON_MODE=\"Daemon\";\n"; }, "HANDS_OFF"},
};

std::string told(const Findings& findings) {
    std::string text;
    for (const Finding& finding : findings) {
        text += std::string(word(finding.severity)) + " " + finding.code + ": " + finding.message + "\n";
    }
    return text;
}

}  // namespace

TEST_CASE("a machine that is well gives no finding") {
    CHECK(told(check(good())).empty());
}

TEST_CASE("one fault gives its finding, with what is wrong and what to do, and no other") {
    for (const Fault& fault : faults) {
        CAPTURE(fault.code);
        Inspection inspection = good();
        fault.make(inspection);
        const Findings findings = check(inspection);
        CAPTURE(told(findings));
        REQUIRE(findings.size() == 1);
        CHECK(findings[0].code == fault.code);
        CHECK(findings[0].severity == fault.severity);
        CHECK(findings[0].message.find(fault.says) != std::string::npos);
        CHECK_FALSE(findings[0].remedy.empty());
    }
}

TEST_CASE("every check has a fault that it finds") {
    std::set<std::string_view> found;
    for (const Fault& fault : faults) {
        found.insert(fault.code);
    }
    for (const Check& one : all_checks()) {
        CHECK_MESSAGE(found.contains(one.code), one.code);
    }
}

TEST_CASE("what only looks like a fault is none") {
    const auto is_well = [](void (*make)(Inspection&)) {
        Inspection inspection = good();
        make(inspection);
        return told(check(inspection));
    };
    // sendmail breaks a loop at an account; \name is the account itself; another host of the same name is not
    // us
    CHECK(is_well([](Inspection& i) {
              first_aliases(i) = aliases(all_names + "alice: alice, x@far\n");
          }).empty());
    CHECK(is_well([](Inspection& i) {
              first_aliases(i) = aliases(all_names + "a: \\a\nb: b@far.example\n");
          }).empty());
    CHECK(is_well([](Inspection& i) {
              first_aliases(i) = aliases(all_names + "a: b, c\nb: d\nc: d\nd: alice\n");
          }).empty());
    CHECK(is_well([](Inspection& i) { i.certificate.certificate->names = {"*.example.test"}; }).empty());
    CHECK(is_well([](Inspection& i) { i.certificate.certificate->names = {"MAIL.example.test"}; }).empty());
    CHECK(is_well([](Inspection& i) { facts_of(i, "/etc/mail").mode = 01777; }).empty());
    CHECK(is_well([](Inspection& i) { facts_of(i, "/etc/aliases").owner = 110; }).empty());
    CHECK(is_well([](Inspection& i) { i.debian_settings.reset(); }).empty());
    CHECK(is_well([](Inspection& i) {
              i.cf += "O DontBlameSendmail=GroupReadableKeyFile\n";
              facts_of(i, "/etc/tls/key.pem").mode = 0640;
          }).empty());
    CHECK(is_well([](Inspection& i) { facts_of(i, i.mc_path).mtime = 101; }).empty());  // only touched
    CHECK(is_well([](Inspection& i) {
              i.mc_build.differs = i.snapshot.configuration.mc.drifted = true;
          }).empty());
    CHECK(is_well([](Inspection& i) {
              i.ports[0].port.no_starttls = true, i.ports[0].peer->tls.reset();
          }).empty());
    // a stale time of a map that we wrote ourselves, and of one whose text is told as edited
    CHECK(is_well([](Inspection& i) {
              access(i).map_identity.mtime = 50, access(i).map_is_ours = true;
          }).empty());
    CHECK(
        is_well([](Inspection& i) { access(i).map_identity.mtime = 50, access(i).drifted = true; }).empty());
    CHECK(is_well([](Inspection& i) {
              first_aliases(i) =
                  aliases("mailer-daemon: x@far\npostmaster: root\nabuse: root\nroot: \"|/bin/cat\"\n");
          }).empty());
}

TEST_CASE("a wildcard stands for one label") {
    Inspection inspection = good();
    inspection.certificate.certificate->names = {"*.test"};
    CHECK(check(inspection).size() == 1);
}

TEST_CASE("errors come first, and of one code at most 50 with a count of the rest") {
    Inspection inspection = good();
    std::string text = all_names;
    for (int i = 0; i < 200; ++i) {
        text += "twice: x@far\n";
    }
    first_aliases(inspection) = aliases(text);
    inspection.mta = MtaState::Stopped;
    const Findings findings = check(inspection);
    REQUIRE(findings.size() == 52);
    CHECK(findings[0].code == "MtaStopped");
    CHECK(findings[50].code == "DuplicateAlias");
    CHECK(findings[51].message == "149 more of these are not shown");
}

TEST_CASE("loops are found in aliases of any size and depth") {
    Inspection inspection = good();
    std::string text = all_names;
    constexpr int length = 20000;
    for (int i = 0; i < length; ++i) {
        text += "chain" + std::to_string(i) + ": chain" + std::to_string(i + 1) + "\n";
        text += "all" + std::to_string(i) + ": chain0\n";
    }
    text += "chain" + std::to_string(length) + ": chain" + std::to_string(length - 1) + "\n";
    first_aliases(inspection) = aliases(text);
    Findings findings;
    find_alias_loops(inspection, findings);
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].message.find("chain19999") != std::string::npos);
}
