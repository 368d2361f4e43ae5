// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/ids.h"
#include "common/model/cause.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <optional>

/// What is left of a file's runs. On the wire, as messages.h, which includes this.
namespace dtf {

struct ResultFile
{
    QString name; ///< of a file in the result folder's results/; what …/result?name= takes
    qint64 size = 0;
    QByteArray sha256; ///< hex
};

/// GET /api/v1/jobs/{id}/results: what the manifest in the file's result folder lists. Whether the bytes are still those is
/// proved by comparing the hash.
struct ResultsView
{
    JobId job;
    QString place; ///< path of the result folder on the share; empty: there is none
    QList<ResultFile> files;
    QString note; ///< plain words where there is nothing to list
};

/// One attempt at a file, as the audit tells it.
struct AttemptView
{
    Epoch epoch = 0;
    NodeName node;
    WallTime started; ///< of the script; where it never ran, when the node got the file
    WallTime ended; ///< 0: not yet
    /// "assigned", "running", "publishing", "in_doubt", "done", "hold", "failed", "rejected", "released" (given back by its
    /// agent), "requeued" (taken back before it ran), "fenced" (lost its file while it ran), "recovered" (settled from what lay
    /// on the share)
    QString outcome;
    Cause cause = Cause::None; ///< None: not known, or none
    QString detail; ///< of the row that ended it
    std::optional<int> exitCode;
    bool ran = false; ///< the script was really started
};

/// GET /api/v1/jobs/{id}/attempts.
struct AttemptsView
{
    JobId job;
    QList<AttemptView> attempts; ///< newest first
};

} // namespace dtf
