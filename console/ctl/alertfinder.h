// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/net/orchestratorclient.h"

namespace dtf {

/// Which of the open alerts somebody means: those of this kind and, where a word is given, about this node, or about a file whose
/// id has the word in it. Pure.
[[nodiscard]] QList<Alert> matchAlerts(AlertKind kind, const QString &word, const QList<Alert> &open);

/// The alert to acknowledge: the one that is open, or, when none is, what the words say by themselves (a repeated command is
/// answered as before though its alert has ended). InvalidArgument with a sentence: several are open, or no such subject. Pure.
[[nodiscard]] Result<Alert> chooseAlert(AlertKind kind, const QString &word, const QList<Alert> &open);

} // namespace dtf
