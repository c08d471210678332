// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// org.mailstack1.Recipes on the bus: see dbus-interfaces/org.mailstack1.Recipes.xml for what each member
/// does.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bus/gate.hpp"
#include "bus/recipe_limits.hpp"
#include "bus/recipe_values.hpp"
#include "bus/sdbus_compat.hpp"
#include "engine/layout.hpp"
#include "engine/observer.hpp"
#include "model/change.hpp"
#include "org.mailstack1.Recipes.adaptor.hpp"

namespace mailstack {

class RecipesAdaptor final : public sdbus::AdaptorInterfaces<org::mailstack1::Recipes_adaptor> {
  public:
    RecipesAdaptor(sdbus::IConnection& connection, Gate& gate, const Layout& layout);
    RecipesAdaptor(const RecipesAdaptor&) = delete;
    RecipesAdaptor& operator=(const RecipesAdaptor&) = delete;
    ~RecipesAdaptor();

    /// Tells the bus which properties have another value than it was told before.
    void publish();

  private:
    using Generation = sdbus::Result<std::uint64_t>;
    using Texts = std::vector<std::string>;
    using Listed = std::vector<RecipeRow>;
    using Steps = std::vector<RehearsedRow>;
    struct Picture {
        std::string default_delivery{}, local_mailer{};
    };

    void AddRecipe(Generation&& result, std::string user, std::string name, std::string match,
                   Texts conditions, std::string action, std::string then, std::uint32_t position) override;
    void SetRecipe(Generation&& result, std::string user, std::string name, std::string match,
                   Texts conditions, std::string action, std::string then) override;
    void RemoveRecipe(Generation&& result, std::string user, std::string name) override;
    void MoveRecipe(Generation&& result, std::string user, std::string name, std::uint32_t position) override;
    void ListRecipes(sdbus::Result<Listed>&& result, std::string user) override;
    void TestMessage(sdbus::Result<Steps>&& result, std::string user, sdbus::UnixFd message) override;
    void SetDelivery(Generation&& result, std::string user, std::string format) override;
    void GetDelivery(sdbus::Result<std::string, std::string>&& result, std::string user) override;
    void SetDefaultDelivery(Generation&& result, std::string format) override;
    void UseProcmail(Generation&& result) override;
    std::string DefaultDelivery() override;
    std::string LocalMailer() override;

    /// A change of an account's: decoded for its owner, authorized by whose it is, submitted.
    void change(const char* method, Generation&& result, const std::string& user, Details details,
                std::function<Change(RecipeOwner)> decode);
    /// A look at an account's recipes, by one who may: on a thread of its own, since it reads files.
    template <typename... Values, typename Work>
    void look(const char* method, sdbus::Result<Values...>&& result, const std::string& user, Work work);
    /// `place`: of those that limits_ has, given back when the answer is; none of root's.
    void rehearse(const RecipeOwner& owner, const Answer<Steps>& answer, std::string message,
                  const std::shared_ptr<CallPlace>& place);
    Picture picture();

    Gate& gate_;
    const Layout& layout_;
    struct {
        std::string stamp = "not read";
        Delivery delivery = Delivery::Unset;
    } machine_;  ///< what /etc/procmailrc said last
    Picture told_;
    RecipeLimits limits_;
    Observer reader_;
    Observer rehearser_;  ///< apart: a large message and many expressions take seconds
};

}  // namespace mailstack
