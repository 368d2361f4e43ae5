// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "installation.h"

#include <QSet>

namespace dtf::crash {

/// What came of one life of one file: dropped, dispatched, claimed, run, committed, visible, reported, both programs ended; with
/// one fault somewhere on the way, after which what died was started again without the shim.
struct LifeResult
{
    Fault fault;
    QStringList wrong; ///< empty: all is well
    bool struck = false; ///< the point was reached
    bool died = false; ///< the program ended by the fault
    QByteArray end; ///< "done", "hold maybe-started" …
    Trace orchestrator; ///< of a life without a fault: both are watched; after a fault with `again`: of the part's next life
    Trace agent;
    QList<QByteArray> remains;
    qint64 ms = 0;
    QString logs; ///< when something is wrong
};

/// What a life may leave behind: that of the life without a fault.
using Remains = QSet<QByteArray>;

/// Lives it. Thread: any with an event dispatcher; its own event loop runs meanwhile.
[[nodiscard]] LifeResult liveJob(Place &place, const QString &folder, const Fault &fault, const Remains &allowed);

} // namespace dtf::crash
