// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// sendmail.cf as a text that is made from another one: nobody edits it here, it is replaced as a whole.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace mailstack {

/// An immutable value, cheap to copy.
class CfText {
  public:
    CfText() = default;
    static CfText parse(std::string text) { return CfText(std::move(text)); }
    const std::string& print() const noexcept { return *text_; }
    bool empty() const noexcept { return text_->empty(); }

  private:
    explicit CfText(std::string text) : text_(std::make_shared<const std::string>(std::move(text))) {}
    std::shared_ptr<const std::string> text_ = std::make_shared<const std::string>();
};

/// Whether two .cf say the same to sendmail: lines that begin with "#" and empty ones do not count (Op Guide,
/// section 5). cfhead.m4 writes into them who made the file, where and when.
bool same_settings(std::string_view one, std::string_view other);

}  // namespace mailstack
