// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/token.h"

namespace dtf {

/// A path below the share's root: '/' separated on every system, no leading '/', no "." or "..". Bytes, see TokenName.
using SharePath = QByteArray;

/// The one place that knows where things lie on the share (share-protocol.md, Layout). Pure.
namespace layout {

inline constexpr int version = 1; ///< second line of DTF_SHARE_ID

[[nodiscard]] SharePath sentinel(); ///< DTF_SHARE_ID
[[nodiscard]] SharePath incoming();
[[nodiscard]] SharePath incoming(QByteArrayView name);
[[nodiscard]] SharePath processing(const NodeName &node);
[[nodiscard]] SharePath assigned(const NodeName &node, const TokenName &token); ///< needs epoch, no boot
[[nodiscard]] SharePath running(const NodeName &node);
[[nodiscard]] SharePath running(const NodeName &node, const TokenName &token); ///< needs epoch and boot
[[nodiscard]] SharePath stageRoot(); ///< completed/.stage
[[nodiscard]] SharePath stage(const StageName &stage);
[[nodiscard]] SharePath stagedToken(
    const StageName &stage, QByteArrayView name); ///< the committed input inside the stage: <stage>/<name>
[[nodiscard]] SharePath stagedResults(const StageName &stage); ///< <stage>/results
[[nodiscard]] SharePath stagedManifest(const StageName &stage); ///< <stage>/manifest.json
[[nodiscard]] SharePath completedDay(WallTime day); ///< completed/2026-11-23 (UTC)
[[nodiscard]] SharePath completed(WallTime day, const JobId &job, QByteArrayView name); ///< completed/<day>/<J>~<name>
[[nodiscard]] SharePath hold(); ///< hold
[[nodiscard]] SharePath hold(const TokenName &token);
[[nodiscard]] SharePath failed();
[[nodiscard]] SharePath failed(const TokenName &token); ///< boot left out
[[nodiscard]] SharePath rejected();
[[nodiscard]] SharePath rejected(const JobId &job, QByteArrayView safeName);
[[nodiscard]] SharePath sidecar(const SharePath &token); ///< token + ".json"
[[nodiscard]] SharePath nodeLogDay(const NodeName &node, WallTime day); ///< logs/DTF-01/2026-11-23.log
[[nodiscard]] SharePath jobLog(const NodeName &node, const JobId &job, Epoch epoch); ///< logs/DTF-01/<J>.e<N>.log
[[nodiscard]] SharePath late(const StageName &stage); ///< .dtf/late/<J>.e<N>.b<B>
[[nodiscard]] SharePath alive(const NodeName &node); ///< .dtf/alive/DTF-01
[[nodiscard]] SharePath lease(); ///< .dtf/lease-orchestrator
[[nodiscard]] SharePath probeDir(); ///< .dtf/probe
[[nodiscard]] SharePath offlineQueue(const NodeName &node); ///< not in the pool's sight: offline/<node>

/// Every folder the layout needs, parents first, for `nodes`: made at set-up, never when the sentinel is missing.
[[nodiscard]] QList<SharePath> folders(const QList<NodeName> &nodes);

} // namespace layout
} // namespace dtf
