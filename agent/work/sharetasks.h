// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/policy/workevents.h"
#include "agent/work/scratch.h"

/// What the agent's effects do on the share; each runs on the share worker's thread and begins with the sentinel. Free functions
/// over ShareFs: the simulation calls the same ones with its own share.
namespace dtf::sharetasks {

/// The sentinel is there and says `uuid` (empty: none known yet, nothing may be changed): else ShareDown or ShareWrong.
[[nodiscard]] Result<void> checkShare(ShareFs &fs, const QByteArray &uuid);

/// The folder that `path` lies in.
[[nodiscard]] SharePath folderOf(const SharePath &path);
[[nodiscard]] event::Listed listFolders(ShareFs &fs, const NodeName &node);
/// A fresh scratch, then the copy; the source is looked at before and after. `alive` is called now and then.
[[nodiscard]] event::Copied copyOut(
    ShareFs &fs, const QByteArray &uuid, const effect::CopyOut &what, const QString &scratchDir, const Progress &alive);
[[nodiscard]] MoveResult move(ShareFs &fs, const QByteArray &uuid, const SharePath &source, const SharePath &target);
[[nodiscard]] MoveResult makeVisible(ShareFs &fs, const QByteArray &uuid, const effect::MakeVisible &what);
[[nodiscard]] Result<void> verify(ShareFs &fs, const QByteArray &uuid, const effect::VerifyToken &what, const Progress &alive);
[[nodiscard]] Result<void> look(ShareFs &fs, const QByteArray &uuid, const SharePath &path);
/// Unfinished stages of our own away, results/ copied and read back, manifest.json with names, sizes and hashes last. Stale: the
/// token is not any more what was run.
[[nodiscard]] Result<void> stage(ShareFs &fs, const QByteArray &uuid, const effect::Stage &what, const QString &outFolder,
    qint64 maxBytes, const Progress &alive);
[[nodiscard]] event::Located locate(ShareFs &fs, const QByteArray &uuid, const effect::Locate &what, const NodeName &node);
/// Results and logs to .dtf/late/<late>/; what is there already from an earlier try stays.
[[nodiscard]] Result<void> saveEvidence(
    ShareFs &fs, const QByteArray &uuid, const StageName &late, const Scratch &scratch, qint64 maxBytes, const Progress &alive);
/// Stages that were never committed; one that was stays as it is.
[[nodiscard]] Result<void> discardStages(ShareFs &fs, const QList<StageName> &stages, const QByteArray &name);
[[nodiscard]] Result<void> writeSidecar(ShareFs &fs, const QByteArray &uuid, const effect::WriteSidecar &what);
[[nodiscard]] Result<void> touchAlive(
    ShareFs &fs, const QByteArray &uuid, const NodeName &node, const BootId &boot, WallTime now);

} // namespace dtf::sharetasks
