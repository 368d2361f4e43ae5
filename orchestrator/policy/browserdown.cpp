// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/policy/browserdown.h"

namespace dtf {

bool isBrowserDown(BrowserState state)
{
    switch (state) {
    case BrowserState::Disconnected:
    case BrowserState::Starting:
        return true;
    case BrowserState::LoginRequired:
    case BrowserState::Ready:
    case BrowserState::Paused:
        return false;
    }
    return false;
}

bool browserDownTooLong(Liveness liveness, BrowserState state, milliseconds downFor, milliseconds bound)
{
    return liveness == Liveness::Alive && isBrowserDown(state) && downFor >= bound;
}

} // namespace dtf
