// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/sharefs.h"

#include <QList>

namespace dtf {

/// Makes what is missing of these nodes' own folders; blocking: share worker thread only. Those whose folders are all there
/// afterwards. Behind a check of the sentinel: `expectedUuid` missing or different means nothing is touched (I11).
[[nodiscard]] QList<NodeName> makeNodeFolders(ShareFs &share, const QByteArray &expectedUuid, const QList<NodeName> &nodes);

/// `nodes` without those of `unmade` that have no folder: to list them would fail. Blocking, as above.
[[nodiscard]] QList<NodeName> withFolders(ShareFs &share, QList<NodeName> nodes, const QList<NodeName> &unmade);

} // namespace dtf
