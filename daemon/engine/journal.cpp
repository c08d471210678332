// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/journal.hpp"

#include <charconv>

#include "base/digest.hpp"
#include "base/error.hpp"

namespace mailstack {

namespace {

constexpr std::size_t kept_archives = 100;

std::string envelope(const std::string& kind, const std::string& payload) {
    return "mailstack " + kind + ' ' + std::to_string(payload.size()) + ' ' + sha256(payload) + '\n' +
           payload;
}

struct Entry {
    std::string_view kind, payload;
    std::size_t length;  ///< of the envelope
};

/// The first entry of `bytes`, or nothing where it is torn.
std::optional<Entry> first_entry(std::string_view bytes) {
    const auto end = bytes.find('\n');
    if (end == std::string_view::npos || !bytes.starts_with("mailstack ")) {
        return std::nullopt;
    }
    const std::string_view head = bytes.substr(10, end - 10);
    const auto first = head.find(' ');
    const auto second = head.find(' ', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) {
        return std::nullopt;
    }
    std::size_t length = 0;
    const auto parsed = std::from_chars(head.data() + first + 1, head.data() + second, length);
    if (parsed.ec != std::errc{} || length > bytes.size() - end - 1) {
        return std::nullopt;
    }
    const std::string_view payload = bytes.substr(end + 1, length);
    if (sha256(payload) != head.substr(second + 1)) {
        return std::nullopt;
    }
    return Entry{.kind = head.substr(0, first), .payload = payload, .length = end + 1 + length};
}

/// Zero-padded, so that the names sort as the numbers do.
std::string archive_name(std::uint64_t generation) {
    const std::string digits = std::to_string(generation);
    return std::string(20 - digits.size(), '0') + digits;
}

}  // namespace

Journal::Journal(const Layout& layout, Disk& disk) : layout_(layout), disk_(disk) {
    const auto archives = disk_.names(layout_.history());
    if (!archives.empty()) {
        read(layout_.history() + '/' + archives.back());
        length_ = rewind_to_ = 0;
        pending_.reset();
    }
    exists_ = disk_.identity(layout_.record()).exists();
    if (exists_) {
        read(layout_.record());
        if (disk_.identity(layout_.record()).size > length_) {
            disk_.truncate(layout_.record(), length_);
            disk_.sync(layout_.record());
        }
    }
}

void Journal::read(const std::string& path) {
    const std::string bytes = disk_.read(path).bytes;
    length_ = 0;
    while (const auto entry = first_entry(std::string_view(bytes).substr(length_))) {
        if (entry->kind == "record") {
            pending_ = parse_record(entry->payload);
            rewind_to_ = length_;
        } else {
            newest_ = parse_commit(entry->payload);
            pending_.reset();
        }
        length_ += entry->length;
    }
}

void Journal::write(const std::string& kind, const std::string& payload) {
    const std::string entry = envelope(kind, payload);
    if (!exists_) {
        disk_.create(layout_.record(), "", {.like = {}, .mode = 0600});
        exists_ = true;
        name_is_durable_ = false;
    }
    if (!name_is_durable_) {
        disk_.sync_directory(layout_.home());
        name_is_durable_ = true;
    }
    if (torn_) {
        disk_.truncate(layout_.record(), length_);
        disk_.sync(layout_.record());
    }
    torn_ = true;
    disk_.append(layout_.record(), entry, std::nullopt);
    disk_.sync(layout_.record());
    torn_ = false;
    length_ += entry.size();
}

void Journal::begin(const Record& record) {
    rewind_to_ = length_;
    try {
        write("record", to_text(record));
    } catch (const Error&) {
        cut_off_quietly();
        throw;
    }
    pending_ = record;
}

/// The caller is told of the first failure, not of this one; the next write cuts off what is left.
void Journal::cut_off_quietly() {
    try {
        cancel();
    } catch (const Error&) {
        torn_ = true;
    }
}

void Journal::commit(const Commit& commit) {
    write("commit", to_text(commit));
    newest_ = commit;
    pending_.reset();
}

void Journal::cancel() {
    if (exists_) {
        disk_.truncate(layout_.record(), rewind_to_);
        disk_.sync(layout_.record());
    }
    length_ = rewind_to_;
    torn_ = false;
    pending_.reset();
}

void Journal::archive(std::uint64_t grown_to) {
    if (!exists_ || pending_ || length_ < grown_to) {
        return;
    }
    disk_.make_directory(layout_.history());
    disk_.move(layout_.record(), layout_.history() + '/' + archive_name(newest_.generation));
    exists_ = false;
    length_ = rewind_to_ = 0;
    disk_.sync_directory(layout_.history());
    disk_.sync_directory(layout_.home());
    const auto archives = disk_.names(layout_.history());
    for (std::size_t i = 0; i + kept_archives < archives.size(); ++i) {
        disk_.remove(layout_.history() + '/' + archives[i]);
    }
}

}  // namespace mailstack
