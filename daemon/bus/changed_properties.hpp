// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Which properties have another value than the bus was told before.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bus/sdbus_compat.hpp"

namespace mailstack {

class ChangedProperties {
  public:
    template <typename Value>
    void compare(const Value& told, const Value& now, const char* property) {
        if (told != now) {
            names_.emplace_back(property);
        }
    }
    bool any() const { return !names_.empty(); }
    /// One PropertiesChanged for all; none where nothing changed.
    void emit(sdbus::IObject& object, std::string_view interface) const {
        if (any()) {
            compat::emit_properties_changed(object, std::string(interface), names_);
        }
    }

  private:
    std::vector<std::string> names_;
};

}  // namespace mailstack
