// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/ioerror.h"
#include "common/share/localsharefs.h"

namespace dtf {

/// What a direct look says; Unknown when the look itself failed.
enum class Presence { Present, Absent, Unknown };

/// What the answer to one rename asks for.
enum class MoveStep {
    Refused, ///< certain: nothing changed
    RetryLater, ///< certain: nothing changed; may pass
    Look, ///< may have happened: only the two places can tell
};

/// Pure.
[[nodiscard]] MoveStep stepAfter(IoKind kind);

/// Pure: what is known when the rename answered `why` and both places have been looked at later than any cache can lie. Target
/// names are unique by construction, so a target that is there is mine.
[[nodiscard]] MoveOutcome conclude(IoKind why, Presence source, Presence target);

/// One token's move as the loop below needs it. Tests put lost replies and fake time in its place.
class MoveOps
{
public:
    MoveOps() = default;
    MoveOps(const MoveOps &) = delete;
    MoveOps &operator=(const MoveOps &) = delete;
    virtual ~MoveOps() = default;
    [[nodiscard]] virtual Io<void> rename() = 0;
    [[nodiscard]] virtual Presence lookAtSource() = 0;
    [[nodiscard]] virtual Presence lookAtTarget() = 0;
    /// Whether a rename that succeeded was mine to keep. An SMB client opens the source and renames what it has opened; two that
    /// have both opened it both succeed, the second taking the token away from the first one's target. Good: the target opens,
    /// so nobody else's rename of it is under way. NotFound: somebody else has it. Busy: not decided yet. On a local disk
    /// renames are by name and there is nothing to prove.
    [[nodiscard]] virtual Io<void> proveTarget() { return {}; }
    [[nodiscard]] virtual MonoTime now() = 0;
    [[nodiscard]] virtual double random() = 0; ///< [0, 1)
    /// False: cancelled.
    [[nodiscard]] virtual bool wait(milliseconds time) = 0;
};

/// Renames, retries while busy, looks while in doubt (share-protocol.md, atomicMove). `Error::detail` says what the rename said.
[[nodiscard]] MoveResult moveWith(MoveOps &ops, const ShareTiming &timing, QByteArrayView source);

} // namespace dtf
