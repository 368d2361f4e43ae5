// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/model/mutants.h"

namespace dtf::model {

namespace {

constexpr Bounds kCalm {.crashes = 0, .losses = 0, .clicks = 0, .clone = false, .producerWrites = false};

constexpr Bounds with(int crashes, int losses, int clicks = 0, bool clone = false, bool producer = false)
{
    return {.crashes = crashes, .losses = losses, .clicks = clicks, .clone = clone, .producerWrites = producer};
}
constexpr Bounds kCrash = with(1, 0);
constexpr Bounds kLoss = with(0, 1);
constexpr Bounds kClone = with(0, 0, 0, true);

} // namespace

const std::vector<Mutant> &mutants()
{
    using enum Invariant;
    static const std::vector<Mutant> table {
        // The document's list.
        {"requeue a running job after silence", I4, [](Rules &r) { r.runningLeftAlone = false; }, kCalm},
        {"no START marker yet, so requeue (check, then act)", I4, [](Rules &r) { r.noCheckThenAct = false; }, kCalm},
        {"no epoch or boot in the path: an old name hits a new token", I6, [](Rules &r) { r.epochInPath = r.bootInPath = false; },
            kCalm},
        {"no epoch in the path: a second run that nobody allowed", I4, [](Rules &r) { r.epochInPath = false; }, kCalm},
        {"no epoch in the path: the epoch falls", I7, [](Rules &r) { r.epochInPath = false; }, kCalm},
        {"no boot in the path: the clone takes over", I3, [](Rules &r) { r.bootInPath = false; }, kClone},
        {"rename falls back to a copy: two tokens", I1, [](Rules &r) { r.renameNeverCopies = false; }, kLoss},
        {"rename falls back to a copy: two runs", I4, [](Rules &r) { r.renameNeverCopies = false; }, kLoss},
        {"rename falls back to a copy: two commits", I2, [](Rules &r) { r.renameNeverCopies = false; }, kLoss},
        {"an agent adopts every token under its node name", I3, [](Rules &r) { r.adoptOnlyOwnBoot = false; }, kClone},
        {"ambiguous taken for success: run without a claim", I3, [](Rules &r) { r.ambiguousIsChecked = false; }, kLoss},
        {"ambiguous taken for success: result without a commit", I5, [](Rules &r) { r.ambiguousIsChecked = false; }, kLoss},
        {"ambiguous taken for success: moves that never were", I8, [](Rules &r) { r.ambiguousIsChecked = false; }, kLoss},
        {"publishing leaves the running token", I1, [](Rules &r) { r.commitConsumesToken = false; }, kCalm},
        {"publishing leaves the running token: two commits", I2, [](Rules &r) { r.commitConsumesToken = false; }, kCalm},
        {"no durable START before the spawn", I3, [](Rules &r) { r.startBeforeSpawn = false; }, kCrash},
        // Claim, run, publish.
        {"no verification after the claim", I5, [](Rules &r) { r.verifyAfterClaim = false; }, with(0, 0, 0, false, true)},
        {"the agent keeps what it has released", I3, [](Rules &r) { r.releaseIsFinal = false; }, kCalm},
        {"COMMIT before the stage is complete", I5, [](Rules &r) { r.stageBeforeCommit = false; }, kCalm},
        {"a stage is rolled forward before COMMIT", I5, [](Rules &r) { r.rollForwardNeedsCommit = false; }, kCalm},
        {"only the committer rolls forward", L1, [](Rules &r) { r.anyoneRollsForward = false; }, kCalm},
        {"a restarted agent stages into the folder of its earlier boot", I5, [](Rules &r) { r.stageOfOwnBoot = false; },
            with(1, 1)},
        {"a lost COMMIT is called fenced without a look at the final place", I8,
            [](Rules &r) { r.lostCommitLooksFurther = false; }, kLoss},
        // Agent restart.
        {"owned again without a rename to the new boot", I3, [](Rules &r) { r.reownRenames = false; }, kCrash},
        {"owned again without a rename: two runs", I4, [](Rules &r) { r.reownRenames = false; }, kCrash},
        {"a cloned disk's journal is believed", I3, [](Rules &r) { r.journalBoundToMachine = false; }, kClone},
        {"leftovers live on while their run is called dead", I4, [](Rules &r) { r.sweepAtStart = false; }, kCrash},
        {"a dead tree without EXIT is published", I5, [](Rules &r) { r.exitNeedsJournal = false; }, kCrash},
        {"own tokens are looked at only after a restart", L1, [](Rules &r) { r.ownTokensRescanned = false; }, kLoss},
        {"the marker is read through the agent, not from the disk", I4, [](Rules &r) { r.markerOnDisk = false; }, kCrash},
        // Orchestrator.
        {"a new machine boot alone is proof", I4, [](Rules &r) { r.rebootIsNoProof = false; }, kCrash},
        {"a new machine boot alone is proof, and it is a clone's", I4, [](Rules &r) { r.rebootIsNoProof = false; }, kClone},
        {"epochs from the store alone", I7, [](Rules &r) { r.epochsFromShareToo = false; }, kCrash},
        {"epochs from the store alone: the same epoch twice", I3, [](Rules &r) { r.epochsFromShareToo = false; }, kCrash},
        {"the orchestrator takes lost for moved", I8, [](Rules &r) { r.lostIsNotMoved = false; }, kCalm},
        {"the orchestrator takes lost for withdrawn", L1, [](Rules &r) { r.lostIsAskedAnew = false; }, kLoss},
        {"an open intent is taken for done after a crash", I8, [](Rules &r) { r.intentClosedFromShare = false; }, kCrash},
        {"hold leaves the running token", I1, [](Rules &r) { r.holdConsumesToken = false; }, kCalm},
        {"operator commands without compare-and-set", I4, [](Rules &r) { r.operatorCompares = false; }, with(0, 0, 2)},
        {"assigned tokens of a silent node stay", L1, [](Rules &r) { r.silentNodesAssignedMoves = false; }, kCalm},
        {"a running token that its agent gave up stays", L1, [](Rules &r) { r.idleRunningIsHeld = false; }, kCalm},
    };
    return table;
}

} // namespace dtf::model
