// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A value, and words up to a line's end: goodies.c readparse().

#include "formats/procmailrc_characters.hpp"
#include "formats/procmailrc_scan.hpp"

namespace mailstack {

/// The state of readparse(): `got`, and how deep in ${...}.
struct RcReader::Parse {
    RcPiece piece;
    bool one_word;
    Within within = Within::Nothing;
    /// A substitution may have left nothing, or text.
    bool unsure = false;
    std::size_t braces = 0, braces_at_quote = 0;
    int next = no_more;  ///< the octet under consideration

    bool quoted() const noexcept { return within == Within::Double || within == Within::Single; }
    bool at_word_start() const noexcept { return within == Within::Nothing || within == Within::Space; }
    void text() noexcept {
        if (at_word_start()) {
            within = Within::Text;
        }
        unsure = false;
    }
    /// Text, or nothing at all. An assignment's value counts even an empty one as text.
    void substituted() noexcept {
        if (one_word) {
            text();
        } else if (at_word_start()) {
            unsure = true;
        }
    }
};

RcPiece RcReader::parsed(bool one_word) {
    Parse parse{.piece = {.begin = at_, .end = at_}, .one_word = one_word};
    bool more = true;
    while (more) {
        parse.piece.end = at_;
        parse.next = get();
        more = step(parse);
    }
    const bool joined = parse.next == no_more && !text_.empty() && text_.back() == '\n';
    parse.piece.open = parse.piece.open || parse.quoted() || joined;
    parse.piece.unclear = parse.piece.unclear || parse.braces > 0;
    return parse.piece;
}

/// Takes the octet `next`; false where the piece ends with it.
bool RcReader::step(Parse& parse) {
    switch (parse.next) {
        case no_more:
            return false;
        case '\\':
            escape(parse);
            return true;
        case '`':
            backquote(parse);
            return true;
        case '"':
            double_quote(parse);
            return true;
        case '\'':
            single_quote(parse);
            return true;
        case '}':
            brace(parse);
            return true;
        case '#':
            if (parse.at_word_start() || parse.unsure) {
                parse.piece.unclear = parse.piece.unclear || parse.unsure;
                skip_line();
                return false;
            }
            return true;
        case '$':
            return dollar(parse);
        case ' ':
        case '\t':
            return blank(parse);
        case '\n':
            if (!parse.quoted()) {
                return false;
            }
            return true;
        default:
            parse.text();
            return true;
    }
}

bool RcReader::blank(Parse& parse) {
    if (parse.quoted()) {
        return true;
    }
    if (parse.one_word && (parse.within == Within::Text || parse.unsure)) {
        parse.piece.unclear = parse.piece.unclear || parse.unsure;
        return false;
    }
    if (parse.within == Within::Text) {
        parse.within = Within::Space;
    }
    parse.unsure = false;
    return true;
}

void RcReader::escape(Parse& parse) {
    if (parse.within == Within::Single) {
        return;
    }
    const int escaped = get();
    parse.piece.open = parse.piece.open || escaped == no_more;
    if (escaped != '\n' && escaped != no_more) {
        parse.text();
    }
}

void RcReader::backquote(Parse& parse) {
    if (parse.within == Within::Single) {
        return;
    }
    parse.piece.backquotes = true;
    const bool in_quotes = parse.within == Within::Double;
    for (;;) {
        const int c = get();
        if (c == '\\') {
            get();
            continue;
        }
        if (c == no_more || c == '`' || (c == '"' && in_quotes)) {
            parse.piece.open = parse.piece.open || c == no_more;
            // Whether that closes the quote too depends on whether a shell runs the program.
            parse.piece.unclear = parse.piece.unclear || c == '"';
            break;
        }
    }
    if (!in_quotes) {
        parse.substituted();
    }
}

void RcReader::double_quote(Parse& parse) const {
    if (parse.within == Within::Single ||
        (parse.within == Within::Double && parse.braces_at_quote < parse.braces)) {
        return;
    }
    if (parse.within == Within::Double) {
        parse.within = Within::Text;
    } else {
        parse.braces_at_quote = parse.braces;
        parse.within = Within::Double;
    }
    parse.unsure = false;
}

void RcReader::single_quote(Parse& parse) const {
    if (parse.within != Within::Double) {
        parse.within = parse.within == Within::Single ? Within::Text : Within::Single;
        parse.unsure = false;
    }
}

void RcReader::brace(Parse& parse) const {
    const bool closes = parse.within == Within::Double ? parse.braces > parse.braces_at_quote
                                                       : parse.within != Within::Single && parse.braces > 0;
    if (!closes) {
        parse.text();
        return;
    }
    --parse.braces;
    parse.unsure = parse.unsure || parse.at_word_start() ||
                   (!parse.one_word && parse.within == Within::Text);  // as it was before the "${"
}

/// Behind "$"; false where the text ends there.
bool RcReader::dollar(Parse& parse) {
    if (parse.within == Within::Single) {
        return true;
    }
    const int first = peek();
    if (first == no_more) {
        parse.piece.end = at_;
        return false;
    }
    if (first == '{') {
        get();
        in_braces(parse);
        return true;
    }
    const std::string_view alone = "$?#=_-";
    if (is_rc_digit(first) || alone.find(static_cast<char>(first)) != std::string_view::npos) {
        get();
        first == '_' || first == '-' || is_rc_digit(first) ? parse.substituted() : parse.text();
        return true;
    }
    if (first == '@') {
        if (parse.within == Within::Double) {
            get();
        } else {
            parse.text();
        }
        return true;
    }
    const bool quotes = first == '\\';
    if (quotes) {
        get();
    }
    if (is_rc_name_character(peek())) {
        while (is_rc_name_character(peek())) {
            get();
        }
        quotes ? parse.text() : parse.substituted();
        return true;
    }
    parse.text();
    if (quotes) {
        escape(parse);
    }
    return true;
}

/// Behind "${": a name, then "}" or what stands in its place.
void RcReader::in_braces(Parse& parse) {
    const std::size_t begin = at_;
    while (is_rc_name_character(peek())) {
        get();
    }
    const bool bad_name = at_ > begin + 1 && is_rc_digit(static_cast<unsigned char>(text_[begin]));
    int operation = get();
    parse.piece.open = parse.piece.open || operation == no_more;
    if (bad_name) {
        return;
    }
    if (operation == '}') {
        parse.substituted();
        return;
    }
    const bool colon = operation == ':';
    operation = colon ? get() : operation;
    parse.piece.open = parse.piece.open || operation == no_more;
    if (operation == '-' || operation == '+') {
        ++parse.braces;
    }
}

}  // namespace mailstack
