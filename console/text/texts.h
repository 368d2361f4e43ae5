// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"
#include "common/model/alert.h"
#include "common/model/auditevent.h"
#include "common/model/browserstate.h"
#include "common/model/cause.h"
#include "common/model/jobstate.h"

#include <QString>
#include <QStringList>

/// The one table of words that a user reads, translatable (context dtf::Texts). Daemons send codes; nobody but this room turns
/// them into sentences. Pure, any thread. A sentence ends with a full stop; a word does not.
namespace dtf {

[[nodiscard]] QString textOf(JobState state); ///< word: "on hold"
[[nodiscard]] QString textOf(BrowserState state); ///< word: "login needed"
[[nodiscard]] QString textOf(AuditKind kind); ///< words: "put back to waiting"
[[nodiscard]] QString textOf(AlertSeverity severity); ///< word
[[nodiscard]] QString textOf(Cause cause); ///< sentence; empty for None
[[nodiscard]] QString textOf(AlertKind kind); ///< sentence
[[nodiscard]] QString textOf(ErrorCode code); ///< sentence with the next step

[[nodiscard]] QString sentenceOf(JobState state); ///< what it means for the file
[[nodiscard]] QString adviceFor(AlertKind kind); ///< what to do next
[[nodiscard]] QString adviceFor(Cause cause); ///< what to do with a file that stopped for this cause; empty for None

/// Why a closed gate of the dispatcher keeps a file from a node: "browser-ready" → sentence. Empty for a code we don't know.
[[nodiscard]] QString gateText(const QString &gate);
/// The gate as a heading, one or two words: "browser-ready" → "Browser". A code we don't know stays as it is: escape before
/// display.
[[nodiscard]] QString gateName(const QString &gate);
/// The verdict of "why is it not running", for a file in this state. An unknown code (of a newer orchestrator):
/// sentenceOf(state).
[[nodiscard]] QString verdictText(const QString &verdict, JobState state);
/// What became of an attempt (AttemptView::outcome) as a word. An unknown code stays as it is: escape before display.
[[nodiscard]] QString attemptText(const QString &outcome);
/// A node's state as a word: "login_required" → "login needed". An unknown code stays as it is: escape before display.
/// "3 agents, 2 versions: 1.2.0 (1), 1.3.0 (2)" from the version of each that is heard; all alike: "3 agents, version 1.3.0";
/// none: empty.
[[nodiscard]] QString agentVersionsText(const QStringList &versions);
[[nodiscard]] QString nodeStateText(const QString &state);

} // namespace dtf
