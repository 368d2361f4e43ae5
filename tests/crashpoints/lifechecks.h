// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/policy/journalrecord.h"
#include "installation.h"

#include <QSet>

namespace dtf::crash {

/// What a life's story has written down before its programs ended.
struct LifeSeen
{
    QList<JobView> jobs;
    QList<AuditRow> audit;
    std::optional<RecordKind> journal; ///< of the newest attempt, on the disk when the agent had died
    bool died = false;
};

struct DroppedFile
{
    QByteArray name;
    QByteArray content;
};

/// The agent's journal, read while no agent lives: the last step of the newest attempt; nothing: none was claimed.
[[nodiscard]] std::optional<RecordKind> journalAt(const Installation &installation);

[[nodiscard]] QByteArray endOf(const JobView &job); ///< "hold maybe-started"

/// Files and folders that a life without a fault would not have left. Evidence beside a held file belongs to it; what was being
/// written on the share goes with a later look of the orchestrator (tst_zone_temporaries).
[[nodiscard]] QList<QByteArray> leftBehind(
    const Installation &installation, const LifeSeen &seen, const QSet<QByteArray> &allowed);

/// U1 to U6 of faults.md for a life of one file, all programs ended, and whether its end is the one that the protocol wants for
/// that fault. Empty: all is well.
[[nodiscard]] QStringList complaintsOf(Installation &installation, const Fault &fault, const LifeSeen &seen,
    const DroppedFile &file, const QSet<QByteArray> &allowed);

} // namespace dtf::crash
