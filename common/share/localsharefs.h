// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/sharefs.h"

#include <atomic>
#include <memory>

namespace dtf {

class ShareIo;

/// Bounds of the waits inside atomicMove.
struct ShareTiming
{
    milliseconds busyRetry {60'000}; ///< how long a sharing violation is retried, with jitter
    milliseconds cacheLifetime {15'000}; ///< how long "not found" may be a cached lie; 0 on a local disk
};

/// The share as a mounted folder (Linux) or a drive or UNC path (Windows). Thread: the one that calls it; cancel() from any.
///
/// Nothing is done on a folder that is not the share: without a sentinel every operation is ShareDown (a plain folder needs
/// initialise() first), and an unmounted or exchanged root is noticed by the very next operation, which fails with ShareDown; the
/// one after that looks at the sentinel again by itself. One object stays with the first uuid it sees: another one later is
/// ShareWrong. identity(): ShareDown: missing or unreadable; ShareWrong: not our format or another uuid; VersionMismatch: another
/// layout. Paths with an empty, "." or ".." component are InvalidArgument; links below the root are never followed (NotRegular).
/// `fileId` is comparable while the share stays mounted; a remount may change it.
class LocalShareFs final : public ShareFs
{
public:
    /// `root`: absolute path of the share's top folder; never created here.
    LocalShareFs(const QString &root, const ShareTiming &timing);
    /// The same over other system calls: for shims with faults.
    LocalShareFs(std::unique_ptr<ShareIo> io, const ShareTiming &timing);
    ~LocalShareFs() override;

    /// The only share to work on, known from earlier: without it the first one that is seen. Before the first operation.
    void bind(const QByteArray &uuid);
    /// Makes running and later waits and copies end soon, for good: copies with Cancelled, atomicMove with Busy or Ambiguous and
    /// error Cancelled. What needs no wait still works: for shut-down.
    void cancel();
    /// When an operation last got on: began, or had an answer for a part of a long one. Thread: any.
    [[nodiscard]] MonoTime lastSign() const;

    /// Set-up only (`--init-share`, demo, tests): writes DTF_SHARE_ID unless present and makes the layout's folders. Refuses a
    /// folder that holds another share's sentinel.
    [[nodiscard]] Result<ShareIdentity> initialise(const QList<NodeName> &nodes);

    void hold(bool on) override;
    [[nodiscard]] Result<ShareIdentity> identity() override;
    [[nodiscard]] Result<void> probe() override;
    [[nodiscard]] Result<QList<EntryInfo>> list(const SharePath &folder, bool withDetails) override;
    [[nodiscard]] Result<void> visit(const SharePath &folder, const Visitor &visitor) override;
    [[nodiscard]] Result<EntryInfo> look(const SharePath &path) override;
    [[nodiscard]] MoveResult atomicMove(const SharePath &source, const SharePath &target) override;
    [[nodiscard]] Result<ClosedLook> lookWhetherClosed(const SharePath &path) override;
    [[nodiscard]] Result<EntryInfo> glance(const SharePath &path) override;
    [[nodiscard]] Result<ContentHash> copyOut(
        const SharePath &source, const QString &localTarget, const Progress &progress) override;
    [[nodiscard]] Result<ContentHash> copyIn(
        const QString &localSource, const SharePath &target, const Progress &progress) override;
    [[nodiscard]] Result<ContentHash> hash(const SharePath &path, const Progress &progress) override;
    [[nodiscard]] Result<void> makeFolder(const SharePath &folder) override;
    [[nodiscard]] Result<void> writeSmall(const SharePath &path, QByteArrayView content, bool replace) override;
    [[nodiscard]] Result<QByteArray> readSmall(const SharePath &path, qint64 maxBytes) override;
    [[nodiscard]] Result<QByteArray> readRange(const SharePath &path, qint64 offset, qint64 maxBytes) override;
    [[nodiscard]] Result<void> appendLog(const SharePath &path, QByteArrayView lines) override;
    [[nodiscard]] Result<void> discardStage(const StageName &stage, QByteArrayView tokenName) override;
    [[nodiscard]] Result<void> removeSidecar(const SharePath &path) override;
    [[nodiscard]] Result<void> removeTemporary(const SharePath &path) override;
    [[nodiscard]] Result<void> syncFolders(const QList<SharePath> &folders) override;
    [[nodiscard]] Result<qint64> freeBytes() override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace dtf
