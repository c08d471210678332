// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "recipe_report.hpp"

#include <doctest/doctest.h>

using namespace mailstack::client;

TEST_CASE("recipes are listed in their order, each further condition on a line of its own") {
    CHECK(to_text(std::vector<Recipe>{
              {.name = "debian", .conditions = {"list contains debian"}, .action = "folder Lists/debian"},
              {.name = "big",
               .match = "any",
               .conditions = {"size over 1000", "not body contains \x1b"},
               .action = "folder Big",
               .then = "continue"},
              {.name = "both", .conditions = {"size over 1", "size under 2"}, .action = "keep"},
              {.name = "rest", .action = "discard"}}) ==
          "   RECIPE  ACTION                WHEN\n"
          "1  debian  folder Lists/debian   list contains debian\n"
          "2  big     folder Big, continue  size over 1000\n"
          "                                 or not body contains \\x1b\n"
          "3  both    keep                  size over 1\n"
          "                                 and size under 2\n"
          "4  rest    discard               every message\n");
    CHECK(to_text(std::vector<Recipe>{}).starts_with("There are no recipes"));
    CHECK(line_of(
              to_json(std::vector<Recipe>{{.name = "a", .conditions = {"size over 1"}, .action = "keep"}})) ==
          R"([{"name":"a","match":"all","conditions":["size over 1"],"action":"keep","then":"stop"}])"
          "\n");
}

TEST_CASE("the recipes of a rehearsal and the ways are told apart") {
    const auto rehearsal = rehearsal_of({{"one", "not-matched", "size over 1"},
                                         {"other", "unknown", "runs /bin/x"},
                                         {"delivery", "mailbox", "/var/mail/alice"},
                                         {"delivery", "matched", "a way that is not known here"}});
    REQUIRE(rehearsal.recipes.size() == 2);
    CHECK(rehearsal.recipes[0].recipe == "one");
    REQUIRE(rehearsal.destinations.size() == 2);
    CHECK(rehearsal.destinations[0].where == "/var/mail/alice");
    CHECK(rehearsal_of({}).recipes.empty());
}

TEST_CASE("a rehearsal in words") {
    const Rehearsal rehearsal{.recipes = {{"a", "matched", "every condition holds"},
                                          {"bcd", "not-matched", "size over 1"},
                                          {"e", "unknown", "runs /bin/x"},
                                          {"f", "not-reached", ""}},
                              .destinations = {{"folder", "/home/alice/Maildir/.A/"},
                                               {"mailbox", "/var/mail/alice"},
                                               {"forward", "bob@example.com carol"},
                                               {"discard", "/dev/null"},
                                               {"pipe", "/bin/x y"},
                                               {"unknown", "e cannot be told"},
                                               {"moon", "\x1b"}}};
    CHECK(to_text(rehearsal) ==
          "a    matches         every condition holds\n"
          "bcd  does not match  size over 1\n"
          "e    not known       runs /bin/x\n"
          "f    not asked\n"
          "\n"
          "The message would go\n"
          "  into the folder /home/alice/Maildir/.A/\n"
          "  into the mailbox /var/mail/alice\n"
          "  on to bob@example.com carol\n"
          "  nowhere: it would be thrown away\n"
          "  into the program /bin/x y\n"
          "  perhaps: e cannot be told\n"
          "  moon \\x1b\n");
    CHECK(to_text(Rehearsal{.recipes = {}, .destinations = {{"mailbox", "/var/mail/alice"}}}) ==
          "There are no recipes.\n\nThe message would go\n  into the mailbox /var/mail/alice\n");
}

TEST_CASE("the delivery of an account") {
    CHECK(to_text(DeliveryState{"", "/home/alice/Maildir/", "maildir", "/usr/bin/procmail"}) ==
          "Mailbox:                /home/alice/Maildir/\n"
          "Set for the account:    the machine's default\n"
          "The machine's default:  into Maildir of the home directory\n"
          "Local mailer:           /usr/bin/procmail\n");
    const auto text = to_text(DeliveryState{"mbox", "/var/mail/alice", "", "/usr/lib/mail.local"});
    CHECK(text.find("Set for the account:    mbox\n") != std::string::npos);
    CHECK(text.find("as procmail does by itself\n") != std::string::npos);
    CHECK(text.find("'mailstackctl delivery use-procmail'") != std::string::npos);
    CHECK(to_text(DeliveryState{"", "/var/mail/alice", "", ""}).find("sendmail.cf names none") !=
          std::string::npos);
    CHECK(to_text(DeliveryState{"", "/var/mail/alice", "", "/usr/sbin/sensible-mda"}).find("use-procmail") ==
          std::string::npos);
}
