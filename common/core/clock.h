// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace dtf {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A reading of this process's monotonic clock: only differences mean anything; never stored, never sent.
/// On Linux CLOCK_BOOTTIME (counts suspend), on Windows QueryUnbiasedInterruptTime's biased sibling (GetTickCount64).
struct MonoTime
{
    milliseconds value {0};
    auto operator<=>(const MonoTime &) const = default;
    [[nodiscard]] MonoTime operator+(milliseconds d) const { return {value + d}; }
    [[nodiscard]] milliseconds operator-(MonoTime other) const { return value - other.value; }
};

/// Wall-clock time, milliseconds since 1970-01-01 UTC: for people, logs and file names. Never decides anything.
struct WallTime
{
    std::int64_t msecsSinceEpoch = 0;
    auto operator<=>(const WallTime &) const = default;
};

/// Both clocks read together: what every pure function gets as `now`.
struct Now
{
    MonoTime mono;
    WallTime wall;
};

/// Where time comes from. Thread: any.
class Clock
{
public:
    Clock() = default;
    Clock(const Clock &) = delete;
    Clock &operator=(const Clock &) = delete;
    virtual ~Clock() = default;
    [[nodiscard]] virtual Now now() const = 0;
};

/// The machine's clocks.
class SystemClock final : public Clock
{
public:
    [[nodiscard]] Now now() const override;
};

} // namespace dtf
