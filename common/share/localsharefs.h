// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/sharefs.h"

#include <atomic>
#include <memory>

namespace dtf {

/// Bounds of the waits inside atomicMove.
struct ShareTiming
{
    milliseconds busyRetry {60'000}; ///< how long a sharing violation is retried, with jitter
    milliseconds cacheLifetime {15'000}; ///< how long "not found" may be a cached lie; 0 on a local disk
};

/// The share as a mounted folder (Linux) or a drive or UNC path (Windows). Thread: the one that calls it; cancel() from any.
class LocalShareFs final : public ShareFs
{
public:
    /// `root`: absolute path of the share's top folder; never created here.
    LocalShareFs(const QString &root, const ShareTiming &timing);
    ~LocalShareFs() override;

    /// Makes running and later waits and copies end soon with Cancelled/Ambiguous: for shut-down.
    void cancel();

    /// Set-up only (`--init-share`, demo, tests): writes DTF_SHARE_ID unless present and makes the layout's folders. Refuses a folder
    /// that holds another share's sentinel.
    [[nodiscard]] Result<ShareIdentity> initialise(const QList<NodeName> &nodes);

    [[nodiscard]] Result<ShareIdentity> identity() override;
    [[nodiscard]] Result<void> probe() override;
    [[nodiscard]] Result<QList<EntryInfo>> list(const SharePath &folder, bool withDetails) override;
    [[nodiscard]] Result<EntryInfo> look(const SharePath &path) override;
    [[nodiscard]] MoveResult atomicMove(const SharePath &source, const SharePath &target) override;
    [[nodiscard]] Result<bool> openExclusiveProbe(const SharePath &path) override;
    [[nodiscard]] Result<ContentHash> copyOut(const SharePath &source, const QString &localTarget, const Progress &progress) override;
    [[nodiscard]] Result<ContentHash> copyIn(const QString &localSource, const SharePath &target, const Progress &progress) override;
    [[nodiscard]] Result<ContentHash> hash(const SharePath &path, const Progress &progress) override;
    [[nodiscard]] Result<void> makeFolder(const SharePath &folder) override;
    [[nodiscard]] Result<void> writeSmall(const SharePath &path, QByteArrayView content, bool replace) override;
    [[nodiscard]] Result<QByteArray> readSmall(const SharePath &path, qint64 maxBytes) override;
    [[nodiscard]] Result<void> appendLog(const SharePath &path, QByteArrayView lines) override;
    [[nodiscard]] Result<void> discardStage(const StageName &stage, QByteArrayView tokenName) override;
    [[nodiscard]] Result<void> syncFolders(const QList<SharePath> &folders) override;
    [[nodiscard]] Result<qint64> freeBytes() override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace dtf
