// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/browserstate.h"

#include <QString>

namespace dtf {

/// What the rest of the agent knows of the browser.
struct BrowserStatus
{
    BrowserState state = BrowserState::Disconnected;
    QString detail; ///< the first step of the health ladder that fails, and why, in plain words
    int port = 0; ///< the port it really listens on; 0: none
    QString wsEndpoint; ///< ws://127.0.0.1:9222/devtools/browser/<guid>; empty: none
    qint64 memoryBytes = -1; ///< resident, all of its processes; -1: unknown
    bool operator==(const BrowserStatus &) const = default;
};

} // namespace dtf
