// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/sharefs.h"

namespace dtf {

using namespace Qt::StringLiterals;

QLatin1StringView toString(MoveOutcome outcome)
{
    switch (outcome) {
    case MoveOutcome::Moved:
        return "moved"_L1;
    case MoveOutcome::Lost:
        return "lost"_L1;
    case MoveOutcome::Busy:
        return "busy"_L1;
    case MoveOutcome::Failed:
        return "failed"_L1;
    case MoveOutcome::Ambiguous:
        return "ambiguous"_L1;
    }
    return "ambiguous"_L1;
}

} // namespace dtf
