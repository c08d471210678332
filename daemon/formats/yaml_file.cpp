// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/yaml_file.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>

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

Placed entry_of(const YAML::Node& key, const YAML::Node& value) {
    Placed placed{.entry = {.key = key_of(key), .line = line_of(key)}, .end = line_of(key)};
    if (!value.IsMap()) {
        placed.entry.value = scalar(value, "an entry");
        placed.end = std::max(placed.end, value.IsNull() ? 0 : line_of(value));
        return placed;
    }
    for (const auto& field : value) {
        if (!placed.entry.fields.emplace(key_of(field.first), scalar(field.second, "a field")).second) {
            throw Unreadable{field.first.Mark(),
                             "the field " + quoted(field.first.Scalar()) + " stands twice"};
        }
        placed.end = std::max({placed.end, line_of(field.first),
                               field.second.IsNull() ? std::size_t{0} : line_of(field.second)});
    }
    return placed;
}

void require_new(const std::vector<Placed>& all, const YAML::Node& key) {
    if (std::any_of(all.begin(), all.end(),
                    [&](const Placed& one) { return one.entry.key == key_of(key); })) {
        throw Unreadable{key.Mark(), quoted(key.Scalar()) + " stands twice"};
    }
}

PlacedSection section_of(const YAML::Node& key, const YAML::Node& value) {
    PlacedSection section{.line = line_of(key), .end = line_of(key), .entries = {}};
    if (!value.IsNull() && !value.IsMap()) {
        throw Unreadable{value.Mark(),
                         quoted(key.Scalar()) + " must hold entries of the form \"key: value\""};
    }
    for (const auto& pair : value) {
        require_new(section.entries, pair.first);
        section.entries.push_back(entry_of(pair.first, pair.second));
        section.end = std::max(section.end, section.entries.back().end);
    }
    return section;
}

/// Whether the word stands for itself in YAML, and not for a number, a truth or nothing.
bool plain(const std::string& value) {
    constexpr std::string_view inside = "abcdefghijklmnopqrstuvwxyz0123456789.-_";
    const bool word = !value.empty() && value.find_first_not_of(inside) == std::string::npos &&
                      value.front() != '-' && value.front() != '.' && value.front() != '_';
    return word && value != "null" && value != "true" && value != "false" && value != "yes" &&
           value != "no" && value != "on" && value != "off";
}

std::string written(const std::string& value) {
    if (plain(value)) {
        return value;
    }
    YAML::Emitter emitter;
    emitter << YAML::DoubleQuoted << value;
    return emitter.c_str();
}

std::string lines_of(const YamlEntry& entry, const std::string& indent) {
    std::string text = indent + written(entry.key) + ':';
    if (entry.fields.empty()) {
        return text + ' ' + written(entry.value) + '\n';
    }
    text += '\n';
    for (const auto& [key, value] : entry.fields) {
        text += indent + "  " + written(key) + ": " + written(value) + '\n';
    }
    return text;
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
        const YAML::Node all = YAML::Load(state->text);
        if (all.IsDefined() && !all.IsNull() && !all.IsMap()) {
            throw Unreadable{all.Mark(), "a file of lines of the form \"key: value\" is expected"};
        }
        for (const auto& pair : all) {
            const std::string key = key_of(pair.first);
            const auto section = state->sections.find(key);
            if (section == state->sections.end()) {
                require_new(state->settings, pair.first);
                Placed setting = entry_of(pair.first, pair.second);
                if (!setting.entry.fields.empty()) {
                    throw Unreadable{pair.first.Mark(), quoted(key) + " is not known to have entries"};
                }
                state->settings.push_back(std::move(setting));
            } else if (section->second.line != 0) {
                throw Unreadable{pair.first.Mark(), quoted(key) + " stands twice"};
            } else {
                section->second = section_of(pair.first, pair.second);
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
