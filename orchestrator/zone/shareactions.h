// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/sharefs.h"
#include "orchestrator/fleet/effects.h"

namespace dtf {

/// Carries out one action on the share; blocking: share worker thread only. Never copies, never overwrites; deletes nothing but
/// the reason beside a token that it has moved on.
[[nodiscard]] ActionDone perform(ShareFs &share, const ShareAction &action);

/// Several in a row behind one check of the sentinel: `expectedUuid` missing or different means nothing is touched (I11).
/// `syncFolders`: flush the folders of the renames afterwards, once.
[[nodiscard]] QList<ActionDone> performAll(
    ShareFs &share, const QByteArray &expectedUuid, const QList<ShareAction> &actions, bool syncFolders);

} // namespace dtf
