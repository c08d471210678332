// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/recipe_rc.hpp"

#include <type_traits>

#include "base/text.hpp"
#include "formats/procmail_regex.hpp"

namespace mailstack {
namespace {

constexpr const char* blanks = "[ \t]*";

/// The mark of a message that was forwarded for the account.
std::string loop_mark(const RecipeContext& context) {
    std::string name = context.account.text() + '@';
    for (const char c : context.own_name) {
        const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                          c == '.' || c == '-';
        name += fits ? c : '-';
    }
    return name;
}

std::string in_double_quotes(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '$' || c == '`' || c == '"' || c == '\\') {
            quoted += '\\';
        }
        quoted += c;
    }
    return quoted + '"';
}

std::string home_path(std::string_view below) {
    return "\"$HOME/" + std::string(below) + '"';
}

/// Writes one recipe.
class Writer {
  public:
    Writer(const Recipe& recipe, const RecipeContext& context, Delivery delivery)
        : recipe_(recipe), context_(context), delivery_(delivery) {}

    std::string text() {
        text_ = "\n# " + recipe_.name().text() + '\n';
        conditions();
        std::visit([&](const auto& action) { write(action); }, recipe_.action());
        return text_;
    }

  private:
    void line(const std::string& text) { text_ += text + '\n'; }
    std::string start(const std::string& flags) const {
        const std::string all = flags + (recipe_.then() == Then::Continue ? "c" : "");
        return ":0" + (all.empty() ? "" : ' ' + all);
    }

    /// What must stand in front of the recipe, and what its own conditions then are.
    void conditions() {
        if (recipe_.match() == Match::All || recipe_.conditions().size() < 2) {
            for (const Condition& one : recipe_.conditions()) {
                for (const std::string& each : condition_lines(one)) {
                    conditions_ += each + '\n';
                }
            }
            return;
        }
        line("MAILSTACK_ANY=no");
        for (const Condition& one : recipe_.conditions()) {
            line(":0");
            line("* MAILSTACK_ANY ?? ^^no^^");
            for (const std::string& each : condition_lines(one)) {
                line(each);
            }
            line("{ MAILSTACK_ANY=yes }");
        }
        conditions_ = "* MAILSTACK_ANY ?? ^^yes^^\n";
    }

    void write(const ToFolder& folder) {
        const std::string path = '"' + folder_path(folder, delivery_) + '"';
        if (delivery_ == Delivery::Maildir) {
            text_ += start("") + '\n' + conditions_ + path + '\n';
            // The Maildir itself may not be there yet.
            text_ += start("e") + "\n* ? /bin/mkdir -p " + home_path("Maildir") + '\n' + path + '\n';
            return;
        }
        // procmail waits for a minute where the directory of a lock is not there.
        text_ +=
            start("") + ":\n" + conditions_ + "* ? /bin/mkdir -p " + home_path("mail") + '\n' + path + '\n';
    }

    void write(const Keep&) {
        if (delivery_ != Delivery::Unset) {
            line(start("") + (delivery_ == Delivery::Mbox ? ":" : ""));
            text_ += conditions_ + "\"$DEFAULT\"\n";
            return;
        }
        // A directory (DEFAULT ends with "/", or "/." for MH) needs no lock; it is there or is made.
        line(start(""));
        text_ += "* DEFAULT ?? /\\.?^^\n" + conditions_ + "\"$DEFAULT\"\n";
        line(start("") + ':');
        text_ += "* ! DEFAULT ?? /\\.?^^\n" + conditions_ + "\"$DEFAULT\"\n";
    }

    void write(const Forward& forward) {
        line(start(""));
        text_ += conditions_;
        line(loop_guard_line(context_));
        line(bounce_guard_line());
        line("{");
        line("  :0 fhw");
        line("  | /usr/bin/formail -A \"X-Loop: " + loop_mark(context_) + '"');
        line("  :0 aw");
        text_ += "  !";
        for (const std::string& address : forward.addresses) {
            text_ += ' ' + in_double_quotes(address);
        }
        line("");
        if (recipe_.then() == Then::Continue) {
            // This is a copy: where it could not be sent, the message itself goes on below.
            line("  :0");
            line("  /dev/null");
        }
        line("}");
    }

    void write(const Discard&) {
        line(start(""));
        text_ += conditions_ + "/dev/null\n";
    }

    /// Its exit status decides: it may have read less than all.
    void write(const Pipe& pipe) {
        line(start("wi"));
        text_ += conditions_ + "| " + pipe.program + '\n';
    }

    const Recipe& recipe_;
    const RecipeContext& context_;
    Delivery delivery_;
    std::string text_, conditions_;
};

}  // namespace

std::string_view recipe_rc_settings() noexcept {
    // A condition of 1000 octets, quoted, twice in one line.
    return "LINEBUF=32768\n";
}

std::string loop_guard_line(const RecipeContext& context) {
    return "* ! ^X-Loop:" + (blanks + procmail_literal(loop_mark(context))) + blanks + '$';
}

std::string bounce_guard_line() {
    return "* ! ^From (MAILER-DAEMON|<>)([@ ]|$)";
}

Delivery effective_delivery(const RecipeBook& book, const RecipeContext& context) noexcept {
    return book.delivery() == Delivery::Unset ? context.machine : book.delivery();
}

std::string default_mailbox(Delivery delivery, const AccountName& account, std::string_view home) {
    return delivery == Delivery::Maildir ? std::string(home) + "/Maildir/" : "/var/mail/" + account.text();
}

std::string folder_path(const ToFolder& folder, Delivery delivery, std::string_view home) {
    return std::string(home) + (delivery == Delivery::Maildir ? "/Maildir/." + joined(folder.parts, ".") + '/'
                                                              : "/mail/" + joined(folder.parts, "."));
}

std::string recipe_rc(const RecipeBook& book, const RecipeContext& context) {
    const std::string source = "/etc/mailstack/recipes/" + context.account.text() + ".yaml";
    std::string text = "# Made by mailstack from " + source + ": change that, with mailstackctl recipe.\n";
    text += recipe_rc_settings();
    if (book.delivery() != Delivery::Unset) {
        text += "DEFAULT=\"" + default_mailbox(book.delivery(), context.account) + "\"\n";
    }
    for (const Recipe& recipe : book.recipes()) {
        text += Writer(recipe, context, effective_delivery(book, context)).text();
    }
    return text;
}

}  // namespace mailstack
