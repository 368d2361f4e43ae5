// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/auditevent.h"

#include <QList>
#include <QStringList>

namespace dtf {

/// One line of the ledger that the pipelines themselves write, outside of our code.
struct LedgeredStart
{
    JobId job;
    Epoch epoch = 0;
    QByteArray node;
};

/// Empty: no such file, nothing started.
[[nodiscard]] QList<LedgeredStart> readStarts(const QString &file);

/// The audit as a history that must be possible: numbers without gaps; each file accepted before anything else, its epochs only
/// rise, at most one end as done and nothing but late words behind it, a second run only behind a row that allows it.
/// Wants the whole audit. Pure.
[[nodiscard]] QStringList pathComplaints(const QList<AuditRow> &audit);

/// The ledger against the audit: at most one start per file and epoch, on the node the audit names, none that the audit does not
/// know. (A start that the audit knows alone was killed between journal and spawn.) Pure.
[[nodiscard]] QStringList startComplaints(const QList<LedgeredStart> &starts, const QList<AuditRow> &audit);
/// … only at most one start per file and epoch: for an audit with a gap.
[[nodiscard]] QStringList doubleStarts(const QList<LedgeredStart> &starts);

} // namespace dtf
