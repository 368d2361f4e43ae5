// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <cstdint>

namespace dtf::sim {

/// SplitMix64 (Steele, Lea, Flood 2014): small, good enough for dice, the same on every system.
class Rng
{
public:
    explicit Rng(std::uint64_t seed)
        : m_state(seed)
    { }
    /// A stream of its own for `name`: what one actor draws does not move another one's dice.
    Rng(std::uint64_t seed, const QByteArray &name)
        : m_state(seed)
    {
        for (const char c : name) {
            m_state = next() ^ static_cast<unsigned char>(c);
        }
        (void)next();
    }
    std::uint64_t next()
    {
        std::uint64_t z = (m_state += 0x9e3779b97f4a7c15U);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31);
    }
    /// [0, bound); 0 for a bound of 0.
    std::int64_t below(std::int64_t bound)
    {
        return bound <= 0 ? 0 : static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(bound));
    }
    /// [from, to]
    std::int64_t within(std::int64_t from, std::int64_t to) { return from + below(to - from + 1); }
    bool chance(double probability) { return static_cast<double>(next() >> 11) * 0x1.0p-53 < probability; }

private:
    std::uint64_t m_state;
};

} // namespace dtf::sim
