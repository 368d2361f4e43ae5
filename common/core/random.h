// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace dtf {

/// 64 random bits from the system's generator: for identities, boots, temporary names and jitter. Thread: any. Alone in its file,
/// so that a simulation can link a source with a seed in its place.
[[nodiscard]] std::uint64_t random64();
/// [0, 1)
[[nodiscard]] inline double randomFraction()
{
    return static_cast<double>(random64() >> 11) * 0x1.0p-53;
}

} // namespace dtf
