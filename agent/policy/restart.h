// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/policy/journalrecord.h"

namespace dtf {

/// Where a token was found by direct looks (never by a listing).
enum class TokenPlace { Assigned, Running, Staged, Final, Held, Failed, Rejected, Nowhere };

/// What is known of the processes and the local files of an attempt that lost its agent.
struct Leftovers
{
    bool treeDead = false; ///< every process with this attempt's marker is gone, and no folder script can still have it
    bool spawnSeen = false; ///< its output file exists: the spawn was reached
    bool markerSeen = false; ///< the marker stands in its output on disk
};

/// What an agent does about one attempt of its own that it does not have in hand (at start, and on every scan).
enum class RestartAction {
    Nothing, ///< closed
    Foreign, ///< not ours: touch nothing, say so
    Reown, ///< only claimed: journal CLAIM under the new boot, rename to it, run once
    Drop, ///< only claimed, and the token is somebody else's (or was never taken): forget it
    AskLeftovers, ///< started: look at processes and output first
    Release, ///< provably without side effect
    Hold,
    Publish, ///< stage and commit
    RollForward, ///< committed before: make it visible
    CloseDone, ///< visible already
    MoveAway, ///< ended without success: carry out the recorded verdict
    CloseMoved, ///< carried out already: sidecar, report
    Fence, ///< the token was taken away: save evidence
    SaveEvidence, ///< fenced before: evidence still to be saved
};

/// Pure. First question, from the journal and the place alone.
[[nodiscard]] RestartAction onFound(const AttemptEntry &entry, TokenPlace place);
/// Pure. Second question, for AskLeftovers: the lost-run policy. A new machine boot shows that the run is over, not that it had
/// no effect; and output that was never synced proves nothing after a power cut.
[[nodiscard]] Verdict onLeftovers(
    const AttemptEntry &entry, const Leftovers &left, SideEffects setting, const QByteArray &machineBoot);

} // namespace dtf
