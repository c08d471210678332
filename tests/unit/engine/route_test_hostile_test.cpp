// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <future>
#include <utility>

#include "engine/wiped_text.hpp"
#include "route_fixture.hpp"

using namespace mailstack;

namespace {

const Secret& secret() {
    static const Secret it{std::string(secret_text)};
    return it;
}

std::string encoded(const std::string& octets) {
    return std::string(WipedText(Base64{octets}).octets());
}

std::string folded(std::string text) {
    for (char& c : text) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    return text;
}

/// No words hold the secret in any form, in whatever case, nor more than 500 octets, nor anything
/// unprintable.
void check_clean(const std::vector<RouteStep>& steps) {
    const std::string plain = std::string("alice\0alice\0", 12) + secret_text;
    for (const RouteStep& step : steps) {
        CAPTURE(step.words);
        for (const std::string& form : {secret_text, encoded(secret_text), encoded(plain),
                                        encoded(plain).substr(16, 16), secret_text.substr(0, 8)}) {
            CHECK(folded(step.words).find(folded(form)) == std::string::npos);
        }
        CHECK(step.words.size() <= 500);
        CHECK(
            step.words.find_first_not_of(" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`"
                                         "abcdefghijklmnopqrstuvwxyz{|}~") == std::string::npos);
    }
}

struct Tried {
    std::vector<RouteStep> steps;
    std::string heard;
};

Tried tried(const std::function<void(TestClient&)>& script, std::chrono::milliseconds patience = 10s) {
    static const TestAuthority authority;
    ScriptedRelay relay(script);
    const auto began = std::chrono::steady_clock::now();
    Tried found{
        steps_to(relay, authority.anchors(), relay_to(host, relay.port(), "encrypted"), &secret(), patience),
        ""};
    CHECK(std::chrono::steady_clock::now() - began < patience + 2s);
    check_clean(found.steps);
    found.heard = relay.finish();
    return found;
}

/// What a relay that answers AUTH with `answer` is reported to have said.
std::string echoed(const std::string& answer) {
    Manners manners;
    manners.identity = identity({});
    manners.answers = {answer};
    return failure(tried(behaving(manners)).steps);
}

}  // namespace

TEST_CASE("a relay that echoes the secret, however it does, is not quoted") {
    const std::string plain = std::string("alice\0alice\0", 12) + secret_text;
    const std::string withheld = "auth: 535 (words that hold the secret are not shown)";
    CHECK(echoed("535 5.7.8 wrong: " + secret_text + "\r\n") == withheld);
    CHECK(echoed("535 " + folded(secret_text) + "\r\n") == withheld);
    CHECK(echoed("535 " + encoded(secret_text) + "\r\n") == withheld);
    CHECK(echoed("535 " + encoded("x" + secret_text) + "\r\n") == withheld);
    CHECK(echoed("535 AUTH PLAIN " + encoded(plain) + "\r\n") == withheld);
    CHECK(echoed("535 " + encoded(plain).substr(16) + "\r\n") == withheld);
    CHECK(echoed("535-" + secret_text.substr(0, 7) + "\r\n535 " + secret_text.substr(7) + "\r\n") ==
          withheld);
    CHECK(echoed("535 " + secret_text.substr(0, 7) + " \t" + secret_text.substr(7) + "\r\n") == withheld);
    CHECK(echoed("535 " + std::string(490, 'x') + secret_text + "\r\n") == withheld);
    const std::string bare = "auth: (words that hold the secret are not shown)";
    CHECK(echoed(secret_text + " is no reply\r\n") == bare);
    CHECK(echoed("you said" + std::string(185, ' ') + secret_text + "\r\n") == bare);  // cut within it
    CHECK(echoed("535 " + std::string(1000, 'x') + secret_text + std::string(2000, 'x')) == bare);
    CHECK(echoed("535 5.7.8 " + std::string(490, 'x') + "\r\n").size() == std::string("auth: ").size() + 500);
}

TEST_CASE("secrets that are short, blank, or words that anybody says") {
    const auto with = [](std::string text, const std::string& answer) {
        Manners manners;
        manners.identity = identity({});
        manners.answers = {answer};
        ScriptedRelay relay(behaving(manners));
        const Secret other(std::move(text));
        return words_of(steps_to(relay, {}, relay_to(host, relay.port(), "encrypted"), &other), "auth");
    };
    CHECK(with("535", "535 no\r\n") == "(words that hold the secret are not shown)");
    CHECK(with("   ", "535 no   no\r\n") == "535 (words that hold the secret are not shown)");
    CHECK(with("   ", "535 no\r\n") == "535 no");
    CHECK(with("no", "535 N o\r\n") == "535 (words that hold the secret are not shown)");
    CHECK(with("x", "535 " + encoded("x") + "\r\n") == "535 (words that hold the secret are not shown)");
}

TEST_CASE("a relay that hangs ends at the deadline, with the step that it hung in") {
    Manners manners;
    manners.identity = identity({});
    const std::string late = " the relay does not answer in time";
    std::vector<std::pair<Manners, std::string>> all;
    const auto expect = [&](const std::string& failure) -> Manners& {
        return all.emplace_back(manners, failure).first;
    };
    expect("greeting:" + late).greeting = "";
    expect("greeting:" + late).greeting = "220-more to come\r\n220";
    expect("ehlo:" + late).hello = "250-x\r\n";
    expect("starttls:" + late).starttls = "";
    Manners& no_handshake = expect("starttls:" + late);
    no_handshake.identity = {};
    no_handshake.answers = {};
    expect("auth:" + late).answers = {};
    expect("it did not fail").quit = "221-";
    // all at once: each takes its time, which must be enough for the steps before
    std::vector<std::future<std::string>> found;
    for (const auto& [with, failed] : all) {
        found.push_back(
            std::async(std::launch::async, [&with] { return failure(tried(behaving(with), 8s).steps); }));
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        CHECK(found[i].get() == all[i].second);
    }
}

TEST_CASE("a relay that closes at any point is told so, wherever it is") {
    Manners manners;
    manners.identity = identity({});
    const std::vector<std::string> expected{"greeting: the relay hangs up", "ehlo: the relay hangs up",
                                            "starttls: the relay hangs up", "ehlo again: the relay hangs up",
                                            "auth: the relay hangs up",     "it did not fail"};
    for (std::size_t hears = 0; hears < expected.size(); ++hears) {
        CAPTURE(hears);
        const auto script = [&](TestClient& client) {
            const std::string says[] = {manners.greeting, manners.hello, manners.starttls,
                                        manners.hello_within, "235 ok\r\n"};
            for (std::size_t i = 0; i < hears; ++i) {
                client.say(says[i]);
                if (i == 2) {
                    client.start_tls(manners.identity);
                }
                client.hear();
            }
        };
        CHECK(failure(tried(script).steps) == expected[hears]);
    }
    const auto half = [](TestClient& client) { client.say("220 half a li"); };
    CHECK(failure(tried(half).steps) == "greeting: the relay hangs up after '220 half a li'");
}

TEST_CASE("a relay that never stops, or speaks no SMTP, costs neither time nor memory") {
    const auto endless = [](const std::string& piece) {
        return [piece](TestClient& client) {
            while (client.say(piece)) {
            }
        };
    };
    CHECK(failure(tried(endless(std::string(65536, 'x'))).steps) ==
          "greeting: the relay says a line of more than 2,000 octets");
    CHECK(failure(tried(endless("220-more and more\r\n")).steps) ==
          "greeting: the relay answers with what is no SMTP reply: '220-more and more'");
    CHECK(failure(tried(endless(std::string("\0\xff\x1b\n", 4))).steps) ==
          "greeting: the relay answers with what is no SMTP reply: '\\x00\\xff\\x1b'");
    const Identity own = identity({});
    const auto within = [&](TestClient& client) {
        Manners manners;
        client.say(manners.greeting);
        client.hear();
        client.say(manners.hello);
        client.hear();
        client.say(manners.starttls);
        client.start_tls(own);
        client.hear();
        while (client.say(std::string(16384, 'x'))) {
        }
    };
    CHECK(failure(tried(within).steps) == "ehlo again: the relay says a line of more than 2,000 octets");
}
