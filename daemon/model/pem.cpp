// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/pem.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"

namespace mailstack {
namespace {

constexpr std::string_view dashes = "-----";
constexpr CharacterSet base64_symbols{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"};
constexpr CharacterSet white{" \t\r\n"};
constexpr std::size_t quad = 4, triple = 3;

bool is_label(std::string_view text) {
    bool after_character = false;
    for (const char c : text) {
        const bool separates = c == ' ' || c == '-';
        if (separates ? !after_character : c < '!' || c > '~') {
            return false;
        }
        after_character = !separates;
    }
    return after_character;
}

enum class Delimits { Nothing, Beginning, End, Damaged };

struct Delimiter {
    Delimits what = Delimits::Nothing;
    std::string_view label = {};
};

Delimiter delimiter_in(std::string_view line) {
    const auto word = line.find_first_not_of('-');
    if (word == 0 || word == std::string_view::npos) {
        return {};
    }
    auto rest = line.substr(word);
    const auto verb = rest.substr(0, rest.find(' '));
    if (verb != "BEGIN" && verb != "END") {
        return {};
    }
    rest.remove_prefix(std::min(verb.size() + 1, rest.size()));
    const auto label = rest.substr(0, rest.size() - std::min(rest.size(), dashes.size()));
    if (word != dashes.size() || !rest.ends_with(dashes) || !is_label(label)) {
        return {Delimits::Damaged};
    }
    return {verb == "BEGIN" ? Delimits::Beginning : Delimits::End, label};
}

class Scan {
  public:
    explicit Scan(std::string_view text) : text_(text) {}

    std::vector<PemBlock> blocks() {
        constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
        std::size_t at = text_.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
        while (at < text_.size()) {
            const auto end = std::min(text_.find_first_of("\r\n", at), text_.size());
            const auto next = std::min(end + (text_.substr(end, 2) == "\r\n" ? 2 : 1), text_.size());
            ++line_;
            take(trimmed(text_.substr(at, end - at)), at, next);
            at = next;
        }
        fail(PemFault::NoEnd);
        return std::move(blocks_);
    }

  private:
    void take(std::string_view line, std::size_t from, std::size_t next) {
        const Delimiter delimiter = delimiter_in(line);
        if (delimiter.what == Delimits::Nothing) {
            take_body(line, next);
        } else if (delimiter.what == Delimits::Damaged) {
            take_damaged(next);
        } else if (delimiter.what == Delimits::Beginning) {
            fail(PemFault::NoEnd);
            begin(delimiter.label, next);
        } else if (!open_) {
            begin(delimiter.label, next);
            fail(PemFault::StrayEnd);
            open_ = false;
        } else {
            end(delimiter.label, from);
        }
    }

    void begin(std::string_view label, std::size_t next) {
        blocks_.push_back({.label = std::string(label), .line = line_});
        body_ = next;
        symbols_ = padding_ = 0;
        open_ = true;
    }

    /// A beginning outside of a block, an end within one.
    void take_damaged(std::size_t next) {
        const bool within = open_;
        if (!within) {
            begin("", next);
        }
        fail(PemFault::Delimiter);
        open_ = !within;
    }

    void take_body(std::string_view line, std::size_t next) {
        if (!open_) {
            return;
        }
        if (symbols_ == 0 && line.find(':') != std::string_view::npos) {
            blocks_.back().encrypted |= line.starts_with("Proc-Type:") && line.ends_with("ENCRYPTED");
            body_ = next;
            return;
        }
        for (const char c : line) {
            if (c == '=' ? ++padding_ > 2 : !white.has(c) && (padding_ > 0 || !base64_symbols.has(c))) {
                fail(PemFault::NotBase64);
                return;
            }
            symbols_ += c == '=' || white.has(c) ? 0 : 1;
        }
    }

    void end(std::string_view label, std::size_t from) {
        PemBlock& block = blocks_.back();
        fail(label != block.label                ? PemFault::OtherEnd
             : symbols_ == 0                     ? PemFault::Empty
             : (symbols_ + padding_) % quad != 0 ? PemFault::Cut
                                                 : PemFault::None);
        if (block.fault == PemFault::None) {
            block.body = text_.substr(body_, from - body_);
        }
        open_ = false;
    }

    /// The first fault of a block counts.
    void fail(PemFault fault) {
        if (open_ && blocks_.back().fault == PemFault::None && fault != PemFault::None) {
            blocks_.back().fault = fault;
            blocks_.back().fault_line = line_;
        }
    }

    std::string_view text_;
    std::vector<PemBlock> blocks_;
    std::size_t line_ = 0, body_ = 0, symbols_ = 0, padding_ = 0;
    bool open_ = false;
};

}  // namespace

std::vector<PemBlock> pem_blocks(std::string_view text) {
    return Scan(text).blocks();
}

std::string octets_of(const PemBlock& block) {
    std::string octets;
    octets.reserve(block.body.size() / quad * triple + triple);
    std::array<unsigned char, quad> symbols{};
    std::array<unsigned char, triple> decoded{};
    std::size_t taken = 0;
    for (const char c : block.body) {
        if (white.has(c)) {
            continue;
        }
        symbols[taken++] = static_cast<unsigned char>(c);
        if (taken == quad) {
            taken = 0;
            static_cast<void>(::EVP_DecodeBlock(decoded.data(), symbols.data(), quad));
            const auto padding = std::count(symbols.begin(), symbols.end(), '=');
            octets.append(decoded.begin(), decoded.end() - padding);
        }
    }
    ::OPENSSL_cleanse(symbols.data(), symbols.size());
    ::OPENSSL_cleanse(decoded.data(), decoded.size());
    return octets;
}

}  // namespace mailstack
