// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/yaml_file.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <sstream>

#include "base/error.hpp"

namespace mailstack {

/// A thing and the lines that it stands on: [line - 1, end).
struct Placed {
    YamlEntry entry;
    std::size_t end = 0;
};

struct PlacedSection {
    std::size_t line = 0;  ///< 1-based, of its key; 0: there is none
    std::size_t end = 0;
    std::vector<Placed> entries;
};

struct YamlFile::State {
    std::string text;
    Sections names;
    std::optional<YamlProblem> problem;
    std::vector<Placed> settings;
    std::map<std::string, PlacedSection, std::less<>> sections;

    bool says_the_same(const State& other) const {
        const auto same = [](const Placed& one, const Placed& two) { return one.entry == two.entry; };
        return !problem && !other.problem &&
               std::equal(settings.begin(), settings.end(), other.settings.begin(), other.settings.end(),
                          same) &&
               std::all_of(names.begin(), names.end(), [&](const std::string& name) {
                   const auto& mine = sections.at(name).entries;
                   const auto& theirs = other.sections.at(name).entries;
                   return std::equal(mine.begin(), mine.end(), theirs.begin(), theirs.end(), same);
               });
    }
};

namespace {

struct Unreadable {
    YAML::Mark mark;
    std::string what;
};

std::size_t line_of(const YAML::Node& node) {
    return static_cast<std::size_t>(std::max(node.Mark().line, 0)) + 1;
}

std::string scalar(const YAML::Node& node, const char* what) {
    if (node.IsNull()) {
        return "";
    }
    if (!node.IsScalar()) {
        throw Unreadable{node.Mark(), std::string(what) + " must be a single value"};
    }
    return node.Scalar();
}

std::string key_of(const YAML::Node& node) {
    if (!node.IsScalar()) {
        throw Unreadable{node.Mark(), "a key must be a word"};
    }
    return node.Scalar();
}

/// Where the line begins, from 0; the text's size for lines behind its end.
std::size_t offset_of_line(const std::string& text, std::size_t line) {
    std::size_t at = 0;
    for (; line > 0 && at < text.size(); --line) {
        const auto end = text.find('\n', at);
        at = end == std::string::npos ? text.size() : end + 1;
    }
    return at;
}

/// The last line of a value: of a block scalar the last one that is indented more than its key, and not
/// empty.
std::size_t last_line_of(const std::string& text, const YAML::Node& key, const YAML::Node& value) {
    if (value.IsNull()) {
        return line_of(key);
    }
    std::size_t last = line_of(value);
    const std::size_t at = offset_of_line(text, last - 1) + static_cast<std::size_t>(value.Mark().column);
    if (at >= text.size() || (text[at] != '|' && text[at] != '>')) {
        return last;
    }
    const auto indented = static_cast<std::size_t>(std::max(key.Mark().column, 0));
    std::size_t line = last;
    for (std::size_t begin = offset_of_line(text, line); begin < text.size(); ++line) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::size_t first = text.find_first_not_of(" \r", begin);
        if (first != std::string::npos && first < end) {
            if (first - begin <= indented) {
                break;
            }
            last = line + 1;
        }
        begin = end + 1;
    }
    return last;
}

Placed entry_of(const std::string& text, const YAML::Node& key, const YAML::Node& value) {
    Placed placed{.entry = {.key = key_of(key), .line = line_of(key)}, .end = line_of(key)};
    if (!value.IsMap()) {
        placed.entry.value = scalar(value, "an entry");
        placed.end = last_line_of(text, key, value);
        return placed;
    }
    for (const auto& field : value) {
        if (!placed.entry.fields.emplace(key_of(field.first), scalar(field.second, "a field")).second) {
            throw Unreadable{field.first.Mark(),
                             "the field " + quoted(field.first.Scalar()) + " stands twice"};
        }
        placed.end = std::max(placed.end, last_line_of(text, field.first, field.second));
    }
    return placed;
}

void require_new(const std::vector<Placed>& all, const YAML::Node& key) {
    if (std::any_of(all.begin(), all.end(),
                    [&](const Placed& one) { return one.entry.key == key_of(key); })) {
        throw Unreadable{key.Mark(), quoted(key.Scalar()) + " stands twice"};
    }
}

PlacedSection section_of(const std::string& text, const YAML::Node& key, const YAML::Node& value) {
    PlacedSection section{.line = line_of(key), .end = line_of(key), .entries = {}};
    if (!value.IsNull() && !value.IsMap()) {
        throw Unreadable{value.Mark(),
                         quoted(key.Scalar()) + " must hold entries of the form \"key: value\""};
    }
    for (const auto& pair : value) {
        require_new(section.entries, pair.first);
        section.entries.push_back(entry_of(text, pair.first, pair.second));
        section.end = std::max(section.end, section.entries.back().end);
    }
    return section;
}

/// Where a document begins; what is in it is not looked at.
struct DocumentStart final : YAML::EventHandler {
    YAML::Mark at = YAML::Mark::null_mark();

    void OnDocumentStart(const YAML::Mark& mark) override { at = mark; }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
    void OnAlias(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
    void OnScalar(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                  const std::string& /*value*/) override {}
    void OnSequenceStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                         YAML::EmitterStyle::value /*style*/) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                    YAML::EmitterStyle::value /*style*/) override {}
    void OnMapEnd() override {}
};

/// Of several documents all but the first would be passed over in silence. (yaml-cpp's LoadAll() never ends
/// on some texts.)
YAML::Node only_document(const std::string& text) {
    YAML::Node first = YAML::Load(text);
    std::istringstream input(text);
    YAML::Parser parser(input);
    DocumentStart start;
    if (parser.HandleNextDocument(start) && parser.HandleNextDocument(start)) {
        throw Unreadable{start.at, "a second document begins: one is expected"};
    }
    return first;
}

/// Whether the word stands for itself in YAML, and not for a number, a truth or nothing.
bool plain(const std::string& value) {
    constexpr std::string_view inside = "abcdefghijklmnopqrstuvwxyz0123456789.-_";
    const bool word = !value.empty() && value.find_first_not_of(inside) == std::string::npos &&
                      value.front() != '-' && value.front() != '.' && value.front() != '_';
    return word && value != "null" && value != "true" && value != "false" && value != "yes" &&
           value != "no" && value != "on" && value != "off";
}

std::string in_double_quotes(const std::string& value) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text = "\"";
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            text.append({'\\', c});
        } else if (c == '\n') {
            text += "\\n";
        } else if (byte < ' ' || c == '\x7f') {
            text.append({'\\', 'x', digits[byte >> 4U], digits[byte & 0xfU]});
        } else {
            text += c;
        }
    }
    return text + '"';
}

/// Whether the value is lines that can stand as they are.
bool block(const std::string& value) {
    const bool ended = value.ends_with('\n') && !value.ends_with("\n\n");
    return ended && value.front() != ' ' && value.front() != '\n' && value.find("\n ") == std::string::npos &&
           value.find("\n\n") == std::string::npos && std::all_of(value.begin(), value.end(), [](char c) {
               return c == '\n' || (static_cast<unsigned char>(c) >= ' ' && c != '\x7f');
           });
}

/// Behind "key: ", with the lines of a block indented so.
std::string written(const std::string& value, const std::string& indent = "") {
    if (plain(value)) {
        return value;
    }
    if (indent.empty() || !block(value)) {
        return in_double_quotes(value);
    }
    std::string text = "|";
    for (std::size_t at = 0; at < value.size();) {
        const std::size_t end = value.find('\n', at);
        text += '\n' + indent + value.substr(at, end - at);
        at = end + 1;
    }
    return text;
}

std::string lines_of(const YamlEntry& entry, const std::string& indent) {
    std::string text = indent + written(entry.key) + ':';
    if (entry.fields.empty()) {
        return text + ' ' + written(entry.value, indent + "  ") + '\n';
    }
    text += '\n';
    for (const auto& [key, value] : entry.fields) {
        text.append(indent).append("  ").append(written(key)).append(": ");
        text.append(written(value, indent + "    ")).append("\n");
    }
    return text;
}

template <typename All>
auto find_key(All& all, std::string_view key) {
    return std::find_if(all.begin(), all.end(), [&](const Placed& one) { return one.entry.key == key; });
}

}  // namespace

YamlFile YamlFile::parse(std::string text, Sections sections) {
    auto state = std::make_shared<State>();
    state->text = std::move(text);
    state->names = std::move(sections);
    const auto clear = [&] {
        state->settings.clear();
        for (const std::string& name : state->names) {
            state->sections[name] = {};
        }
    };
    clear();
    try {
        const YAML::Node all = only_document(state->text);
        if (all.IsDefined() && !all.IsNull() && !all.IsMap()) {
            throw Unreadable{all.Mark(), "a file of lines of the form \"key: value\" is expected"};
        }
        for (const auto& pair : all) {
            const std::string key = key_of(pair.first);
            const auto section = state->sections.find(key);
            if (section == state->sections.end()) {
                require_new(state->settings, pair.first);
                Placed setting = entry_of(state->text, pair.first, pair.second);
                if (!setting.entry.fields.empty()) {
                    throw Unreadable{pair.first.Mark(), quoted(key) + " is not known to have entries"};
                }
                state->settings.push_back(std::move(setting));
            } else if (section->second.line != 0) {
                throw Unreadable{pair.first.Mark(), quoted(key) + " stands twice"};
            } else {
                section->second = section_of(state->text, pair.first, pair.second);
            }
        }
    } catch (const Unreadable& unreadable) {
        clear();
        state->problem =
            YamlProblem{static_cast<std::size_t>(std::max(unreadable.mark.line, 0)) + 1, unreadable.what};
    } catch (const YAML::Exception& error) {
        clear();
        state->problem = YamlProblem{static_cast<std::size_t>(std::max(error.mark.line, 0)) + 1, error.msg};
    }
    return YamlFile(std::move(state));
}

const std::string& YamlFile::print() const noexcept {
    return state_->text;
}
const std::optional<YamlProblem>& YamlFile::problem() const noexcept {
    return state_->problem;
}

std::optional<YamlEntry> YamlFile::setting(std::string_view key) const {
    const auto found = find_key(state_->settings, key);
    return found == state_->settings.end() ? std::nullopt : std::optional(found->entry);
}

std::vector<YamlEntry> YamlFile::settings() const {
    std::vector<YamlEntry> all;
    for (const Placed& one : state_->settings) {
        all.push_back(one.entry);
    }
    return all;
}

std::vector<YamlEntry> YamlFile::entries(std::string_view section) const {
    std::vector<YamlEntry> all;
    for (const Placed& one : state_->sections.find(section)->second.entries) {
        all.push_back(one.entry);
    }
    return all;
}

const YamlFile::State& YamlFile::readable() const {
    if (state_->problem) {
        throw Error(Code::Unsupported, "line " + std::to_string(state_->problem->line) + ": " +
                                           state_->problem->message + "; mend it by hand first");
    }
    return *state_;
}

/// Lines [first, first + lines) give way to `text`; then the file says what is `wanted`, and nothing else has
/// changed.
YamlFile YamlFile::edited(std::size_t first, std::size_t lines, const std::string& text,
                          const State& wanted) const {
    std::string result = state_->text;
    const std::size_t begin = offset_of_line(result, first);
    const std::size_t end = offset_of_line(result, first + lines);
    const bool glued = !text.empty() && begin > 0 && result[begin - 1] != '\n';
    result.replace(begin, end - begin, (glued ? "\n" : "") + text);
    YamlFile file = parse(std::move(result), state_->names);
    if (!file.state_->says_the_same(wanted)) {
        throw Error(Code::Unsupported,
                    "near line " + std::to_string(first + 1) +
                        ": the file is written in a way that cannot be edited line by line; give each key a "
                        "line of its own, without braces");
    }
    return file;
}

YamlFile YamlFile::with_setting(const std::string& key, const std::string& value) const {
    State wanted = readable();
    const YamlEntry entry{.key = key, .value = value};
    const auto found = find_key(wanted.settings, key);
    if (found != wanted.settings.end()) {
        if (found->entry == entry) {
            return *this;
        }
        const Placed place = *found;
        found->entry = entry;
        return edited(place.entry.line - 1, place.end - place.entry.line + 1, lines_of(entry, ""), wanted);
    }
    // Behind the last setting, so that what is short stands first.
    std::size_t line = 0;
    for (const Placed& one : wanted.settings) {
        line = std::max(line, one.end);
    }
    const auto next = std::find_if(wanted.settings.begin(), wanted.settings.end(),
                                   [&](const Placed& one) { return one.entry.line > line; });
    wanted.settings.insert(next, Placed{.entry = entry, .end = 0});
    if (line == 0) {
        std::size_t first = std::string::npos;
        for (const auto& [name, section] : wanted.sections) {
            first = section.line == 0 ? first : std::min(first, section.line - 1);
        }
        line = first == std::string::npos
                   ? static_cast<std::size_t>(std::count(wanted.text.begin(), wanted.text.end(), '\n')) + 1
                   : first;
    }
    return edited(line, 0, lines_of(entry, ""), wanted);
}

YamlFile YamlFile::without_setting(std::string_view key) const {
    State wanted = readable();
    const auto found = find_key(wanted.settings, key);
    if (found == wanted.settings.end()) {
        return *this;
    }
    const Placed place = *found;
    wanted.settings.erase(found);
    return edited(place.entry.line - 1, place.end - place.entry.line + 1, "", wanted);
}

YamlFile YamlFile::with_entry(const std::string& section, const YamlEntry& entry) const {
    State wanted = readable();
    PlacedSection& held = wanted.sections.at(section);
    const auto found = find_key(held.entries, entry.key);
    if (found != held.entries.end()) {
        if (found->entry == entry) {
            return *this;
        }
        const Placed place = *found;
        const std::size_t begin = offset_of_line(wanted.text, place.entry.line - 1);
        const std::size_t indented = wanted.text.find_first_not_of(' ', begin) - begin;
        found->entry = entry;
        return edited(place.entry.line - 1, place.end - place.entry.line + 1,
                      lines_of(entry, std::string(indented, ' ')), wanted);
    }
    const bool empty = held.line == 0;
    std::size_t indented = 2;
    if (!held.entries.empty()) {
        const std::size_t begin = offset_of_line(wanted.text, held.entries.back().entry.line - 1);
        indented = wanted.text.find_first_not_of(' ', begin) - begin;
    }
    const std::size_t line =
        empty ? static_cast<std::size_t>(std::count(wanted.text.begin(), wanted.text.end(), '\n')) + 1
              : held.end;
    held.entries.push_back({.entry = entry, .end = 0});
    return edited(line, 0, (empty ? section + ":\n" : "") + lines_of(entry, std::string(indented, ' ')),
                  wanted);
}

/// Where something in front of the entry is to stand, from 0; the section's end where there is no such entry.
std::size_t YamlFile::line_before(const State& state, const std::string& section,
                                  std::string_view before) const {
    const PlacedSection& held = state.sections.at(section);
    const auto found = find_key(held.entries, before);
    if (found == held.entries.end()) {
        return held.end;
    }
    const std::size_t first = found == held.entries.begin() ? held.line : std::prev(found)->end;
    std::size_t line = found->entry.line - 1;
    while (line > first) {
        const std::size_t at = state.text.find_first_not_of(' ', offset_of_line(state.text, line - 1));
        if (at == std::string::npos || state.text[at] != '#') {
            break;
        }
        --line;
    }
    return line;
}

YamlFile YamlFile::with_entry_before(const std::string& section, const YamlEntry& entry,
                                     std::string_view before) const {
    State wanted = readable();
    PlacedSection& held = wanted.sections.at(section);
    const auto next = find_key(held.entries, before);
    if (next == held.entries.end() || find_key(held.entries, entry.key) != held.entries.end()) {
        return with_entry(section, entry);
    }
    const std::size_t line = line_before(wanted, section, before);
    const std::size_t begin = offset_of_line(wanted.text, next->entry.line - 1);
    const std::size_t indented = wanted.text.find_first_not_of(' ', begin) - begin;
    held.entries.insert(next, {.entry = entry, .end = 0});
    return edited(line, 0, lines_of(entry, std::string(indented, ' ')), wanted);
}

YamlFile YamlFile::with_entry_moved(const std::string& section, std::string_view key,
                                    std::string_view before) const {
    State wanted = readable();
    PlacedSection& held = wanted.sections.at(section);
    const auto found = find_key(held.entries, key);
    if (found == held.entries.end() || key == before) {
        return *this;
    }
    const Placed place = *found;
    const auto between = [&](std::size_t first, std::size_t end) {
        const std::size_t begin = offset_of_line(wanted.text, first);
        std::string lines = wanted.text.substr(begin, offset_of_line(wanted.text, end) - begin);
        return lines.empty() || lines.ends_with('\n') ? lines : lines + '\n';
    };
    const std::size_t line = line_before(wanted, section, before);
    const std::size_t first = std::min(line, place.entry.line - 1);
    const std::size_t end = std::max(line, place.end);
    const std::string own = between(place.entry.line - 1, place.end);
    const std::string text =
        line < place.end ? own + between(first, place.entry.line - 1) : between(place.end, end) + own;
    held.entries.erase(found);
    held.entries.insert(find_key(held.entries, before), place);
    return edited(first, end - first, text, wanted);
}

YamlFile YamlFile::without_entry(const std::string& section, std::string_view key) const {
    State wanted = readable();
    PlacedSection& held = wanted.sections.at(section);
    const auto found = find_key(held.entries, key);
    if (found == held.entries.end()) {
        return *this;
    }
    const Placed place = *found;
    held.entries.erase(found);
    return edited(place.entry.line - 1, place.end - place.entry.line + 1, "", wanted);
}

}  // namespace mailstack
