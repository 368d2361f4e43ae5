// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/clock.h"

#ifdef _WIN32
#include <windows.h>
#else
#include <ctime>
#endif

namespace dtf {

Now SystemClock::now() const
{
    const auto wall = std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch());
#ifdef _WIN32
    const milliseconds mono(static_cast<std::int64_t>(GetTickCount64()));
#else
    timespec ts {};
    clock_gettime(CLOCK_BOOTTIME, &ts);
    const milliseconds mono(std::int64_t {ts.tv_sec} * 1000 + ts.tv_nsec / 1'000'000);
#endif
    return {MonoTime {mono}, WallTime {wall.count()}};
}

} // namespace dtf
