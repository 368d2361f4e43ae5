// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/model/moves.h"

#include <cstring>
#include <utility>

namespace dtf::model {

[[nodiscard]] inline bool sameState(const State &a, const State &b)
{
    return std::memcmp(&a, &b, sizeof(State)) == 0;
}

/// States in order of discovery, each once: a vector and an open-addressing index over it.
class StateSet final
{
public:
    StateSet()
        : m_slots(1U << 16, 0)
    { }

    [[nodiscard]] std::size_t size() const { return m_states.size(); }
    [[nodiscard]] const State &operator[](std::size_t i) const { return m_states[i]; }

    /// Index of the state, and whether it was new.
    std::pair<std::uint32_t, bool> insert(const State &state)
    {
        if (m_states.size() * 2 >= m_slots.size())
            grow();
        std::uint32_t &slot = find(state);
        if (slot != 0)
            return {slot - 1, false};
        m_states.push_back(state);
        slot = static_cast<std::uint32_t>(m_states.size());
        return {slot - 1, true};
    }

private:
    static std::uint64_t hash(const State &state)
    {
        std::uint64_t words[sizeof(State) / 8];
        static_assert(sizeof(words) == sizeof(State));
        std::memcpy(words, &state, sizeof(State));
        std::uint64_t h = 0;
        for (const std::uint64_t word : words) {
            h = (h ^ word) * 0x9E3779B97F4A7C15U;
            h ^= h >> 29U;
        }
        return h;
    }

    /// The state's slot, or the free one where it belongs. A slot holds index + 1.
    std::uint32_t &find(const State &state)
    {
        const std::size_t last = m_slots.size() - 1;
        std::size_t at = hash(state) & last;
        while (m_slots[at] != 0 && !sameState(m_states[m_slots[at] - 1], state))
            at = (at + 1) & last;
        return m_slots[at];
    }

    void grow()
    {
        m_slots.assign(m_slots.size() * 2, 0);
        for (std::uint32_t i = 0; i < m_states.size(); ++i)
            find(m_states[i]) = i + 1;
    }

    std::vector<State> m_states;
    std::vector<std::uint32_t> m_slots;
};

} // namespace dtf::model
