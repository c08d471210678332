// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The edits of an AliasFile. Each new line is read back as sendmail would read it before it becomes part of
/// a file.
#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "formats/address_scan.hpp"
#include "formats/alias_file.hpp"
#include "formats/alias_scan.hpp"
#include "formats/alias_state.hpp"

namespace mailstack {

namespace {

/// The one definition that `line` makes. Throws where sendmail would see anything else in it.
AliasIndex checked(const std::string& line, std::string_view name, const std::vector<std::string>& recipients,
                   const LocalHosts& local_hosts) {
    if (line.size() > longest_alias_line) {
        throw Error(Code::LimitExceeded, "the line of alias " + quoted(name) + " would have " +
                                             std::to_string(line.size()) + " octets, sendmail takes " +
                                             std::to_string(longest_alias_line) +
                                             " at most: put the recipients into a file and use :include:");
    }
    AliasIndex index(line, local_hosts);
    if (index.spans().size() != 1 || index.spans()[0].begin != 0 || index.spans()[0].end != line.size() ||
        !index.problems().empty()) {
        const auto why = index.problems().empty() ? "it is more than one line" : index.problems()[0].message;
        throw Error(Code::InvalidAddress, "alias " + quoted(name) + ": " + why);
    }
    if (split_recipients(index.value(index.spans()[0])) != recipients) {
        throw Error(Code::InvalidAddress, "alias " + quoted(name) + ": sendmail would not read " +
                                              quoted(joined(recipients, ", ")) + " as these recipients");
    }
    for (const auto& recipient : recipients) {
        if (const auto complaint = scan_address(recipient, ',').complaint; !complaint.empty()) {
            throw Error(Code::InvalidAddress,
                        "alias " + quoted(name) + ": recipient " + quoted(recipient) + ": " + complaint);
        }
    }
    return index;
}

std::string_view line_end(std::string_view text) {
    return text.ends_with("\r\n") ? "\r\n" : text.ends_with('\n') ? "\n" : "";
}

/// What of a definition's text stays when its recipients change: the name, the colon, the white space after
/// it.
std::string kept_part(const AliasIndex& index, const AliasSpan& span) {
    const auto line = index.line(span);
    const auto value = line.find_first_not_of(" \t", span.colon + std::size_t{1});
    const bool in_one_piece = !span.assembled && value != std::string::npos;
    return in_one_piece ? line.substr(0, value) : line.substr(0, span.colon) + ": ";
}

}  // namespace

AliasFile AliasFile::with_added(std::string_view name, const std::vector<std::string>& recipients) const {
    const auto& last = state_->tail->text().empty() ? state_->base->text() : state_->tail->text();
    const auto end = line_end(last) == "\r\n" ? "\r\n" : "\n";
    const auto line = std::string(name) + ": " + joined(recipients, ", ") + end;
    const auto index = checked(line, name, recipients, *state_->local_hosts);
    const auto key = index.key(index.spans()[0]);
    if (const auto existing = find(key)) {
        throw Error(Code::AlreadyExists,
                    "alias " + quoted(name) + " exists: line " + std::to_string(existing->line));
    }
    auto added = with_appended_text(line);
    if (const auto found = added.find(key); !found || found->recipients != recipients) {
        throw Error(Code::Unsupported, "alias " + quoted(name) +
                                           " cannot be added: sendmail would not see a line at "
                                           "this file's end; take the NUL out of its last lines");
    }
    return added;
}

AliasFile AliasFile::with_appended_text(std::string_view text) const {
    if (text.empty()) {
        return *this;
    }
    std::string addition = state_->ends_with_feed() ? "" : "\n";
    const bool continues = is_blank(text.front());
    if (continues || state_->base->open_end() || state_->tail->open_end()) {
        const auto& last = state_->tail->text().empty() ? state_->base->text() : state_->tail->text();
        const auto body = std::string_view(last).substr(0, last.size() - (last.ends_with('\n') ? 1 : 0));
        // An empty line ends the continuation that waits, and is what sendmail drops after a line with a NUL.
        const bool takes_a_line =
            body.ends_with('\\') || body.substr(body.rfind('\n') + 1).find('\0') != body.npos;
        addition += takes_a_line ? "\n" : "";
        return AliasFile(state_->reparsed_with(addition.append(text)));
    }
    return AliasFile(state_->appended(AliasIndex(addition.append(text), *state_->local_hosts)));
}

namespace {

/// The line of the key's definition that counts, with other recipients.
AliasIndex::Replacement replacement(const AliasIndex& index, const AliasFile::Recipients& change,
                                    const LocalHosts& local_hosts) {
    const auto [first, last] = index.definitions(fold_case(change.key));
    if (first == last) {
        throw Error(Code::NoSuchAlias, "alias " + quoted(change.key) + " does not exist");
    }
    const auto place = index.order()[last - 1];
    const auto& span = index.spans()[place];
    const auto end = line_end(std::string_view(index.text()).substr(span.begin, span.end - span.begin));
    const auto line = kept_part(index, span) + joined(change.recipients, ", ") + std::string(end);
    checked(line, change.key, change.recipients, local_hosts);
    return {place, line};
}

}  // namespace

AliasFile AliasFile::with_recipients(std::string_view key, const std::vector<std::string>& recipients) const {
    const auto [first, last] = state_->tail->definitions(fold_case(key));
    const bool in_tail = first != last;
    const std::shared_ptr<const State> state =
        in_tail || state_->tail->text().empty() ? state_ : state_->folded();
    const auto& index = in_tail ? *state->tail : *state->base;
    return AliasFile(
        state->edited(in_tail, {replacement(index, {std::string(key), recipients}, *state->local_hosts)}));
}

AliasFile AliasFile::with_recipients(const std::vector<Recipients>& changes) const {
    const std::shared_ptr<const State> state = state_->tail->text().empty() ? state_ : state_->folded();
    std::vector<AliasIndex::Replacement> replacements;
    replacements.reserve(changes.size());
    for (const auto& change : changes) {
        replacements.push_back(replacement(*state->base, change, *state->local_hosts));
    }
    std::sort(replacements.begin(), replacements.end(),
              [](const auto& a, const auto& b) { return a.span < b.span; });
    return AliasFile(state->edited(false, replacements));
}

AliasFile AliasFile::without(std::string_view key) const {
    const auto folded = fold_case(key);
    const auto [base_first, base_last] = state_->base->definitions(folded);
    const bool in_tail = base_first == base_last;
    const std::shared_ptr<const State> state =
        in_tail || state_->tail->text().empty() ? state_ : state_->folded();
    const auto& index = in_tail ? *state->tail : *state->base;
    const auto [first, last] = index.definitions(folded);
    if (first == last) {
        throw Error(Code::NoSuchAlias, "alias " + quoted(key) + " does not exist");
    }
    std::vector<AliasIndex::Replacement> removals;
    for (auto i = first; i < last; ++i) {  // of one key, the order is that of the file
        removals.push_back({index.order()[i], {}});
    }
    return AliasFile(state->edited(in_tail, removals));
}

}  // namespace mailstack
