// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/policy/liveness.h"

namespace dtf {

using namespace Qt::StringLiterals;

QLatin1StringView toString(Liveness liveness)
{
    switch (liveness) {
    case Liveness::Unseen:
        return "unseen"_L1;
    case Liveness::Alive:
        return "alive"_L1;
    case Liveness::Suspect:
        return "suspect"_L1;
    case Liveness::Lost:
        return "lost"_L1;
    }
    return "unseen"_L1;
}

Liveness judgeLiveness(Liveness current, milliseconds silence, milliseconds sinceStart, const LivenessRules &rules)
{
    if (current == Liveness::Lost) {
        return Liveness::Lost;
    }
    const bool mayBeLost = sinceStart >= rules.startGrace;
    if (silence >= rules.lostAfter && mayBeLost) {
        return Liveness::Lost;
    }
    if (current == Liveness::Unseen) {
        return Liveness::Unseen;
    }
    return silence >= rules.suspectAfter ? Liveness::Suspect : current;
}

bool looksLikeOurFault(int late, int pool)
{
    return late >= 2 && late * 2 > pool;
}

milliseconds ownStall(milliseconds gap, milliseconds expected)
{
    const milliseconds excess = gap - expected;
    return excess > milliseconds(1000) ? excess : milliseconds(0);
}

} // namespace dtf
