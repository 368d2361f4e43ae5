// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/messages.h"
#include "console/models/modelroles.h"

#include <QStringList>
#include <QTimeZone>

/// How the history is read: words, tones and figures of the charts. Pure.
namespace dtf {

/// Of files that ended in this hour, how many were done, in percent; empty: none ended.
[[nodiscard]] std::optional<double> successPercent(const HistoryHour &hour);

[[nodiscard]] QStringList laneStates(); ///< every state a lane may have, as the legend shows them
[[nodiscard]] QString laneText(const QString &state); ///< a word of a newer orchestrator stays as it is, escaped
[[nodiscard]] Tone laneTone(const QString &state);

/// "14:00–15:00: 41 done, 2 failed, 1 on hold, 0 rejected; longest wait 3m04".
[[nodiscard]] QString hourTip(const HistoryHour &hour, const QTimeZone &zone);
/// "DTF-01: running, 14:02:10–14:05:33 (3m23)".
[[nodiscard]] QString partTip(const NodeName &node, const LanePart &part, WallTime now, const QTimeZone &zone);
/// No file ended or waited, and no node did anything.
[[nodiscard]] bool isBlank(const HistoryView &history);

/// Hours first, then a blank line, then the lanes; times in UTC.
[[nodiscard]] QByteArray historyCsv(const HistoryView &history);

} // namespace dtf
