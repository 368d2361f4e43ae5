// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"

#include <QLatin1StringView>

namespace dtf {

/// Is the agent there, judged by its heartbeats alone.
enum class Liveness {
    Unseen, ///< no heartbeat since this orchestrator started
    Alive,
    Suspect, ///< late: gets nothing new
    Lost, ///< silent too long: out of the pool
};
[[nodiscard]] QLatin1StringView toString(Liveness liveness);

struct LivenessRules
{
    milliseconds suspectAfter {20'000};
    milliseconds lostAfter {30'000};
    milliseconds startGrace {60'000}; ///< nobody is declared lost this soon after the orchestrator's start
};

/// `silence`: time since the last heartbeat (or since start for Unseen) without the orchestrator's own stalls.
/// Pure. Alive comes back only through a heartbeat, never through this function.
[[nodiscard]] Liveness judgeLiveness(Liveness current, milliseconds silence, milliseconds sinceStart, const LivenessRules &rules);

/// Many nodes vanish at once: then it is rather us. `late`: nodes silent longer than suspectAfter or lost within the last 60 s;
/// `pool`: all nodes that were alive before. True: freeze removals.
[[nodiscard]] bool looksLikeOurFault(int late, int pool);

/// How much of the gap between two ticks was our own stall (paused process, sleeping VM, overload): what goes beyond `expected` +
/// 1 s.
[[nodiscard]] milliseconds ownStall(milliseconds gap, milliseconds expected);

} // namespace dtf
