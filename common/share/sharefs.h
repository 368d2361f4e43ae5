// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "common/core/error.h"
#include "common/share/layout.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <functional>

namespace dtf {

enum class EntryKind { File, Directory, Link, Other };

/// One entry as a listing or a look shows it (never followed when a link).
struct EntryInfo
{
    QByteArray name;
    EntryKind kind = EntryKind::Other;
    qint64 size = 0; ///< bytes
    qint64 mtimeNs = 0; ///< the file's own modification time, ns since 1970; only ever compared for equality
    QByteArray
        fileId; ///< identity on this file system (device + inode, or volume + file id); survives a rename; empty where unknown
    int links = 1; ///< hard links; > 1 is refused for producers' files
};

/// A look that also asks whether somebody is still writing.
struct ClosedLook
{
    EntryInfo entry;
    bool closed =
        false; ///< nobody has it open in a way that excludes us, as far as the system can tell; true for what is no file
};

/// How atomicMove ended.
enum class MoveOutcome {
    Moved, ///< my target is there and I put it there (also after a lost reply)
    Lost, ///< the source is gone and my target is not there: somebody else moved it
    Busy, ///< sharing violation or lock for longer than the retry time: nothing changed
    Failed, ///< refused for a lasting reason (see error): nothing changed
    Ambiguous, ///< can't be known now: look again later; never taken for success or failure
};
[[nodiscard]] QLatin1StringView toString(MoveOutcome outcome);

struct MoveResult
{
    MoveOutcome outcome = MoveOutcome::Ambiguous;
    Error error; ///< for Busy, Failed, Ambiguous
    bool verified = false; ///< Moved was concluded from a look at the target after an error (a recovered lost reply)
};

/// A content's identity.
struct ContentHash
{
    QByteArray sha256; ///< 32 bytes
    qint64 size = 0;
};

/// The share's identity as DTF_SHARE_ID says it.
struct ShareIdentity
{
    QByteArray uuid; ///< 36 characters
    int layoutVersion = 0;
};

/// Called now and then by long operations with bytes done; returning false cancels (ErrorCode::Cancelled).
using Progress = std::function<bool(qint64 bytesDone)>;

/// The operations on the share, all synchronous and possibly slow (an SMB call can block for a minute): call from a share worker
/// thread only. The narrow interface behind which the simulation puts its faulty share. Nothing here deletes or overwrites a
/// token or a producer's file (I9). One object belongs to one thread.
class ShareFs
{
public:
    ShareFs() = default;
    ShareFs(const ShareFs &) = delete;
    ShareFs &operator=(const ShareFs &) = delete;
    virtual ~ShareFs() = default;

    /// From hold(true) to hold(false) the way to a file (root, folders) need not be found anew for each call, but for 100 ms at
    /// most: for many operations in a row. The place stays the one that was found, whatever is mounted over it meanwhile.
    virtual void hold(bool) { }
    /// Reads DTF_SHARE_ID. NotFound/unreadable is ErrorCode::ShareDown (an empty mount point looks like this).
    [[nodiscard]] virtual Result<ShareIdentity> identity() = 0;
    /// Writes, renames and removes a file of our own in .dtf/probe: proves that the share takes changes. ReadOnly, NoSpace, …
    [[nodiscard]] virtual Result<void> probe() = 0;
    /// All entries of one folder, unsorted, links not followed. `withDetails` false leaves size, mtime and id empty (one readdir
    /// only).
    [[nodiscard]] virtual Result<QList<EntryInfo>> list(const SharePath &folder, bool withDetails) = 0;
    /// The same without details, one by one and without keeping them: for folders of any size. The name lives during the call
    /// only (a kept copy must be a deep one). After an error what was seen is no listing.
    using Visitor = std::function<void(const QByteArray &name)>;
    [[nodiscard]] virtual Result<void> visit(const SharePath &folder, const Visitor &visitor) = 0;
    /// A direct look by opening (not by listing). NotFound when absent.
    [[nodiscard]] virtual Result<EntryInfo> look(const SharePath &path) = 0;
    /// The attributes by name, without opening, fresh from the server where the system can: disturbs nobody and is disturbed by
    /// nobody who holds the file. That it is absent may be a client's cached lie.
    [[nodiscard]] virtual Result<EntryInfo> glance(const SharePath &path) = 0;
    /// The only way a token moves (share-protocol.md). Blocks up to its retry time (busy) or cache time (ambiguous). The source
    /// must be a plain file, or a stage folder (completed/.stage/<stage>) on its way to its final place: NotRegular otherwise,
    /// nothing changed.
    [[nodiscard]] virtual MoveResult atomicMove(const SharePath &source, const SharePath &target) = 0;
    /// A direct look by opening, which a writer's sharing mode or lease may answer with "not closed yet".
    [[nodiscard]] virtual Result<ClosedLook> lookWhetherClosed(const SharePath &path) = 0;

    /// Share file → new local file (must not exist), hashed while copied, target flushed. Links refused. Changed when the source
    /// did while it was copied; no local file is left behind then.
    [[nodiscard]] virtual Result<ContentHash> copyOut(
        const SharePath &source, const QString &localTarget, const Progress &progress) = 0;
    /// Local file → new share file, flushed, read back, hashes compared (fsyncgate: an error means write a new one from the
    /// source).
    [[nodiscard]] virtual Result<ContentHash> copyIn(
        const QString &localSource, const SharePath &target, const Progress &progress) = 0;
    /// Hash of a file on the share.
    [[nodiscard]] virtual Result<ContentHash> hash(const SharePath &path, const Progress &progress) = 0;

    /// One folder, parent must exist; existing is fine.
    [[nodiscard]] virtual Result<void> makeFolder(const SharePath &folder) = 0;
    /// A small file of our own (manifest, sidecar, lease): written under a unique temporary name, flushed, then moved to its
    /// name. `replace`: only for files that are no tokens (below .dtf/; *.json in hold, failed, rejected). Without it:
    /// AlreadyExists, never overwritten.
    [[nodiscard]] virtual Result<void> writeSmall(const SharePath &path, QByteArrayView content, bool replace) = 0;
    /// Refuses more than `maxBytes` (TooLarge).
    [[nodiscard]] virtual Result<QByteArray> readSmall(const SharePath &path, qint64 maxBytes) = 0;
    /// At most `maxBytes` from `offset`; empty at or behind the end. For logs that others may be writing.
    [[nodiscard]] virtual Result<QByteArray> readRange(const SharePath &path, qint64 offset, qint64 maxBytes) = 0;
    /// Appends whole lines to a log (created when missing) below logs/; a missing last line break is added.
    [[nodiscard]] virtual Result<void> appendLog(const SharePath &path, QByteArrayView lines) = 0;
    /// Removes an unfinished stage folder of the caller's own: refused (Forbidden) when it holds the token, i.e. is committed.
    /// One that is not there is fine.
    [[nodiscard]] virtual Result<void> discardStage(const StageName &stage, QByteArrayView tokenName) = 0;
    /// Removes the reason beside a token that has left hold/ or failed/ (I9: never a token). InvalidArgument for any other path;
    /// Forbidden while its token still lies beside it, or when its content does not name the token's job: then it may be a file
    /// itself. One that is not there is fine.
    [[nodiscard]] virtual Result<void> removeSidecar(const SharePath &path) = 0;
    /// Removes a small file that never got its name, because its writer died. InvalidArgument for any other path. One that is not
    /// there is fine.
    [[nodiscard]] virtual Result<void> removeTemporary(const SharePath &path) = 0;
    /// Flushes directory entries of these folders to the server's disk, where the system can (group commit of renames).
    [[nodiscard]] virtual Result<void> syncFolders(const QList<SharePath> &folders) = 0;
    /// Bytes free for us.
    [[nodiscard]] virtual Result<qint64> freeBytes() = 0;
};

/// hold() as long as this lives.
class ShareHold final
{
public:
    explicit ShareHold(ShareFs &share)
        : m_share(share)
    {
        m_share.hold(true);
    }
    ShareHold(const ShareHold &) = delete;
    ShareHold &operator=(const ShareHold &) = delete;
    ~ShareHold() { m_share.hold(false); }

private:
    ShareFs &m_share;
};

} // namespace dtf
