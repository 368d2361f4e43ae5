// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace dtf::model {

/// The protocol's rules, one guard each. All true is the protocol; a mutant switches one off.
struct Rules
{
    // Paths and renames.
    bool epochInPath = true;
    bool bootInPath = true;
    bool renameNeverCopies = true;
    bool ambiguousIsChecked = true; ///< a lost reply is settled by looking for one's own target
    // Claim and run.
    bool verifyAfterClaim = true;
    bool startBeforeSpawn = true; ///< START is durable before the pipeline is spawned
    bool releaseIsFinal = true; ///< after RELEASED the agent never touches that attempt again
    // Publish.
    bool stageBeforeCommit = true; ///< the stage is complete and read back before COMMIT
    bool commitConsumesToken = true;
    bool lostCommitLooksFurther = true; ///< before "fenced": is the result in the stage or already in its final place?
    bool stageOfOwnBoot = true; ///< a stage is written only by the boot in its name
    bool rollForwardNeedsCommit = true;
    bool anyoneRollsForward = true;
    // Agent restart.
    bool adoptOnlyOwnBoot = true;
    bool reownRenames = true; ///< "own it again" renames to the new boot
    bool journalBoundToMachine = true; ///< a journal that came with a cloned disk is nobody's
    bool sweepAtStart = true; ///< leftovers are ended before anything is decided
    bool exitNeedsJournal = true; ///< a dead tree without EXIT is not a finished run
    bool ownTokensRescanned = true; ///< restart's table is applied on every scan, not only at start
    bool markerOnDisk = true; ///< the pipeline's output goes to a file, not through the agent
    // Orchestrator.
    bool runningLeftAlone = true; ///< silence never moves a running token to another node
    bool noCheckThenAct = true; ///< a missing START of a live agent proves nothing
    bool rebootIsNoProof = true; ///< a new machine boot shows that a run is over, not that it had no effect
    bool epochsFromShareToo = true; ///< next epoch = max(store, share) + 1
    bool lostIsNotMoved = true;
    bool lostIsAskedAnew = true; ///< neither source nor target: the job is looked for everywhere, not given up
    bool intentClosedFromShare = true; ///< after a crash
    bool holdConsumesToken = true;
    bool operatorCompares = true; ///< compare-and-set on (J, N, state)
    bool silentNodesAssignedMoves = true;
    bool idleRunningIsHeld = true; ///< a running token that its live agent does not work on goes to hold
};

/// How much misfortune one run may see; exploration is complete within these bounds.
struct Bounds
{
    int crashes = 2; ///< agents, machines and the orchestrator together; at most 3
    int losses = 1; ///< lost or late replies and wrong looks; at most 3
    int clicks = 1; ///< operator's requeues; at most 3
    bool clone = true;
    bool producerWrites = true;
    bool reduce = true; ///< merge states that differ in nothing that can matter (settle.cpp)
};

} // namespace dtf::model
