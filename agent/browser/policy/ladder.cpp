// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/browser/policy/ladder.h"

namespace dtf {

using namespace Qt::StringLiterals;

PortalVerdict verdictOf(const BrowserMachine &machine, const PortalWatch &portal, MonoTime now)
{
    using State = BrowserState;
    const QString &why = machine.why();
    const QString reason = why.isEmpty() ? QString() : u" ("_s + why + u')';
    switch (machine.phase()) {
    case BrowserPhase::Off:
        return {State::Disconnected, u"the browser isn't supervised"_s};
    case BrowserPhase::Looking:
        return {State::Starting, u"looking for a running browser"_s + reason};
    case BrowserPhase::Blocked:
        return {State::Disconnected, why};
    case BrowserPhase::Clearing:
        return {State::Starting, u"clearing up what is left of the old browser"_s + reason};
    case BrowserPhase::Waiting:
    case BrowserPhase::Connecting:
        return machine.reconnecting() ? PortalVerdict {State::Disconnected, why}
                                      : PortalVerdict {State::Starting, u"waiting for the browser's DevTools port"_s + reason};
    case BrowserPhase::Up:
        return portal.verdict(now);
    case BrowserPhase::Closing:
        return {State::Starting, u"closing the browser"_s + reason};
    case BrowserPhase::Cooling:
        return {State::Disconnected, why + u"; it is started again shortly"_s};
    case BrowserPhase::Paused:
        return {State::Paused, why};
    }
    return {State::Disconnected, why};
}

} // namespace dtf
