// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Against a server that delivers as a test says; tests/system/test_recipes.py does it with sendmail and
// procmail.
#include "engine/delivery_proof.hpp"

#include <doctest/doctest.h>

#include "base/model_disk.hpp"
#include "base/real_disk.hpp"
#include "engine/activation.hpp"
#include "engine_fixture.hpp"
#include "refusal.hpp"
#include "scripted_relay.hpp"
#include "temporary_directory.hpp"

using namespace mailstack;
using namespace std::chrono_literals;

namespace {

/// A home directory with a Maildir.
struct Home : test::Directory {
    Home() { std::filesystem::create_directories(path + "/Maildir/new"); }
    std::string put(const std::string& name, const std::string& message) const {
        return write("Maildir/new/" + name, message);
    }
    bool has(const std::string& name) const { return std::filesystem::exists(path + "/Maildir/new/" + name); }
};

std::string port_line(const ScriptedRelay& server) {
    return "O DaemonPortOptions=Name=MTA, Addr=127.0.0.1, Port=" + std::to_string(server.port()) + "\n";
}

/// Takes a message, and returns it.
std::string taken(TestClient& client, const std::string& extensions = "250-DSN\r\n250 HELP\r\n") {
    client.say("220 x\r\n");
    client.hear();
    client.say("250-mail.example.test\r\n" + extensions);
    client.hear();
    client.say("250 ok\r\n");
    client.hear();
    client.say("250 ok\r\n");
    client.hear();
    client.say("354 go on\r\n");
    std::string message;
    for (std::string line = client.hear(); line != "."; line = client.hear()) {
        message += line + '\n';
    }
    client.say("250 accepted\r\n");
    client.hear();
    client.say("221 bye\r\n");
    return message;
}

void prove(const Home& home, const std::string& cf, std::chrono::milliseconds patience = 5s) {
    RealDisk disk;
    prove_delivery(disk, cf, home.path, std::chrono::steady_clock::now() + patience);
}

std::string failure(const Home& home, const std::string& cf, std::chrono::milliseconds patience = 300ms) {
    return test::refusal(Code::MtaFailed, [&] {
        prove(home, cf, patience);
        return 0;
    });
}

}  // namespace

TEST_CASE(
    "a message that arrives proves the delivery, and is gone afterwards, as is all that others sent there") {
    const Home home;
    home.put("1.old", "Subject: x\nX-Mailstack-Proof: 00\n\n");
    home.put("2.other", "Subject: somebody's\n\nX-Mailstack-Proof is a word\n");
    home.put("3.large", "X: y\nX-Mailstack-Proof: 00\n\n" + std::string(70000, 'x'));
    ScriptedRelay server([&](TestClient& client) { home.put("4.new", taken(client)); });
    prove(home, port_line(server));
    CHECK_FALSE(home.has("1.old"));
    CHECK_FALSE(home.has("2.other"));
    CHECK_FALSE(home.has("3.large"));
    CHECK_FALSE(home.has("4.new"));
    const std::string& heard = server.finish();
    CHECK(heard.find("C MAIL FROM:<>\r\n") != std::string::npos);
    CHECK(heard.find("C RCPT TO:<_mailstack@localhost> NOTIFY=NEVER\r\n") != std::string::npos);
    CHECK(heard.find("C Auto-Submitted: auto-generated\r\n") != std::string::npos);
}

TEST_CASE("a server that cannot be told to send no bounce is asked without") {
    const Home home;
    ScriptedRelay server([&](TestClient& client) { home.put("1.new", taken(client, "250 HELP\r\n")); });
    prove(home, port_line(server));
    CHECK(server.finish().find("C RCPT TO:<_mailstack@localhost>\r\n") != std::string::npos);
}

TEST_CASE("another proof's message proves nothing, nor does one with a token that only begins so") {
    const Home home;
    ScriptedRelay server([&](TestClient& client) {
        std::string message = taken(client);
        const auto at = message.find("Proof: ") + 7;
        message.insert(at + 32, "0");
        home.put("1.longer", message);
        message.replace(at, 33, std::string(32, '0'));
        home.put("2.other", message);
    });
    CHECK(failure(home, port_line(server)).find("has not arrived in " + home.path + "/Maildir/new") !=
          std::string::npos);
}

TEST_CASE("what the server says is told; a port that demands AUTH is not the last one asked") {
    const Home home;
    const auto demanding = [](TestClient& client) {
        client.say("220 x\r\n");
        client.hear();
        client.say("250 x\r\n");
        client.hear();
        client.say("530 5.7.0 Authentication required\r\n");
    };
    {
        ScriptedRelay server(demanding);
        CHECK(failure(home, port_line(server))
                  .ends_with("answers MAIL FROM:<> with '530 5.7.0 Authentication required'"));
    }
    ScriptedRelay first(demanding);
    ScriptedRelay second([&](TestClient& client) { home.put("1.new", taken(client)); });
    prove(home, port_line(first) + port_line(second));
    CHECK(failure(home, "O DaemonPortOptions=Name=X, Family=unix, Addr=/x\n")
              .starts_with("no delivery can be"));
    CHECK(failure(home, "O DaemonPortOptions=Name=X, Addr=127.0.0.1, Port=1\n").find("127.0.0.1:1") !=
          std::string::npos);
}

TEST_CASE("a message that has two names yet is taken once it has one") {
    const Home home;
    ScriptedRelay server([&](TestClient& client) {
        home.write("1.tmp", taken(client));
        std::filesystem::create_hard_link(home.path + "/1.tmp", home.path + "/Maildir/new/1.new");
        std::this_thread::sleep_for(100ms);
        std::filesystem::remove(home.path + "/1.tmp");
    });
    prove(home, port_line(server));
    CHECK_FALSE(home.has("1.new"));
}

TEST_CASE("a link or a directory among the messages is refused, not followed") {
    const Home home;
    std::filesystem::create_symlink("/etc/passwd", home.path + "/Maildir/new/0.link");
    ScriptedRelay server([&](TestClient& client) { taken(client); });
    CHECK_THROWS_AS(prove(home, port_line(server), 300ms), Error);
    CHECK(std::filesystem::exists("/etc/passwd"));
}

TEST_CASE("delivery is proved after everything else, and only where it is demanded") {
    test::ObedientMta mta;
    ModelDisk disk;
    const Programs programs{};
    disk.make_directory(test::layout.home());
    Journal journal(test::layout, disk);
    const Workshop workshop{test::layout, disk, mta, programs, journal, [] {}, {}};
    activate(workshop, {.activation = Activation::Reload});
    CHECK(mta.calls == std::vector<std::string>{"reload", "prove"});
    mta.calls.clear();
    activate(workshop, {.activation = Activation::Reload, .route = "direct", .delivery = true});
    CHECK(mta.calls == std::vector<std::string>{"reload", "prove", "prove route direct", "prove delivery"});
    mta.calls.clear();
    activate(workshop, {.delivery = true});
    CHECK(mta.calls == std::vector<std::string>{"prove delivery"});

    mta.calls.clear();
    mta.present = MtaState::Stopped;
    test::check_refusal(Code::NoMta, {"no delivery can be proved"}, [&] {
        activate(workshop, {.delivery = true});
        return 0;
    });
    mta.present = MtaState::Absent;
    activate(workshop, {.brings_up = true, .delivery = true});
    CHECK(mta.calls.empty());
}
