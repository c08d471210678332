// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// /etc/procmailrc, lossless, as procmail reads it (procmailrc(5)). `print(parse(bytes)) == bytes` for any bytes.
///
///     file       = *( white / statement )               ; white: SP, TAB, LF; statements may share a line
///     statement  = comment / assignment / removal / recipe / "}" / unknown
///     comment    = "#" to the line's end                ; no backslash continues it
///     assignment = name [white] "=" [white] word        ; the word as sh(1) has it: quotes (which may hold line ends), \, `, $
///     removal    = name                                 ; followed by white space
///     name       = ( letter / "_" ) *( letter / digit / "_" )
///     recipe     = ":" [number] *flag [ ":" [lockfile] ] LF *condition action
///     condition  = "*" text / comment / empty line      ; a backslash before the line's end joins the next line
///     action     = "!" words / "|" text / name "=|" text / "{" white / words    ; words: quotes and \ as in a word
///     number     = how many conditions stand there without their "*" (":0" none; nothing: 1, with A a E e 0)
///     flag       = "H" / "B" / "D" / "A" / "a" / "E" / "e" / "h" / "b" / "f" / "c" / "w" / "W" / "i" / "r"
///
/// - What a "{" opened stands in a block, which is conditional, until its "}". A "}" too many is passed over.
/// - procmail runs /etc/procmailrc as root until DROPPRIVS is given a value that counts: a decimal number that is not 0, or a word
///   that begins with y, t, e, a or "on" (case and white space before it apart); measured, and variables.c renvint().
///   In a block it is conditional, and does not count here.
/// - mailstack's part is what stands between two lines, markers included, outside all blocks:
///
///       # >>> mailstack: do not edit between these lines (mailstackctl recipe, mailstackctl delivery)
///       DROPPRIVS=yes                                   ; where nothing before has dropped them
///       DEFAULT=$HOME/Maildir/                          ; where one is set
///       LOCKSLEEP=1                                     ; seconds: where a Maildir cannot be made, procmail waits seven times so long
///       INCLUDERC=/etc/mailstack/procmail/$LOGNAME.rc
///       # <<< mailstack
///
/// Source of fact: procmail 3.22's sources (procmailrc_scan.hpp).
// clang-format on
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mailstack {

/// A condition: its text without the "*" and white space before it, joined lines as they stand.
struct RcCondition {
    std::size_t line = 0;  ///< 1-based
    std::string text;
};

struct RcRecipe {
    enum class Action { None, Forward, Pipe, Capture, Mailbox, Block };

    std::string flags;  ///< "Bc"
    bool locks = false;
    std::string lockfile;  ///< as it stands; "" where procmail finds a name itself
    std::vector<RcCondition> conditions;
    Action action = Action::None;  ///< None: the text ends, or another recipe begins, before there is one
    std::size_t action_line = 0;
    std::string target;  ///< of the action, as it stands

    bool has_flag(char flag) const noexcept { return flags.find(flag) != std::string::npos; }
    /// Whether the file's reading ends there if the conditions hold and nothing fails.
    bool delivers() const noexcept;
};

struct RcStatement {
    enum class Kind { Comment, Assignment, Removal, Recipe, CloseBlock, Unknown };

    Kind kind = Kind::Unknown;
    std::size_t begin = 0, end = 0;  ///< octets; what ends a line is not among them
    std::size_t line = 0;            ///< 1-based
    std::size_t depth = 0;           ///< blocks that are open where it begins
    std::string name{};              ///< Assignment, Removal
    std::string value{};      ///< Assignment: as it stands, quotes and all; Unknown: what is passed over
    bool backquotes = false;  ///< in the value, a recipe's first line or its action
    RcRecipe recipe{};
};

struct RcProblem {
    std::size_t line;     ///< 1-based
    std::string message;  ///< without the line
};

struct RcEnd {
    std::size_t line;     ///< 1-based
    std::string message;  ///< without the line
    bool certain;         ///< what procmail will expand may keep it from ending there
};

/// What mailstack's part says.
struct RcPart {
    std::string include;            ///< what INCLUDERC is set to
    std::string default_mailbox{};  ///< what DEFAULT is set to; "": it is not
    bool operator==(const RcPart&) const = default;
};

struct RcSection {
    RcPart part;
    bool drops_privileges = false;  ///< by a statement of its own
    std::size_t first_line = 0, last_line = 0;
    /// Holds what mailstack writes for `part`, in its words, whether DROPPRIVS is among them or not.
    bool in_our_words = false;
    /// That, and privileges are dropped before INCLUDERC, by it or by what stands before.
    bool as_written = false;
};

/// An immutable value, cheap to copy. An edit costs the file's size.
class ProcmailRc {
  public:
    ProcmailRc() : ProcmailRc(parse({})) {}
    /// Never fails.
    static ProcmailRc parse(std::string text);
    const std::string& print() const noexcept;

    const std::vector<RcStatement>& statements() const noexcept;
    /// The line of the first statement that drops privileges whatever the message; nothing where none does.
    std::optional<std::size_t> privileges_dropped() const noexcept;
    /// What procmail runs, opens or delivers as root, by line: all that stands before privileges_dropped(),
    /// unless its own block has dropped them, and
    /// - runs a program (in backquotes, as a condition, as an action) or forwards,
    /// - delivers to a file,
    /// - opens or enters what a user may have put there: LOGFILE, LOCKFILE, MAILDIR, INCLUDERC, SWITCHRC with
    ///   a relative path, or one in which is expanded what the account or the message has a say in (HOME,
    ///   MAILDIR, LOGNAME, USER, ORGMAIL, DEFAULT, SHELL, MATCH, arguments), or a variable made of such or in
    ///   backquotes.
    /// Nothing of mailstack's part, of which section() tells.
    std::vector<RcProblem> run_as_root() const;
    /// Where reading ends for every message before it comes to mailstack's part (or the file's end): a
    /// recipe without conditions that delivers; SWITCHRC; a HOST that is removed or is not `host_name`, which
    /// is gethostname(2)'s, folded. The first that is certain, else the first that may.
    std::optional<RcEnd> ends_before_part(std::string_view host_name) const;

    /// mailstack's part; nothing where there is none, or a problem().
    std::optional<RcSection> section() const noexcept;
    /// Why no edit is made: a marker without the other or twice, or within a block or another statement; a
    /// NUL, or a line that procmail could read in two ways.
    const std::optional<RcProblem>& problem() const noexcept;

    /// With mailstack's part saying `part`, where it stands, else at the end; no other octet changes but that
    /// a last line which lacks its line end gets one. DROPPRIVS=yes is written unless an unconditional one
    /// stands before. Throws Error{InvalidConfiguration} where there is a problem(), or where the file's end
    /// is within a block, a quote or a recipe, with the line; Error{InvalidArgument} where a value of `part`
    /// has an octet that procmail would not take as it is.
    ProcmailRc with_section(const RcPart& part) const;

  private:
    struct State;
    explicit ProcmailRc(std::shared_ptr<const State> state) : state_(std::move(state)) {}
    void require_no_problem() const;
    std::shared_ptr<const State> state_;
};

}  // namespace mailstack
