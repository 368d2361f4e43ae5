// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"

#include <QString>

#include <cstdint>

namespace dtf {

/// Which process our browser is, kept across lives of the agent in stateDir/browser.json, so that a living browser is found again
/// and never mistaken.
struct BrowserIdentity
{
    qint64 pid = 0;
    std::uint64_t startTime = 0; ///< as ProcessEntry
    QString machineBoot; ///< machineBootId()
    int port = 0;
    QString guid; ///< of /devtools/browser/<guid>: new at every start of a browser
    QString profile;
    bool operator==(const BrowserIdentity &) const = default;
};

/// ErrorCode::NotFound, or ParseError for anything that isn't complete.
[[nodiscard]] Result<BrowserIdentity> readIdentity(const QString &path);
[[nodiscard]] Result<void> writeIdentity(const QString &path, const BrowserIdentity &identity);

/// browser_state.json as DTF's scripts read it: {"wsEndpoint": "ws://localhost:9222/devtools/browser/…"}.
/// It is there exactly while a browser of ours is believed alive: it survives the agent's end as the browser does, and it is
/// removed the moment the browser is known to be gone, since its port may be anybody's then. A script that finds no file fails
/// before it has done anything.
[[nodiscard]] Result<void> writeEndpointFile(const QString &path, int port, const QString &guid);
/// Also fine when there is none.
[[nodiscard]] Result<void> removeEndpointFile(const QString &path);

} // namespace dtf
