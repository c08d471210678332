// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/map.hpp"

#include <db.h>
#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

using namespace mailstack;

namespace {

/// A file with these octets that goes with the test.
class TemporaryFile {
  public:
    explicit TemporaryFile(std::string_view octets) {
        char name[] = "/tmp/mailstack-map-XXXXXX";
        close(mkstemp(name));
        path = name;
        std::ofstream(path, std::ios::binary) << octets;
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() { unlink(path.c_str()); }
    std::string path;
};

std::map<std::string, std::string> content(const std::string& path) {
    std::map<std::string, std::string> pairs;
    each_in_map(path, [&pairs](std::string_view key, std::string_view value) { pairs.emplace(key, value); });
    return pairs;
}

std::string small_map() {
    return build_alias_map([](const MapVisitor& visit) {
        visit("a", "first");
        visit("b", "bob");
        visit("a", "last");
    });
}

/// What libdb holds under the key, octet for octet.
std::optional<std::string> stored(const std::string& path, std::string key) {
    DB* db = nullptr;
    REQUIRE(db_create(&db, nullptr, 0) == 0);
    REQUIRE(db->open(db, nullptr, path.c_str(), nullptr, DB_HASH, DB_RDONLY, 0) == 0);
    DBT key_dbt{};
    DBT value{};
    key_dbt.data = key.data();
    key_dbt.size = static_cast<std::uint32_t>(key.size());
    const int result = db->get(db, nullptr, &key_dbt, &value, 0);
    std::optional<std::string> found;
    if (result == 0) {
        found.emplace(static_cast<const char*>(value.data), value.size);
    }
    db->close(db, 0);
    return found;
}

Code code_of(const std::string& path) {
    try {
        edit_map(path, {{"a", "b"}});
    } catch (const Error& error) {
        return error.code();
    }
    return Code::Internal;
}

}  // namespace

TEST_CASE("a new map holds its pairs, of a key that comes twice the last, and the mark that it is complete") {
    const TemporaryFile file(small_map());
    CHECK(content(file.path) == std::map<std::string, std::string>{{"@", "@"}, {"a", "last"}, {"b", "bob"}});
    CHECK(map_lookup(file.path, "a") == "last");
    CHECK(map_lookup(file.path, "A") == std::nullopt);
    CHECK(map_is_sound(file.path));
    const TemporaryFile empty(build_alias_map([](const MapVisitor&) {}));
    CHECK(content(empty.path) == std::map<std::string, std::string>{{"@", "@"}});
}

TEST_CASE("keys and values carry their NUL, as newaliases writes them") {
    const TemporaryFile file(small_map());
    CHECK(stored(file.path, std::string("b\0", 2)) == std::string("bob\0", 4));
    CHECK(stored(file.path, "b") == std::nullopt);
}

TEST_CASE("an edit tells what was there, and given back it undoes itself") {
    const TemporaryFile file(small_map());
    const auto before = content(file.path);
    const auto undo =
        edit_map(file.path, {{"a", "new"}, {"b", std::nullopt}, {"c", "carol"}, {"none", std::nullopt}});
    CHECK(content(file.path) == std::map<std::string, std::string>{{"@", "@"}, {"a", "new"}, {"c", "carol"}});
    REQUIRE(undo.size() == 4);
    CHECK(undo[0].value == "last");
    CHECK(undo[1].value == "bob");
    CHECK(undo[2].value == std::nullopt);
    CHECK(undo[3].value == std::nullopt);
    edit_map(file.path, undo);
    CHECK(content(file.path) == before);
    CHECK(map_is_sound(file.path));
}

TEST_CASE("an edit puts the mark of a complete map back") {
    const TemporaryFile file(small_map());
    edit_map(file.path, {{"@", std::nullopt}});
    CHECK(map_lookup(file.path, "@") == "@");
}

TEST_CASE("a table map holds its pairs and nothing else, without a NUL") {
    const TemporaryFile file(build_table_map([](const MapVisitor& visit) {
        visit("b.example", "REJECT");
        visit("connect:127.0.0.1", "RELAY");
    }));
    CHECK(content(file.path) ==
          std::map<std::string, std::string>{{"b.example", "REJECT"}, {"connect:127.0.0.1", "RELAY"}});
    CHECK(stored(file.path, "b.example") == "REJECT");
    CHECK(stored(file.path, std::string("b.example\0", 10)) == std::nullopt);
    CHECK(table_map_lookup(file.path, "b.example") == "REJECT");
    CHECK(table_map_lookup(file.path, "b") == std::nullopt);
    CHECK(map_lookup(file.path, "b.example") == std::nullopt);
    CHECK(map_is_sound(file.path));
    const TemporaryFile empty(build_table_map([](const MapVisitor&) {}));
    CHECK(content(empty.path).empty());
    CHECK(map_is_sound(empty.path));
}

TEST_CASE("an edit of a table map tells what was there, and given back it undoes itself") {
    const TemporaryFile file(build_table_map([](const MapVisitor& visit) {
        visit("a", "1");
        visit("b", "2");
    }));
    const auto before = content(file.path);
    const auto undo =
        edit_table_map(file.path, {{"a", "11"}, {"b", std::nullopt}, {"c", "3"}, {"d", std::nullopt}});
    CHECK(content(file.path) == std::map<std::string, std::string>{{"a", "11"}, {"c", "3"}});
    CHECK(stored(file.path, "c") == "3");
    REQUIRE(undo.size() == 4);
    CHECK(undo[0].value == "1");
    CHECK(undo[1].value == "2");
    CHECK(undo[2].value == std::nullopt);
    CHECK(undo[3].value == std::nullopt);
    edit_table_map(file.path, undo);
    CHECK(content(file.path) == before);
    CHECK(map_is_sound(file.path));
}

TEST_CASE("many keys and long values survive") {
    const TemporaryFile file(build_alias_map([](const MapVisitor& visit) {
        for (int i = 0; i < 20000; ++i) {
            visit("key" + std::to_string(i),
                  std::string(static_cast<std::size_t>(i % 97), 'v') + std::to_string(i));
        }
        visit("long", std::string(8000, 'x'));
    }));
    CHECK(content(file.path).size() == 20002);
    CHECK(map_lookup(file.path, "key19999") == std::string(19999 % 97, 'v') + "19999");
    CHECK(map_lookup(file.path, "long") == std::string(8000, 'x'));
    CHECK(map_is_sound(file.path));
}

TEST_CASE("a file that is no hash map is refused, and a torn one is found") {
    CHECK(code_of(TemporaryFile("").path) != Code::Internal);
    const TemporaryFile text("a: b\n");
    CHECK(code_of(text.path) == Code::Unsupported);
    CHECK_FALSE(map_is_sound(text.path));
    const TemporaryFile zeros(std::string(12288, '\0'));
    CHECK(code_of(zeros.path) == Code::Unsupported);

    const TemporaryFile tree("");
    unlink(tree.path.c_str());
    DB* db = nullptr;
    REQUIRE(db_create(&db, nullptr, 0) == 0);
    REQUIRE(db->open(db, nullptr, tree.path.c_str(), nullptr, DB_BTREE, DB_CREATE, 0600) == 0);
    db->close(db, 0);
    CHECK(code_of(tree.path) == Code::Unsupported);
    CHECK_FALSE(map_is_sound(tree.path));

    auto octets = small_map();
    for (std::size_t i = 4096; i < octets.size(); ++i) {
        octets[i] = static_cast<char>(octets[i] ^ 0x55);
    }
    CHECK_FALSE(map_is_sound(TemporaryFile(octets).path));
    CHECK(code_of("/nonexistent/aliases.db") == Code::IoFailed);
}
