// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/fleet/effects.h"

#include <functional>

namespace dtf {

/// What the fleet needs of the share: everything happens elsewhere and comes back as an event on the main thread. Thread: main.
class ZonePort
{
public:
    ZonePort() = default;
    ZonePort(const ZonePort &) = delete;
    ZonePort &operator=(const ZonePort &) = delete;
    virtual ~ZonePort() = default;

    /// `share`: the uuid of the only share to work on; empty: the first one that is seen.
    virtual void start(const QByteArray &share, const QList<StableFile> &known, const QList<NodeName> &nodes,
        std::function<void(FleetEvent)> sink) = 0;
    /// Whose folders are listed from now on; those of `joined` are made when they are missing, as soon as the share allows it.
    virtual void setNodes(const QList<NodeName> &nodes, const QList<NodeName> &joined) = 0;
    virtual void stop() = 0;
    virtual void perform(const QList<ShareAction> &actions) = 0; ///< answered by ActionsDone
    virtual void trace(const QList<TraceWish> &wishes) = 0; ///< answered by TraceDone
    virtual void wantListing() = 0; ///< a ZoneSeen soon
    virtual void forget(const QList<std::pair<JobId, QByteArray>> &files) = 0;
    virtual void setScanning(bool on) = 0; ///< off: no further FilesStable for now; on goes on where it stopped
    /// At most `limit` bytes of a log from `offset`.
    virtual void readLog(const SharePath &path, qint64 offset, qint64 limit, std::function<void(Result<QByteArray>)> done) = 0;
    /// What the manifest of a result folder lists (`job` stays null); a note where there is none.
    virtual void listResults(const SharePath &folder, std::function<void(Result<ResultsView>)> done) = 0;
    /// At most `limit` bytes of a file that the folder's manifest lists.
    virtual void readResult(const SharePath &folder, const QByteArray &name, qint64 offset, qint64 limit,
        std::function<void(Result<QByteArray>)> done) = 0;
};

} // namespace dtf
