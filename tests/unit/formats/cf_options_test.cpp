// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/cf_options.hpp"

#include <doctest/doctest.h>

using namespace mailstack;

namespace {

using Texts = std::vector<std::string>;

constexpr const char* debian = R"(V10/Debian
# file containing names of hosts for which we receive email
Fw/etc/mail/local-host-names %[^\#]
FR-o /etc/mail/relay-domains %[^\#]
F{VirtHost} -o /etc/mail/virtual-hosts
Karith arith
Kaccess hash -T<TMPF> -o /etc/mail/access
Kmailertable hash
 -a. /etc/mail/mailertable
Kresolve host -a<OKR> -T<TEMP>
O AliasFile=/etc/mail/aliases
O aliasfile = hash:/etc/mail/lists  # a second one
#O AliasFile=/etc/mail/none
OA/etc/mail/old
O DaemonPortOptions=Family=inet,  Name=MTA-v4, Port=smtp, Addr=127.0.0.1
O DaemonPortOptions=Name=MSP, P=submission, M=Eas
)";

}  // namespace

TEST_CASE("options: every line of the name, in any case, comments and continuations aside") {
    CHECK(cf_option(debian, "AliasFile") ==
          Texts{"/etc/mail/aliases", "hash:/etc/mail/lists", "/etc/mail/old"});
    CHECK(cf_option(debian, "QueueDirectory").empty());
    CHECK(cf_value(debian, "QueueDirectory").empty());
    CHECK(cf_option("O Name=a\\#b\nO Name=$#c\n", "name") == Texts{"a#b", "$#c"});
    CHECK(cf_value("O Name=a\nO name=b\n", "Name") == "b");
    CHECK(cf_option("O Name=a,\n\tb\n", "Name") == Texts{"a, b"});
}

TEST_CASE("daemon ports: what DaemonPortOptions leaves out is as sendmail takes it") {
    const auto ports = daemon_ports(debian);
    REQUIRE(ports.size() == 2);
    CHECK(ports[0].name == "MTA-v4");
    CHECK(ports[0].address == "127.0.0.1");
    CHECK(ports[0].port == "smtp");
    CHECK_FALSE(ports[0].smtps);
    CHECK(ports[1].port == "submission");
    CHECK(ports[1].address.empty());
    CHECK(ports[1].smtps);
    REQUIRE(daemon_ports("V10\n").size() == 1);
    CHECK(daemon_ports("V10\n")[0].port == "smtp");
}

TEST_CASE("maps: name, class, file, and whether one that does not open is skipped") {
    const auto maps = cf_maps(debian);
    REQUIRE(maps.size() == 4);
    CHECK(maps[0].name == "arith");
    CHECK(maps[0].file.empty());
    CHECK(maps[1].name == "access");
    CHECK(maps[1].map_class == "hash");
    CHECK(maps[1].file == "/etc/mail/access");
    CHECK(maps[1].optional);
    CHECK(maps[2].file == "/etc/mail/mailertable");
    CHECK_FALSE(maps[2].optional);
    CHECK(cf_maps("K\n").front().name.empty());
}

TEST_CASE("class files: one letter or a name in braces, optional or not") {
    CHECK(cf_class_files(debian, "w") == Texts{"/etc/mail/local-host-names"});
    CHECK(cf_class_files(debian, "R") == Texts{"/etc/mail/relay-domains"});
    CHECK(cf_class_files(debian, "VirtHost") == Texts{"/etc/mail/virtual-hosts"});
    CHECK(cf_class_files(debian, "t").empty());
    CHECK(cf_class_files("F{broken\nF\n", "broken") == Texts{""});
}
