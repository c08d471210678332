// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/procmailrc.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/error.hpp"

using namespace mailstack;
using Kind = RcStatement::Kind;
using Action = RcRecipe::Action;

namespace {

const RcPart maildir{.include = "/etc/mailstack/procmail/$LOGNAME.rc", .default_mailbox = "$HOME/Maildir/"};
const RcPart bare{.include = "/etc/mailstack/procmail/$LOGNAME.rc"};

const std::string first_line =
    "# >>> mailstack: do not edit between these lines (mailstackctl recipe, mailstackctl delivery)\n";
const std::string last_lines =
    "LOCKSLEEP=1\n"
    "INCLUDERC=/etc/mailstack/procmail/$LOGNAME.rc\n"
    "# <<< mailstack\n";
const std::string whole_part = first_line + "DROPPRIVS=yes\nDEFAULT=$HOME/Maildir/\n" + last_lines;

/// One line a statement: "line kind@depth ...".
std::string outline(const std::string& text) {
    std::string all;
    const ProcmailRc rc = ProcmailRc::parse(text);
    REQUIRE(rc.print() == text);
    for (const RcStatement& one : rc.statements()) {
        const std::vector<std::string> kinds{"comment", "set", "unset", "recipe", "}", "unknown"};
        const std::vector<std::string> actions{"none", "forward", "pipe", "capture", "mailbox", "block"};
        all += std::to_string(one.line) + ' ' + kinds[static_cast<std::size_t>(one.kind)];
        all += one.depth > 0 ? "@" + std::to_string(one.depth) : "";
        all += one.name.empty() ? "" : ' ' + one.name;
        all += one.value.empty() ? "" : " [" + one.value + ']';
        if (one.kind == Kind::Recipe) {
            all += " (" + one.recipe.flags + (one.recipe.locks ? ":" + one.recipe.lockfile : "") + ")";
            for (const RcCondition& condition : one.recipe.conditions) {
                all += " *" + std::to_string(condition.line) + '[' + condition.text + ']';
            }
            all += ' ' + actions[static_cast<std::size_t>(one.recipe.action)];
            all += one.recipe.target.empty() ? "" : " [" + one.recipe.target + ']';
        }
        all += '\n';
    }
    return all;
}

std::string told(const std::vector<RcProblem>& problems) {
    std::string all;
    for (const RcProblem& one : problems) {
        all += std::to_string(one.line) + ": " + one.message + '\n';
    }
    return all;
}

template <typename Act>
Error refusal(const Act& act) {
    try {
        act();
    } catch (const Error& error) {
        return error;
    }
    return {Code::Internal, "nothing was refused"};
}

std::string problem(const std::string& text) {
    const auto found = ProcmailRc::parse(text).problem();
    return found ? std::to_string(found->line) + ": " + found->message : "";
}

}  // namespace

TEST_CASE("a file as people write it: assignments, comments, a recipe for each kind of action") {
    CHECK(outline("# delivery for everybody\n"
                  "SHELL=/bin/sh\n"
                  "PATH = /usr/bin:/bin   # not the user's\n"
                  "VERBOSE=off LOGABSTRACT = no\n"
                  "TRAP\n"
                  "\n"
                  ":0 fw: spamassassin.lock\n"
                  "* < 256000\n"
                  "| /usr/bin/spamc\n"
                  "\n"
                  ":0:\n"
                  "* ^X-Spam-Status: Yes\n"
                  "* ! ^From:.*boss@\n"
                  "$HOME/mail/spam\n"
                  "\n"
                  ":0 c\n"
                  "! backup@example.org\n"
                  ":0 Wh: msgid.lock\n"
                  "| formail -D 8192 .msgid.cache\n"
                  ":0\n"
                  "SUBJECT=| formail -xSubject:\n") ==
          "1 comment\n"
          "2 set SHELL [/bin/sh]\n"
          "3 set PATH [/usr/bin:/bin]\n"
          "3 comment\n"
          "4 set VERBOSE [off]\n"
          "4 set LOGABSTRACT [no]\n"
          "5 unset TRAP\n"
          "7 recipe (fw:spamassassin.lock) *8[< 256000] pipe [/usr/bin/spamc]\n"
          "11 recipe (:) *12[^X-Spam-Status: Yes] *13[! ^From:.*boss@] mailbox [$HOME/mail/spam]\n"
          "16 recipe (c) forward [backup@example.org]\n"
          "18 recipe (Wh:msgid.lock) pipe [formail -D 8192 .msgid.cache]\n"
          "20 recipe () capture [formail -xSubject:]\n");
}

TEST_CASE("blocks nest, may be written on one line, and what stands in them is told with its depth") {
    CHECK(outline(":0\n* ^To:.*lists\n{\n  :0 B\n  * unsubscribe\n  { LOG=\"a list\n\" }\n  :0 E\n  {\n"
                  "    DROPPRIVS=yes\n  }\n}\nA=b\n") ==
          "1 recipe () *2[^To:.*lists] block\n"
          "4 recipe@1 (B) *5[unsubscribe] block\n"
          "6 set@2 LOG [\"a list\n\"]\n"
          "7 }@2\n"
          "8 recipe@1 (E) block\n"
          "10 set@2 DROPPRIVS [yes]\n"
          "11 }@2\n"
          "12 }@1\n"
          "13 set A [b]\n");
    CHECK(outline("}\nA=b\n:0\n{}\n:0\n{A=c\n") ==
          "1 }\n2 set A [b]\n3 recipe () mailbox [{}]\n5 recipe () mailbox [{A=c]\n");
}

TEST_CASE("quotes hold line ends, comments are not continued, conditions are") {
    CHECK(outline("A='# no comment\nDROPPRIVS=yes'\n# comment \\\nB=c\\\nd\nC=\"x\\\"y\" D=`date` E=$A#f\n"
                  ":0\n* ^Subject:.*a\\\n  *b\n* ?test -f x\n# between\n\n  /dev/null\n") ==
          "1 set A ['# no comment\nDROPPRIVS=yes']\n"
          "3 comment\n"
          "4 set B [c\\\nd]\n"
          "6 set C [\"x\\\"y\"]\n"
          "6 set D [`date`]\n"
          "6 set E [$A#f]\n"
          "7 recipe () *8[^Subject:.*a\\\n  *b] *10[?test -f x] mailbox [/dev/null]\n");
}

TEST_CASE("the old way to write conditions, by their number, and recipes that lack an action") {
    CHECK(outline(":\n^Subject:.*old\nmbox\n:2:\n^A\n^B\nmbox\n:E\nmbox\n") ==
          "1 recipe () *2[^Subject:.*old] mailbox [mbox]\n"
          "4 recipe (:) *5[^A] *6[^B] mailbox [mbox]\n"
          "8 recipe (E) mailbox [mbox]\n");
    CHECK(outline(":0\n* ^A\n\n:0\n/dev/null\n:0\n* ^B\n") ==
          "1 recipe () *2[^A] none\n4 recipe () mailbox [/dev/null]\n6 recipe () *7[^B] none\n");
    CHECK(outline("foo-bar=1\n= x\n7up\nlast") ==
          "1 unknown [foo]\n1 unknown [-bar=1]\n2 unknown [= x]\n"
          "3 unknown [7up]\n4 unknown [last]\n");
}

TEST_CASE("privileges are dropped by the values that procmail takes for yes, outside of blocks") {
    for (const std::string yes : {"yes",
                                  "Yes",
                                  "y",
                                  "on",
                                  "ON",
                                  "once",
                                  "true",
                                  "t",
                                  "enable",
                                  "1",
                                  "2",
                                  "-1",
                                  "+1",
                                  "01x",
                                  "a",
                                  "all",
                                  "\"yes\"",
                                  "'yes'",
                                  "\" yes\"",
                                  "\"\tyes\"",
                                  "\\yes",
                                  "99999999999999999999",
                                  "\"\nyes\"",
                                  "1e",
                                  "y\\\nes",
                                  "yes#x",
                                  " yes # as it should be"}) {
        CAPTURE(yes);
        CHECK(ProcmailRc::parse("\nDROPPRIVS=" + yes + "\n").privileges_dropped() == std::size_t{2});
    }
    for (const std::string no :
         {"o", "off", "of",     "no",         "0",         "00", "0x1", "false",    "disable", "default", "x",
          "",  "ok",  "$UNSET", "`echo yes`", "\"\\yes\"", "!",  ".5",  "\"#yes\"", "#yes",    "\\#yes"}) {
        CAPTURE(no);
        CHECK_FALSE(ProcmailRc::parse("DROPPRIVS=" + no + "\n").privileges_dropped());
    }
    CHECK_FALSE(ProcmailRc::parse(":0\n* ^A\n{ DROPPRIVS=yes }\n").privileges_dropped());
    CHECK_FALSE(ProcmailRc::parse("A='\nDROPPRIVS=yes\n'\n# x\n#DROPPRIVS=yes\n").privileges_dropped());
    CHECK_FALSE(ProcmailRc::parse("DROPPRIVS\nDROPPRIVSX=yes\nXDROPPRIVS=yes\n").privileges_dropped());
    CHECK_FALSE(ProcmailRc::parse("DROPPRIVS=\"yes" + std::string(5000, ' ') + "\"\n").privileges_dropped());
    CHECK(ProcmailRc::parse(":0\n* ^A\n{\n}\nDROPPRIVS = yes\n").privileges_dropped() == std::size_t{5});
}

TEST_CASE("what is done as root is told, line by line, until privileges are dropped") {
    CHECK(
        told(ProcmailRc::parse("LOGFILE=/var/log/procmail.log\n"
                               "LOGFILE=$HOME/procmail.log\n"
                               "MAILDIR=${HOME}/mail\n"
                               "LOCKFILE=lock\n"
                               "INCLUDERC=/etc/procmail/global.rc\n"
                               "INCLUDERC=$HOME/.global\n"
                               "DATE=`date`\n"
                               "A='`'\n"
                               ":0\n"
                               "* ? test -f /etc/nologin\n"
                               "* $ ! ^From:.*`hostname`\n"
                               "* ^Subject:.*why\\?\n"
                               "* 1^0 ? /bin/true\n"
                               "* A ?? ^x\n"
                               "{\n"
                               "  DROPPRIVS=yes\n"
                               "  :0\n"
                               "  | $HOME/bin/mine\n"
                               "}\n"
                               ":0 c:\n"
                               "/var/log/all.mbox\n"
                               ":0\n* ^X-Spam\n/dev/null\n"
                               ":0 fw\n"
                               "| spamc -u $LOGNAME\n"
                               ":0 c\n"
                               "! archive\n"
                               "DROPPRIVS=yes\n"
                               ":0\n| $HOME/bin/mine\n")
                 .run_as_root()) ==
        "2: LOGFILE=$HOME/procmail.log, which may be the user's, is opened as root: no DROPPRIVS=yes stands "
        "before it\n"
        "3: MAILDIR=${HOME}/mail, which may be the user's, is entered as root: no DROPPRIVS=yes stands "
        "before "
        "it\n"
        "4: LOCKFILE=lock, which may be the user's, is made as root: no DROPPRIVS=yes stands before it\n"
        "6: INCLUDERC=$HOME/.global, which may be the user's, is carried out as root: no DROPPRIVS=yes "
        "stands "
        "before it\n"
        "7: the program within backquotes is run as root: no DROPPRIVS=yes stands before it\n"
        "10: the condition '? test -f /etc/nologin' runs a program as root: no DROPPRIVS=yes stands before "
        "it\n"
        "11: the condition '$ ! ^From:.*`hostname`' runs a program as root: no DROPPRIVS=yes stands before "
        "it\n"
        "13: the condition '1^0 ? /bin/true' runs a program as root: no DROPPRIVS=yes stands before it\n"
        "21: the message is written to '/var/log/all.mbox' as root: no DROPPRIVS=yes stands before it\n"
        "26: the program 'spamc -u $LOGNAME' is run as root: no DROPPRIVS=yes stands before it\n"
        "28: the message is forwarded (sendmail is run) as root: no DROPPRIVS=yes stands before it\n");
    CHECK(ProcmailRc::parse("DROPPRIVS=yes\n:0\n| mine\n").run_as_root().empty());
}

TEST_CASE("what the account or the message has a say in is told where root would open it") {
    const auto lines = [](const std::string& text) {
        std::string all;
        for (const RcProblem& one : ProcmailRc::parse(text).run_as_root()) {
            all += std::to_string(one.line) +
                   (one.message.find("may be the user's") != std::string::npos ? "u " : " ");
        }
        return all;
    };
    for (const std::string name :
         {"HOME", "LOGNAME", "USER", "ORGMAIL", "DEFAULT", "MAILDIR", "MATCH", "1", "@"}) {
        CAPTURE(name);
        CHECK(lines("LOGFILE=/var/log/$" + name + ".log\n") == "1u ");
        CHECK(lines("LOGFILE=\"/var/log/$" + name + "\"\nDROPPRIVS=yes\nLOGFILE=$" + name + "\n") == "1u ");
    }
    for (const std::string word : {"${USER}", "${USER:-x}", "$\\USER", "a${X}$USER", "${X:-$USER}"}) {
        CAPTURE(word);
        CHECK(lines("INCLUDERC=/etc/" + word + "\n") == "1u ");
    }
    CHECK(lines(whole_part.substr(0, whole_part.find("DROPPRIVS")) +
                whole_part.substr(whole_part.find("INCLUDERC")))
              .empty());
    CHECK(lines("D=/home/$LOGNAME\nE=$D/x\nLOGFILE=$E/log\nE=/var/log\nLOGFILE=$E/log\n") == "3u ");
    CHECK(lines("D=/home/$LOGNAME\n:0\n* ^A\n{ D=/var/log }\nLOGFILE=$D/log\n") == "5u ");
    CHECK(lines("D=`formail -xSubject:`\nLOGFILE=/var/log/$D\n") == "1 2u ");
    CHECK(
        lines("D=/var/log\nLOGFILE=$D/procmail.log\nLOGFILE=$HOST.$USERS/x\nLOCKFILE=/run/$HOMES\n").empty());
}

TEST_CASE("mailstack's part is put at the end, holds, and is changed where it stands") {
    CHECK(ProcmailRc().with_section(maildir).print() == whole_part);
    const ProcmailRc mine = ProcmailRc::parse("VERBOSE=off");  // no line end
    const ProcmailRc made = mine.with_section(maildir);
    CHECK(made.print() == "VERBOSE=off\n" + whole_part);
    CHECK(made.with_section(maildir).print() == made.print());
    REQUIRE(made.section());
    CHECK(made.section()->part == maildir);
    CHECK(made.section()->as_written);
    CHECK(made.section()->drops_privileges);
    CHECK(made.section()->first_line == 2);
    CHECK(made.section()->last_line == 7);

    // It may be moved, and stays where it is.
    const ProcmailRc moved = ProcmailRc::parse("A=b\n" + whole_part + "\n:0\n* ^X\n/dev/null\n");
    CHECK(moved.with_section(bare).print() ==
          "A=b\n" + first_line + "DROPPRIVS=yes\n" + last_lines + "\n:0\n* ^X\n/dev/null\n");
}

TEST_CASE("privileges are dropped by mailstack's part unless they are before it, for sure") {
    CHECK(ProcmailRc::parse("DROPPRIVS=on\n").with_section(bare).print() ==
          "DROPPRIVS=on\n" + first_line + last_lines);
    CHECK(ProcmailRc::parse("DROPPRIVS=no\n").with_section(bare).section()->drops_privileges);
    CHECK(ProcmailRc::parse(":0\n* ^A\n{ DROPPRIVS=yes }\n").with_section(bare).section()->drops_privileges);
    CHECK(ProcmailRc::parse("DROPPRIVS=$YES\n").with_section(bare).section()->drops_privileges);
    // Behind it they are dropped too late.
    const ProcmailRc late = ProcmailRc::parse(whole_part + "DROPPRIVS=yes\n");
    CHECK(late.with_section(bare).section()->drops_privileges);
    CHECK(late.privileges_dropped() == std::size_t{2});

    // The line before it that had dropped them is gone: as written no more, and mended by the next edit.
    const ProcmailRc gone = ProcmailRc::parse(first_line + last_lines);
    REQUIRE(gone.section());
    CHECK_FALSE(gone.section()->as_written);
    CHECK(gone.with_section(bare).print() == first_line + "DROPPRIVS=yes\n" + last_lines);
}

TEST_CASE("a part that somebody edited is read, told, and written as it was") {
    const ProcmailRc edited = ProcmailRc::parse(
        first_line + "DROPPRIVS=yes\nDEFAULT=$HOME/mbox\n:0\n* ^A\n/dev/null\n" + last_lines);
    REQUIRE(edited.section());
    CHECK(edited.section()->part.default_mailbox == "$HOME/mbox");
    CHECK_FALSE(edited.section()->as_written);
    CHECK(edited.with_section(maildir).print() == whole_part);
    // Without the line end that the last line had.
    const ProcmailRc cut = ProcmailRc::parse(whole_part.substr(0, whole_part.size() - 1));
    REQUIRE(cut.section());
    CHECK_FALSE(cut.section()->as_written);
    CHECK(cut.with_section(maildir).print() == whole_part);
}

TEST_CASE("a marker without the other, twice, or within something is a problem, and no edit is made") {
    CHECK(problem("A=b\n# >>> mailstack: x\nDROPPRIVS=yes\n") ==
          "2: the line '# >>> mailstack...' has no '# <<< mailstack' to go with it; mend mailstack's part by "
          "hand, "
          "or remove it");
    CHECK(problem("# <<< mailstack\n") ==
          "1: the line '# <<< mailstack...' has no '# >>> mailstack' to go with it; mend mailstack's part by "
          "hand, "
          "or remove it");
    CHECK(problem(whole_part + "A=b\n" + whole_part) ==
          "8: the line '# >>> mailstack...' stands in line 1 already; remove one of the two parts by hand");
    CHECK(problem(whole_part + "# <<< mailstack\n") ==
          "7: the line '# <<< mailstack...' stands in line 6 already; remove one of the two parts by hand");
    CHECK(problem("# <<< mailstack\n# >>> mailstack\n") ==
          "1: the line '# <<< mailstack...' stands before the one that begins mailstack's part");
    const std::string within =
        ": the line '# >>> mailstack...' stands within a block, a recipe or a quote; mailstack's part must "
        "stand "
        "outside of them: move it by hand";
    CHECK(problem(":0\n* ^A\n{\n" + whole_part + "}\n") == "4" + within);
    CHECK(problem("A='\n" + whole_part + "'\n") == "2" + within);
    CHECK(problem(":0\n" + whole_part) == "2" + within);  // a comment among the conditions
    CHECK(problem("A=b\\\n" + whole_part) == "2" + within);
    CHECK(problem("A=b # >>> mailstack\n# >>> mailstackish\n #  >>> mailstack\n").empty());

    const ProcmailRc broken = ProcmailRc::parse("A=b\n# >>> mailstack\n");
    CHECK_FALSE(broken.section());
    const Error refused = refusal([&] { broken.with_section(bare); });
    CHECK(refused.code() == Code::InvalidConfiguration);
    CHECK(std::string(refused.what()).starts_with("/etc/procmailrc, line 2: the line '# >>> mailstack...'"));
}

TEST_CASE("where the file's end is within something, no part is put there") {
    const auto said = [](const std::string& text) {
        const Error refused = refusal([&] { ProcmailRc::parse(text).with_section(bare); });
        CHECK(refused.code() == Code::InvalidConfiguration);
        return std::string(refused.what());
    };
    const std::string mend = ", and mailstack's part cannot stand within it: mend that by hand";
    CHECK(said("A=b\n:0\n* ^X\n{\n  B=c\n") ==
          "/etc/procmailrc, line 2: the block that begins here is not closed" + mend);
    CHECK(said("A=b\nB='c\n") ==
          "/etc/procmailrc, line 2: what begins here does not end: a quote or a backslash" + mend);
    CHECK(said("A=b\\") ==
          "/etc/procmailrc, line 1: what begins here does not end: a quote or a backslash" + mend);
    CHECK(said("A=b\\\n") ==
          "/etc/procmailrc, line 1: what begins here does not end: a quote or a backslash" + mend);
    CHECK(said(":0\n| x \\\n").starts_with("/etc/procmailrc, line 2: what begins here does not end"));
    CHECK(said(":0\n* ^X\n\n# here\n") ==
          "/etc/procmailrc, line 1: the recipe that begins here has no action" + mend);
    CHECK(said(":0\n* ^X\\") ==
          "/etc/procmailrc, line 2: what begins here does not end: a quote or a backslash" + mend);
    CHECK(said(":0\n{").starts_with("/etc/procmailrc, line 1: the block that begins here is not closed"));
    CHECK(said("A=${B").starts_with("/etc/procmailrc, line 1: what begins here does not end"));
    CHECK(said(std::string("A=b\n\0\n", 6)) ==
          "/etc/procmailrc, line 2: a NUL: mailstack does not edit that");
    CHECK(said("A=${B:-} C=d\n")
              .starts_with("/etc/procmailrc, line 1: a substitution that procmail reads in one way"));
    CHECK(said(":$N\n/dev/null\n")
              .starts_with("/etc/procmailrc, line 1: a recipe's flags that procmail would have to expand"));
    CHECK(said(std::string(2100, 'A') + "=b\n").find("a name of more than 120 characters") !=
          std::string::npos);
}

TEST_CASE("values that procmail would not take as they are go into no part") {
    for (const std::string value : {"a b", "a\nb", "`id`", "'x'", "a#b", "a;b", "a\\", "\x80"}) {
        CAPTURE(value);
        CHECK(refusal([&] { ProcmailRc().with_section({.include = value}); }).code() ==
              Code::InvalidArgument);
        CHECK(refusal([&] {
                  ProcmailRc().with_section({.include = "/x", .default_mailbox = value});
              }).code() == Code::InvalidArgument);
    }
    CHECK(refusal([&] { ProcmailRc().with_section({}); }).code() == Code::InvalidArgument);
}

TEST_CASE("a file whose reading ends for every message before mailstack's part is told") {
    const auto ends = [](const std::string& text) {
        const auto found = ProcmailRc::parse(text).ends_before_part("mail");
        return found ? (found->certain ? "" : "?") + std::to_string(found->line) + ": " + found->message : "";
    };
    CHECK(ends("A=b\n:0:\n$HOME/mbox\n" + whole_part) ==
          "2: this recipe delivers every message: nothing after it is read");
    CHECK(
        ends("SWITCHRC=/etc/other\n") ==
        "?1: SWITCHRC=/etc/other may end the reading of this file: nothing after it is read where that file "
        "can be read");
    CHECK(ends("SWITCHRC=/etc/$X\nA=b\nSWITCHRC\n" + whole_part) ==
          "3: the removal of SWITCHRC ends the reading of this file: nothing after it is read");
    CHECK(ends("SWITCHRC=\"/dev/null\"\n") ==
          "1: SWITCHRC=\"/dev/null\" ends the reading of this file: nothing after it is read");
    CHECK(ends("HOST=a\n") ==
          "1: HOST=a is not 'mail', as this machine is called: that ends the reading of this file: nothing "
          "after it is read");
    CHECK(ends("HOST\n") == "1: the removal of HOST ends the reading of this file: nothing after it is read");
    for (const std::string value : {"`hostname`", "$NAME", "\"$HOST\"", "Mail"}) {
        CHECK(ends("HOST=" + value + "\n" + whole_part) ==
              "?1: HOST=" + value +
                  " may end the reading of this file: nothing after it is read unless it is 'mail', as this "
                  "machine is called");
    }
    CHECK(ends("HOST=mail\nHOST = \"mail\"\nHOST='mail'\n" + whole_part).empty());
    CHECK(ends(":0\n* ^A\n{\nHOST=a\n}\n" + whole_part).empty());
    CHECK(ends(whole_part + ":0\n/dev/null\n").empty());
    CHECK(ends(":0 c\nx\n:0 fw\n| y\n:0\n* ^A\nz\n:0\nV=| w\n:0 e\nu\n:0\n* ^A\n{\n:0\nx\n}\n" + whole_part)
              .empty());
}
