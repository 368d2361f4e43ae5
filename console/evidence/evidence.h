// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/messages.h"

#include <QHash>
#include <QStringList>

#include <optional>

namespace dtf {

/// What became of one result file on its way into the archive.
struct EvidenceFile
{
    ResultFile listed; ///< by the manifest
    QString entry; ///< name in the archive; empty: it is not in there
    bool matches = false; ///< its bytes have the manifest's hash
};

/// All that is known of one file's way, gathered from the orchestrator at one time.
struct Evidence
{
    JobView job;
    WallTime gathered; ///< by the orchestrator's clock
    QString server; ///< its address
    QString user; ///< who asked for it; may be empty
    QList<AttemptView> attempts; ///< newest first
    QList<AuditRow> audit; ///< oldest first
    AuditCheck check; ///< how the last reading of the whole chain ended
    QHash<Epoch, QString> logs; ///< attempt → name in the archive
    ResultsView results;
    QList<EvidenceFile> files; ///< as in `results`
    QStringList missing; ///< sentences: what could not be got, and why
};

} // namespace dtf
