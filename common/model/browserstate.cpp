// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/browserstate.h"

#include "common/model/enumtext.h"

namespace dtf {

using namespace Qt::StringLiterals;

QLatin1StringView toString(BrowserState value)
{
    switch (value) {
    case BrowserState::Disconnected:
        return "disconnected"_L1;
    case BrowserState::Starting:
        return "starting"_L1;
    case BrowserState::LoginRequired:
        return "login_required"_L1;
    case BrowserState::Ready:
        return "ready"_L1;
    case BrowserState::Paused:
        return "paused"_L1;
    }
    return "disconnected"_L1;
}

std::optional<BrowserState> browserStateFromString(QLatin1StringView text)
{
    return enumFromString<BrowserState>({BrowserState::Disconnected, BrowserState::Starting, BrowserState::LoginRequired,
                                            BrowserState::Ready, BrowserState::Paused},
        text);
}

} // namespace dtf
