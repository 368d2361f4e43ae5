// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLatin1StringView>

#include <initializer_list>
#include <optional>

namespace dtf {

/// The one of `values` whose toString() is `text`: the words stand in one table only.
template <typename E> [[nodiscard]] std::optional<E> enumFromString(std::initializer_list<E> values, QLatin1StringView text)
{
    for (const E value : values) {
        if (toString(value) == text) {
            return value;
        }
    }
    return std::nullopt;
}

} // namespace dtf
