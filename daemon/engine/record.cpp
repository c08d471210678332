// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/record.hpp"

#include <charconv>

#include "base/error.hpp"

namespace mailstack {

namespace {

std::string escaped(std::string_view field) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text;
    for (const char c : field) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte > ' ' && byte < 0x7f && c != '%') {
            text += c;
        } else {
            text += '%';
            text += digits[byte >> 4U];
            text += digits[byte & 0xfU];
        }
    }
    return text.empty() ? "%" : text;
}

/// Writes one line, field by field.
class Line {
  public:
    explicit Line(std::string_view word) : text_(word) {}
    Line& operator<<(std::string_view field) {
        text_ += ' ';
        text_ += escaped(field);
        return *this;
    }
    Line& operator<<(std::uint64_t number) { return *this << std::string_view(std::to_string(number)); }
    Line& operator<<(std::int64_t number) { return *this << std::string_view(std::to_string(number)); }
    Line& operator<<(const FileIdentity& identity) {
        return *this << identity.device << identity.inode << identity.size << identity.mtime;
    }
    std::string end() const { return text_ + '\n'; }

  private:
    std::string text_;
};

/// Reads one line, field by field.
class Fields {
  public:
    explicit Fields(std::string_view line) : rest_(line) {}

    std::string_view raw() {
        if (rest_.empty()) {
            damaged();
        }
        const auto end = rest_.find(' ');
        const std::string_view field = rest_.substr(0, end);
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        return field;
    }

    std::string text() {
        const std::string_view field = raw();
        std::string bytes;
        for (std::size_t i = 0; field != "%" && i < field.size(); ++i) {
            if (field[i] != '%') {
                bytes += field[i];
                continue;
            }
            bytes += static_cast<char>(number<unsigned>(field.substr(i + 1, 2), 16));
            i += 2;
        }
        return bytes;
    }

    std::uint64_t count() { return number<std::uint64_t>(raw(), 10); }
    std::int64_t time() { return number<std::int64_t>(raw(), 10); }
    bool flag() { return count() != 0; }

    template <typename Enum>
    Enum one_of(Enum last) {
        const std::uint64_t value = count();
        if (value > static_cast<std::uint64_t>(last)) {
            damaged();
        }
        return static_cast<Enum>(value);
    }

    FileIdentity identity() {
        FileIdentity identity;
        identity.device = count();
        identity.inode = count();
        identity.size = count();
        identity.mtime = time();
        return identity;
    }

    bool more() const { return !rest_.empty(); }

    [[noreturn]] static void damaged() {
        throw Error(Code::Internal, "the journal holds a line that mailstackd did not write");
    }

  private:
    template <typename Number>
    static Number number(std::string_view digits, int base) {
        Number value{};
        const auto [end, failure] =
            std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
        if (failure != std::errc{} || end != digits.data() + digits.size()) {
            damaged();
        }
        return value;
    }

    std::string_view rest_;
};

template <typename Visit>
void each_line(std::string_view text, const Visit& visit) {
    while (!text.empty()) {
        const auto end = text.find('\n');
        Fields fields(text.substr(0, end));
        const std::string_view word = fields.raw();
        visit(word, fields);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
}

template <typename Enum>
std::uint64_t ordinal(Enum value) {
    return static_cast<std::uint64_t>(value);
}

}  // namespace

std::string to_text(const Record& record) {
    std::string text =
        (Line("record") << record.generation << record.time << ordinal(record.activation)).end();
    for (const CallerRecord& caller : record.callers) {
        text += (Line("caller") << std::uint64_t{caller.uid} << caller.summary).end();
    }
    for (const TextRecord& edit : record.texts) {
        text += (Line("text") << ordinal(edit.kind) << edit.path << edit.staged << edit.before
                              << edit.staged_after << edit.offset << edit.inserted << edit.inserted_sha256
                              << edit.removed)
                    .end();
    }
    for (const MapRecord& map : record.maps) {
        text += (Line("map") << ordinal(map.kind) << ordinal(map.format) << map.path << map.text_path
                             << map.old_copy << std::uint64_t{map.text_drifted})
                    .end();
        for (const MapEdit& old : map.old_keys) {
            Line line(old.value ? "held" : "lacked");
            line << old.key;
            if (old.value) {
                line << *old.value;
            }
            text += line.end();
        }
    }
    return text;
}

std::string to_text(const Commit& commit) {
    std::string text = (Line("commit") << commit.generation).end();
    for (const auto& [path, file] : commit.files) {
        text += (Line("file") << path << file.identity << std::uint64_t{file.drifted}).end();
    }
    return text;
}

Record parse_record(std::string_view text) {
    Record record;
    each_line(text, [&](std::string_view word, Fields& fields) {
        if (word == "record") {
            record.generation = fields.count();
            record.time = fields.time();
            record.activation = fields.one_of(Activation::Restart);
        } else if (word == "caller") {
            const auto uid = static_cast<std::uint32_t>(fields.count());
            record.callers.push_back({.uid = uid, .summary = fields.text()});
        } else if (word == "text") {
            TextRecord edit;
            edit.kind = fields.one_of(TextRecord::Kind::Create);
            edit.path = fields.text();
            edit.staged = fields.text();
            edit.before = fields.identity();
            edit.staged_after = fields.identity();
            edit.offset = fields.count();
            edit.inserted = fields.count();
            edit.inserted_sha256 = fields.text();
            edit.removed = fields.text();
            record.texts.push_back(std::move(edit));
        } else if (word == "map") {
            MapRecord map;
            map.kind = fields.one_of(MapRecord::Kind::Create);
            map.format = fields.one_of(MapFormat::Authinfo);
            map.path = fields.text();
            map.text_path = fields.text();
            map.old_copy = fields.text();
            map.text_drifted = fields.flag();
            record.maps.push_back(std::move(map));
        } else if ((word == "held" || word == "lacked") && !record.maps.empty()) {
            MapEdit old{.key = fields.text(), .value = std::nullopt};
            if (word == "held") {
                old.value = fields.text();
            }
            record.maps.back().old_keys.push_back(std::move(old));
        } else {
            Fields::damaged();
        }
    });
    return record;
}

Commit parse_commit(std::string_view text) {
    Commit commit;
    each_line(text, [&](std::string_view word, Fields& fields) {
        if (word == "commit") {
            commit.generation = fields.count();
        } else if (word == "file") {
            const std::string path = fields.text();
            WrittenFile& file = commit.files[path];
            file.identity = fields.identity();
            file.drifted = fields.flag();
        } else {
            Fields::damaged();
        }
    });
    return commit;
}

}  // namespace mailstack
