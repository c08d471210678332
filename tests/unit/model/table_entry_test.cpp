// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/table_entry.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "refusal.hpp"

using namespace mailstack;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

struct Pair {
    std::string_view key, value;
};

/// What is told of a refused row, or "".
std::string refusal(TableName table, std::string_view key, std::string_view value) {
    try {
        const TableRow row(table, key, value);
        CHECK(row.text() == key);
        CHECK(row.value() == value);
        return "";
    } catch (const Error& error) {
        CHECK((error.code() == Code::InvalidArgument || error.code() == Code::InvalidAddress));
        return error.what();
    }
}

void all_taken(TableName table, const std::vector<Pair>& rows) {
    for (const auto& [key, value] : rows) {
        CAPTURE(key);
        CAPTURE(value);
        CHECK(refusal(table, key, value).empty());
    }
}

void all_refused(TableName table, const std::vector<Pair>& rows) {
    for (const auto& [key, value] : rows) {
        CAPTURE(key);
        CAPTURE(value);
        CHECK_FALSE(refusal(table, key, value).empty());
    }
}

}  // namespace

TEST_CASE("tables have their names, and no others") {
    for (const auto table : {TableName::Access, TableName::Virtusertable, TableName::Mailertable}) {
        CHECK(table_name(word(table)) == table);
    }
    CHECK(word(TableName::Virtusertable) == "virtusertable");
    for (const auto text : {""sv, "Access"sv, "aliases"sv, "authinfo"sv, "../access"sv}) {
        CHECK_THROWS_AS(table_name(text), Error);
    }
}

TEST_CASE("a key is folded for the map and kept for the file") {
    const TableRow row(TableName::Access, "Connect:Mail.Example.ORG", "RELAY");
    CHECK(row.text() == "Connect:Mail.Example.ORG");
    CHECK(row.key() == "connect:mail.example.org");
    CHECK(row.table() == TableName::Access);
    CHECK(TableKey(TableName::Virtusertable, "@Example.org").key() == "@example.org");
}

TEST_CASE("access: what cf/README shows is taken") {
    all_taken(TableName::Access,
              {{"From:spammer@aol.com", "REJECT"},
               {"From:cyberspammer.com", "ERROR:\"550 We don't accept mail from spammers\""},
               {"From:okay.cyberspammer.com", "OK"},
               {"Connect:TLD", "REJECT"},
               {"Connect:192.168.212", "REJECT"},
               {"Connect:IPv6:2002:c0a8:51d2::23f4", "REJECT"},
               {"Connect:sendmail.org", "RELAY"},
               {"To:sendmail.org", "RELAY"},
               {"Connect:128.32", "RELAY"},
               {"Connect:128.32.2", "SKIP"},
               {"Connect:IPv6:1:2:3:4:5:6:7", "RELAY"},
               {"Connect:suspicious.example.com", "QUARANTINE:Mail from suspicious host"},
               {"Connect:[127.0.0.3]", "OK"},
               {"Connect:[IPv6:1:2:3:4:5:6:7:8]", "OK"},
               {"From:[1.2.3.4]", "OK"},
               {"From:[1.2.4]", "OK"},
               {"To:user@example.com", "ERROR:4.2.2:450 mailbox full"},
               {"From:FREE.STEALTH.MAILER@", "ERROR:550 Spam not accepted"},
               {"To:user@other.my.TLD", "ERROR:5.7.1:550 Mailbox disabled for this recipient"},
               {"spammer@aol.com", "REJECT"},
               {"127.0.0.1", "RELAY"},
               {"127", "RELAY"},
               {"IPv6:2001:db8", "RELAY"},
               {"cyberspammer.com", "550 old style"},
               {"cyberspammer.com", "\"550 old  style\""},
               {".below.example", "DISCARD"},
               {"Spam:abuse@", "FRIEND"},
               {"Spam:me+abuse@", "FRIEND"},
               {"Spam:spam.domain", "HATER"},
               {"TLS_Srv:secure.example.com", "ENCR:112"},
               {"TLS_Clt:laptop.example.com", "PERM+VERIFY:112"},
               {"TLS_Rcpt:darth@endmail.org", "ENCR:112+CN:smtp.endmail.org"},
               {"TLS_Srv:safe.example.net", "VERIFY+CN++CITag:MyCA"},
               {"TLS_Srv:", "TEMP+VERIFY"},
               {"TLS_Rcpt:", "VERIFY:128+CN"},
               {"TLS_Srv:a.example", "VERIFY+CI:/C=US/O=endmail.org/CN=Darth+20Mail+20+28Cert+29++CS:/CN=x"},
               {"Try_TLS:broken.server", "NO"},
               {"Try_TLS:10.0.0.1", "NO"},
               {"Srv_Features:my.domain", "v"},
               {"Srv_Features:", "V"},
               {"srv_features:10", "S A l"},
               {"Clt_Features:broken.sts", "M"},
               {"Clt_Features:broken.sts", "D M"},
               {"ClientRate:10.1.2.3", "4"},
               {"ClientRate:", "10"},
               {"ClientConn:127", "0"},
               {"GreetPause:my.domain", "5000"},
               {"GreetPause:10.1.2", "2000"}});
}

TEST_CASE("access: what no rule of sendmail looks up is refused") {
    all_refused(TableName::Access, {{"", "OK"},
                                    {"Connect:", "OK"},
                                    {"From:", "OK"},
                                    {"To:", "OK"},
                                    {"Spam:", "FRIEND"},
                                    {"GreetPause:", "5000"},
                                    {"Connect:user@example.org", "REJECT"},
                                    {"Connect:user@", "REJECT"},
                                    {"From:10.0.0", "REJECT"},
                                    {"To:10", "RELAY"},
                                    {"ClientRate:my.domain", "1"},
                                    {"ClientConn:user@", "1"},
                                    {"Try_TLS:user@x.example", "NO"},
                                    {"Foo:example.org", "OK"},
                                    {"AuthInfo:mail.example", "U:user"},
                                    {"authinfo:", "U:user"},
                                    {"Connect:10.0.0.0/8", "RELAY"},
                                    {"Connect:10.", "RELAY"},
                                    {"10.0.0.256", "RELAY"},
                                    {"Connect:IPv6:2002:c0a8:02c7", "RELAY"},
                                    {"Connect:::1", "RELAY"},
                                    {"Connect:[::1]", "RELAY"},
                                    {"Connect:[x.example]", "RELAY"},
                                    {"Connect:x.example.", "RELAY"},
                                    {"Connect:*.example", "RELAY"},
                                    {"@", "OK"},
                                    {"@example.org", "OK"},
                                    {"a..b@", "OK"},
                                    {"a b@", "OK"},
                                    {"\"a\"@", "OK"},
                                    {"#x", "OK"},
                                    {"a\tb", "OK"},
                                    {" x", "OK"},
                                    {"x\n", "OK"},
                                    {"x\0"sv, "OK"},
                                    {"b\xc3\xbc"
                                     "cher.example",
                                     "OK"}});
    CHECK(refusal(TableName::Access, "AuthInfo:x.example", "U:a") ==
          "access key 'AuthInfo:x.example': passwords do not belong into access, which many may read: they "
          "are given to "
          "a route");
    CHECK(refusal(TableName::Access, "From:10.0.0", "OK") ==
          "access key 'From:10.0.0': after From: no network is looked for: write a domain, or an address as "
          "[10.0.0.1]");
    CHECK(refusal(TableName::Access, "Fron:x.example", "OK")
              .starts_with(
                  "access key 'Fron:x.example': there is no tag 'Fron:': the tags are Connect: From: To:"));
}

TEST_CASE(
    "access: a value that its tag does not know, or that sendmail would take for an error's text, is "
    "refused") {
    all_refused(TableName::Access, {{"x.example", ""},
                                    {"x.example", "relay"},
                                    {"x.example", "RELAY # why"},
                                    {"x.example", "RELAY "},
                                    {"x.example", " RELAY"},
                                    {"x.example", "RELAY\r"},
                                    {"x.example", "RELAY\ny.example RELAY"},
                                    {"x.example", "OK\0"sv},
                                    {"x.example", "nonsense"},
                                    {"x.example", "FRIEND"},
                                    {"x.example", "ENCR:1"},
                                    {"user@", "SKIP"},
                                    {"To:user@x.example", "SKIP"},
                                    {"x.example", "ERROR:"},
                                    {"x.example", "ERROR:no code"},
                                    {"x.example", "ERROR:550"},
                                    {"x.example", "ERROR:550 "},
                                    {"x.example", "ERROR:\"550 \""},
                                    {"x.example", "ERROR:250 fine"},
                                    {"x.example", "ERROR:5501 x"},
                                    {"x.example", "ERROR:450 later"},
                                    {"x.example", "450 later"},
                                    {"x.example", "ERROR:4.2.2:550 x"},
                                    {"x.example", "ERROR:5.7.1:450 x"},
                                    {"x.example", "ERROR:5.7.1:x"},
                                    {"x.example", "ERROR:2.7.1:250 x"},
                                    {"x.example", "ERROR:5.7.1000:550 x"},
                                    {"x.example", "ERROR:550 a (comment)"},
                                    {"x.example", "ERROR:550 a <b"},
                                    {"x.example", "ERROR:550 a \"b\""},
                                    {"x.example", "ERROR:\"550 a \" b\""},
                                    {"x.example", "ERROR:\"550 a"},
                                    {"x.example", "ERROR:\"550 100%\""},
                                    {"x.example", "ERROR:550 a\\b"},
                                    {"x.example", "QUARANTINE:"},
                                    {"x.example", "QUARANTINE:a > b"},
                                    {"x.example", "550"},
                                    {"x.example", "\"550\""},
                                    {"Spam:x.example", "OK"},
                                    {"Spam:x.example", "friend"},
                                    {"TLS_Srv:x.example", "RELAY"},
                                    {"TLS_Srv:x.example", "ENCR"},
                                    {"TLS_Srv:x.example", "ENCR:"},
                                    {"TLS_Srv:x.example", "ENCR:x"},
                                    {"TLS_Srv:x.example", "ENCR:12345"},
                                    {"TLS_Srv:x.example", "VERIFY:"},
                                    {"TLS_Srv:x.example", "VERIFYx"},
                                    {"TLS_Srv:x.example", "VERIFY 128"},
                                    {"TLS_Srv:x.example", "verify"},
                                    {"TLS_Srv:x.example", "PERM+"},
                                    {"TLS_Srv:x.example", "PERM+TEMP+VERIFY"},
                                    {"TLS_Srv:x.example", "VERIFY+"},
                                    {"TLS_Srv:x.example", "VERIFY+XX"},
                                    {"TLS_Srv:x.example", "VERIFY+CN++"},
                                    {"TLS_Srv:x.example", "VERIFY+CN+CN"},
                                    {"TLS_Srv:x.example", "VERIFY+CN:"},
                                    {"TLS_Srv:x.example", "VERIFY+CN:a b"},
                                    {"TLS_Srv:x.example", "VERIFY+CN:a+2"},
                                    {"TLS_Srv:x.example", "VERIFY+CITag:"},
                                    {"TLS_Srv:x.example", "VERIFY+CITag:a:b"},
                                    {"Try_TLS:x.example", "no"},
                                    {"Srv_Features:x.example", "SV"},
                                    {"Srv_Features:x.example", "Z"},
                                    {"Srv_Features:x.example", "S  V"},
                                    {"Srv_Features:x.example", "temp"},
                                    {"Clt_Features:x.example", "S"},
                                    {"ClientRate:10", "-1"},
                                    {"ClientRate:10", "x"},
                                    {"ClientRate:10", "1 "},
                                    {"ClientRate:10", "1234567890"}});
    CHECK(refusal(TableName::Access, "x.example", "relay") ==
          "access value 'relay' of 'x.example': write OK, RELAY, REJECT, DISCARD, SKIP, ERROR:5.7.1:550 and "
          "a text, or "
          "QUARANTINE: and a text, in capitals; sendmail would take anything else for an error to tell");
    CHECK(refusal(TableName::Access, "x.example", "ERROR:450 later") ==
          "access value 'ERROR:450 later' of 'x.example': with a temporary code write the status before it, "
          "as in "
          "4.2.2:450 text: sendmail would say 450 5.0.0");
    CHECK(refusal(TableName::Access, "x.example", "ERROR:550 a (b)")
              .ends_with(
                  "'(' can stand in a text only within quotes, as in \"550 text\", and \" \\ % nowhere"));
}

TEST_CASE("virtusertable: what cf/README shows is taken") {
    all_taken(TableName::Virtusertable, {{"info@foo.com", "foo-info"},
                                         {"joe@bar.com", "error:nouser 550 No such user here"},
                                         {"joe@bar.com", "error:nouser No such user here"},
                                         {"jax@bar.com", "error:5.7.0:550 Address invalid"},
                                         {"jax@bar.com", "error:nouser \"550 No, (really) <none>\""},
                                         {"jax@bar.com", "error:tempfail 450 Later"},
                                         {"@baz.org", "jane@example.net"},
                                         {"@foo.org", "%1@example.com"},
                                         {"old+*@foo.org", "new+%2@example.com"},
                                         {"gen+*@foo.org", "%2@example.com"},
                                         {"+*@foo.org", "%1%3@example.com"},
                                         {"X++@foo.org", "Z%3@example.com"},
                                         {"++@foo.org", "z"},
                                         {"@bar.org", "%1%3"},
                                         {"a+b@bar.org", "\\root"},
                                         {"@bar.org", "info@bar.org"},
                                         {"First.Last@BAR.org", "first.last@10-0-0-1.example"}});
}

TEST_CASE(
    "virtusertable: what is no address that sendmail looks up, or leads anywhere but to one address, is "
    "refused") {
    all_refused(TableName::Virtusertable, {{"", "bob"},
                                           {"info", "bob"},
                                           {"info@", "bob"},
                                           {"@", "bob"},
                                           {"info@[127.0.0.1]", "bob"},
                                           {"a..b@x.example", "bob"},
                                           {".a@x.example", "bob"},
                                           {"\"a b\"@x.example", "bob"},
                                           {"a@b@x.example", "bob"},
                                           {"a%b@x.example", "bob"},
                                           {"a!b@x.example", "bob"},
                                           {"a@x.example.", "bob"},
                                           {"#a@x.example", "bob"},
                                           {"a@*.example", "bob"},
                                           {"|a@x.example", "bob"},
                                           {"a@\xc3\xbc.example", "bob"},
                                           {"a@x.example\n", "bob"}});
    const std::vector<std::string_view> values{"",
                                               " bob",
                                               "bob ",
                                               "bob,carol",
                                               "bob carol",
                                               "|/bin/id",
                                               "\"|/bin/id\"",
                                               "/tmp/x",
                                               ":include:/x",
                                               "(c)|/bin/id",
                                               "<|/bin/id>",
                                               "bob@x.example.",
                                               "bob@[10.0.0.1]",
                                               "bob%x.example",
                                               "a!b",
                                               "%0",
                                               "%4",
                                               "%",
                                               "%%",
                                               "%12%",
                                               "a%",
                                               "a@%1",
                                               "bob@%1.example",
                                               "%1@%2",
                                               "-oQ/x",
                                               "-%1x",
                                               "local:bob",
                                               "relay:x",
                                               "bob\nx y",
                                               "bob\r",
                                               "b\xc3\xb6"
                                               "b",
                                               "a@x.example",
                                               "error:",
                                               "error:nouser",
                                               "error:nouser ",
                                               "error:550 x",
                                               "error:nouser:550 x",
                                               "error:bogus 550 x",
                                               "error:5.7.0:x",
                                               "error:5.7.0:450 x",
                                               "error:4.7.0:550 x",
                                               "error:nouser 450 x",
                                               "error:tempfail 550 x",
                                               "error:nouser a (b)",
                                               "error:nouser 100%",
                                               "error:nouser \"\"",
                                               "ERROR:nouser x",
                                               "error: nouser x"};
    for (const auto value : values) {
        CAPTURE(value);
        CHECK_FALSE(refusal(TableName::Virtusertable, "a@x.example", value).empty());
    }
    CHECK_FALSE(refusal(TableName::Virtusertable, "@x.example", "%1@X.example").empty());
    CHECK(refusal(TableName::Virtusertable, "a@x.example", "A@X.example") ==
          "virtusertable value 'A@X.example' of 'a@x.example': it leads back to its own key");
    CHECK(refusal(TableName::Virtusertable, "@x.example", "bob@%1") ==
          "virtusertable value 'bob@%1' of '@x.example': a %1 after the '@' would let the sender choose the "
          "host");
    CHECK_FALSE(test::refusal(Code::InvalidAddress, [] {
                    return TableRow(TableName::Virtusertable, "a@x.example", "|/bin/id");
                }).empty());
}

TEST_CASE("mailertable: domains to hosts, by mailers that speak SMTP") {
    all_taken(TableName::Mailertable, {{"my.domain", "esmtp:host.my.domain"},
                                       {".my.domain", "smtp:[gateway.domain]"},
                                       {".", "relay:[smart.example.net]"},
                                       {".my.domain", "relay:%1.gw.example"},
                                       {".my.domain", "relay:[%1.gw.example]"},
                                       {".", "smtp:%1"},
                                       {"x.example", "smtp8:[10.0.0.1]"},
                                       {"x.example", "dsmtp:[IPv6:2001:db8::1]"},
                                       {"x.example", "relay:h1.example:[h2.example]:[10.0.0.1]:[IPv6:::1]"},
                                       {"x.example", "relay:localhost"},
                                       {"x.example", "error:5.1.2:550 No such host"},
                                       {"x.example", "error:550 No such host"},
                                       {"x.example", "error:4.4.0:\"450 Later, (perhaps)\""}});
    all_refused(TableName::Mailertable, {{"", "smtp:h.example"},
                                         {"..", "smtp:h.example"},
                                         {"a@x.example", "smtp:h.example"},
                                         {"[10.0.0.1]", "smtp:h.example"},
                                         {"x.example.", "smtp:h.example"},
                                         {"*.example", "smtp:h.example"},
                                         {"10", "smtp:h.example"}});
    const std::vector<std::string_view> values{"",
                                               "h.example",
                                               "[h.example]",
                                               "[IPv6:::1]",
                                               "smtp:",
                                               "smtp",
                                               ":h.example",
                                               "SMTP:h.example",
                                               "smtp :h.example",
                                               "smtp: h.example",
                                               "local:bob",
                                               "local:",
                                               "prog:/bin/id",
                                               "*file*:/tmp/x",
                                               "*include*:/x",
                                               "procmail:/etc/x",
                                               "cyrusv2:x",
                                               "uucp-new:x",
                                               "usenet:x",
                                               "discard:",
                                               "discard:x",
                                               "nosuch:x",
                                               "smtp:bob@h.example",
                                               "smtp:h.example,i.example",
                                               "relay:[h.example]:587",
                                               "relay:h.example:587",
                                               "relay:587",
                                               "relay:[h.example",
                                               "relay:h.example]",
                                               "relay:[]",
                                               "relay:10.0.0.1",
                                               "relay:h.example.",
                                               "relay:h.example:",
                                               "relay::h.example",
                                               "relay:[h.example]x",
                                               "relay:%1.example",
                                               "relay:[%1.example]",
                                               "relay:|x",
                                               "relay:/x",
                                               "relay:h example",
                                               "relay:$h",
                                               "relay:h_x",
                                               "error:",
                                               "error:550",
                                               "error:nouser 550 x",
                                               "error:nouser:550 x",
                                               "error:450 x",
                                               "error:5.1.2:450 x",
                                               "error:550 a (b)",
                                               "error:550 50%",
                                               "smtp:h.example\n",
                                               "smtp:h.example # why",
                                               "relay:xn--\xc3\xbc.example"};
    for (const auto value : values) {
        CAPTURE(value);
        CHECK_FALSE(refusal(TableName::Mailertable, "x.example", value).empty());
    }
    for (const auto value : {"relay:%1x.example"sv, "relay:%2.example"sv, "relay:a.%1"sv, "relay:%1.%1"sv,
                             "relay:%1."sv, "relay:%1.1"sv}) {
        CAPTURE(value);
        CHECK_FALSE(refusal(TableName::Mailertable, ".x.example", value).empty());
    }
    CHECK(refusal(TableName::Mailertable, "x.example", "relay:[h.example]:587") ==
          "mailertable value 'relay:[h.example]:587' of 'x.example': a port cannot be given: sendmail takes "
          "'587' for a second "
          "host; the port is part of a mailer's definition in sendmail.mc");
    CHECK(refusal(TableName::Mailertable, "x.example", "prog:/bin/id") ==
          "mailertable value 'prog:/bin/id' of 'x.example': 'prog' is not one of the mailers that can be "
          "named here: smtp, "
          "esmtp, smtp8, dsmtp, relay, error");
    CHECK(refusal(TableName::Mailertable, "x.example", "relay:10.0.0.1")
              .ends_with("an address is written as [10.0.0.1]"));
}

TEST_CASE("key and value fit into one line of makemap's") {
    const auto text = "ERROR:550 "s + std::string(1000, 'x');
    CHECK(TableRow(TableName::Access, "abc.example", text).value() == text);
    CHECK(test::refusal(Code::LimitExceeded, [&] {
              return TableRow(TableName::Access, "abcd.example", text);
          }).ends_with("with its value it makes 1023 octets, a line has 1022 at most"));
}
