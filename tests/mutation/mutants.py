# SPDX-License-Identifier: GPL-3.0-or-later
"""Guards of the protocol, each with the text that takes it out of the product's code; used by tests/mutation/run.

name   of the mutant
guard  what is taken out, and the invariant or step of the protocol that it protects
tests  unit test programs that know this guard; the simulation is asked in any case
edits  (file, exact text that is there once, what stands there instead)
"""
MUTANTS = []


def mutant(name, guard, tests, *edits):
    MUTANTS.append({"name": name, "guard": guard, "tests": tests.split(), "edits": edits})


# --- The agent's journal: durable before anything is done -----------------------------------------------------------------------

mutant("journal-fsync", "the journal's flush: a record is durable before what follows it (I3)", "tst_agent_journal tst_agent_journaldisk",
       ("agent/work/journal.cpp", """\
    if (auto synced = localdisk::sync(m_file); !synced) {
        takeBack(frame.record, end);
        return synced;
    }
    fold(frame);
""", """\
    fold(frame);
"""))

mutant("journal-compact-fsync", "the flush of a compacted journal before it takes the old one's name (I3)", "tst_agent_journal tst_agent_journaldisk",
       ("agent/work/journal.cpp", """\
    if (const auto synced = localdisk::sync(fresh); !synced) {
        (void)fresh.remove();
        return tl::unexpected(synced.error());
    }
""", ""))

mutant("journal-take-back", "a START that could not be written whole is taken back: a later life must not believe it",
       "tst_agent_journal tst_agent_journaldisk",
       ("agent/work/journal.cpp", "        (void)m_file.resize(end);\n", "        Q_UNUSED(end);\n"))

mutant("journal-failed", "after a failed write nothing more is appended", "tst_agent_journal",
       ("agent/work/journal.cpp", "    m_failed = true; // until proven otherwise\n", ""))

mutant("journal-other-machine", "a journal of another machine (a cloned disk) is put aside (I3)", "tst_agent_journal tst_agent_engine",
       ("agent/work/journal.cpp", "!machine.isEmpty() && machine != identity.machine) {", "machine.isNull() && !machine.isNull()) {"))

mutant("frozen", "an agent whose journal fails does nothing more", "tst_agent_workstate",
       ("agent/policy/workstate.cpp", "    if (!e.ok) {\n        m_frozen = true;\n        return;\n    }\n", ""))

mutant("claim-journal", "journal CLAIM before the rename to running/ (claim, step 3)", "tst_agent_workstate",
       ("agent/policy/workclaim.cpp", """\
    hand.token.boot = m_identity.boot;
    issue(Step::ClaimJournal, effect::Append {claimed, {}});
""", """\
    const SharePath source = hand.recovered ? runningPath() : layout::assigned(m_config.node, hand.token);
    hand.token.boot = m_identity.boot;
    if (source == runningPath()) {
        issue(Step::Verifying, effect::VerifyToken {source, hand.seen, hand.input});
    } else {
        issue(Step::Claiming, effect::Move {source, runningPath()});
    }
    m_writing.insert(emitNumbered(effect::Append {claimed, {}}), claimed);
"""))

mutant("start-journal", "journal START durable before the spawn (claim, step 7; I3)", "tst_agent_workstate",
       ("agent/policy/workclaim.cpp", "    issue(Step::StartJournal, effect::Append {start, claimReports({started})});\n", """\
    const QList<Report> reports = claimReports({started});
    hand.claimReported = true;
    spawn();
    m_writing.insert(emitNumbered(effect::Append {start, reports}), start);
"""))

mutant("exit-journal", "journal EXIT before anything is done about the end (step 9)", "tst_agent_workstate",
       ("agent/policy/workrun.cpp",
        "    issue(Step::ExitJournal, effect::Append {exit, reports.isEmpty() ? reports : claimReports(reports)});\n", """\
    const QList<Report> all = reports.isEmpty() ? reports : claimReports(reports);
    hand.claimReported = hand.claimReported || hand.end.spawned;
    carryOut();
    m_writing.insert(emitNumbered(effect::Append {exit, all}), exit);
"""))

mutant("staging-journal", "which boot makes a stage is journalled before the stage is made (publish)", "tst_agent_workstate",
       ("agent/policy/workrun.cpp", "        issue(Step::StagingJournal, effect::Append {staging, {}});\n        return;\n",
        "        stage();\n        return;\n"))

# --- The agent's claim ------------------------------------------------------------------------------------------------------------

mutant("verify-claimed", "the token is still what was copied (claim, step 5)", "tst_agent_workstate",
       ("agent/policy/workclaim.cpp", """\
            return;
        }
        issue(Step::Verifying, effect::VerifyToken {runningPath(), hand.seen, hand.input});
        return;
    case MoveOutcome::Ambiguous:
""", """\
            return;
        }
        hand.verifiedAt = m_now.mono;
        startIfReady();
        return;
    case MoveOutcome::Ambiguous:
"""))

mutant("verify-after-pause", "a pause of our own since the claim: the token is verified again before the spawn (step 6)",
       "tst_agent_workstate",
       ("agent/policy/workclaim.cpp", """\
    if (m_now.mono - hand.verifiedAt > pauseLimit) {
        issue(Step::VerifyingAgain, effect::VerifyToken {runningPath(), hand.seen, hand.input});
        return;
    }
    issue(Step::Spawning""", "    issue(Step::Spawning"))

mutant("claim-ambiguous", "an ambiguous rename is not taken for success", "tst_agent_workstate",
       ("agent/policy/workclaim.cpp", """\
    case MoveOutcome::Ambiguous:
        retry(result.error); // the same rename again: its target is unique, so it settles what happened to the first
        return;
""", """\
    case MoveOutcome::Ambiguous:
        hand.verifiedAt = m_now.mono;
        startIfReady();
        return;
"""))

mutant("verify-two-looks", "one 'not found' of a claimed token may be a cache's", "tst_agent_workstate",
       ("agent/policy/workclaim.cpp", "        if (!hand.goneSince || m_now.mono - *hand.goneSince < m_config.shareCache) {\n",
        "        if (!hand.goneSince && m_config.shareCache < milliseconds(0)) {\n"))

mutant("locate-two-looks", "one 'nowhere' of a token looked for may be a cache's", "tst_agent_workstate",
       ("agent/policy/workrecover.cpp", "action != RestartAction::Release && !hand.lookedOnce) {",
        "action != RestartAction::Release && hand.lookedOnce) {"))

mutant("verify-content", "a token whose time or id changed is read again and compared", "tst_agent_engine tst_agent_worktools",
       ("agent/work/sharetasks.cpp", "return content->sha256 == what.input.sha256 ? Result<void>()",
        "return !content->sha256.isEmpty() ? Result<void>()"))

mutant("clone-claims", "a machine that was started anew, or is a clone, claims nothing until it is recognised (I3)",
       "tst_agent_workstate",
       ("agent/policy/workchoice.cpp", "!lastMachineBoot.isEmpty() && lastMachineBoot != m_identity.machineBoot) {",
        "lastMachineBoot.isNull() && !lastMachineBoot.isNull()) {"))

mutant("clone-recovers", "what another boot of this machine left is its own until the orchestrator says which (own-boot check)",
       "tst_agent_workstate",
       ("agent/policy/workchoice.cpp", "!wouldStart && !maybeAnothers && !aside(attempt)", "!wouldStart && (maybeAnothers || !aside(attempt))"))

mutant("own-boot", "a token in running/ under another boot is FOREIGN: told, not touched", "tst_agent_workstate tst_agent_engine",
       ("agent/policy/workstate.cpp", "const bool own = m_view.isOwnBoot(token.boot) && entry != nullptr;",
        "const bool own = m_view.isOwnBoot(token.boot) || entry == nullptr || true;"),
       ("agent/policy/workstate.cpp", "const bool vain = own && entry->last == RecordKind::Dropped;",
        "const bool vain = own && entry != nullptr && entry->last == RecordKind::Dropped;"),
       ("agent/policy/workstate.cpp", "if (own && !vain && entry->last != RecordKind::Released) {",
        "if (own && !vain && (entry == nullptr || entry->last != RecordKind::Released)) {"))

mutant("swept", "processes of an earlier life are ended before anything else is taken", "tst_agent_workstate",
       ("agent/policy/workchoice.cpp", "    if (!m_hand && m_swept) {\n", "    if (!m_hand) {\n"),
       ("agent/policy/workchoice.cpp", "    if (!m_swept) {\n        return u\"processes",
        "    if (!m_swept && m_frozen) {\n        return u\"processes"))

mutant("share-trouble-agent", "a share that is down or another one: nothing is begun (I11)", "tst_agent_workstate tst_agent_engine",
       ("agent/policy/workchoice.cpp", "    if (m_readTrouble) {\n        return; // I11\n    }\n", ""),
       ("agent/policy/workchoice.cpp", "    if (!shareStatus().ok) {\n", "    if (!shareStatus().ok && m_frozen) {\n"))

# --- The agent's run and its end --------------------------------------------------------------------------------------------------

mutant("fence", "a token gone in two looks: the run is ended (FENCED)", "tst_agent_workstate tst_agent_engine",
       ("agent/policy/workrun.cpp", "    if (m_now.mono - *hand.goneSince >= m_config.shareCache) {\n",
        "    if (hand.killing && m_now.mono - *hand.goneSince >= m_config.shareCache) {\n"))

mutant("fence-two-looks", "one look is not believed: 'not found' may be cached", "tst_agent_workstate",
       ("agent/policy/workrun.cpp", """\
        hand.nextLook = m_now.mono + std::clamp(m_config.shareCache, milliseconds(100), lookEvery);
        return;
    }
    if (m_now.mono - *hand.goneSince >= m_config.shareCache) {
""", """\
    }
    if (hand.goneSince) {
"""))

mutant("restart-after-start", "only CLAIM journalled may be run again; START may not (lost-run policy; I4)",
       "tst_agent_restart tst_agent_workstate tst_agent_engine",
       ("agent/policy/restart.cpp", "? RestartAction::AskLeftovers : RestartAction::Fence;", "? RestartAction::Reown : RestartAction::Fence;"))

mutant("leftovers-hold", "a run that may have uploaded before the agent died is held for a person (I4)",
       "tst_agent_restart tst_agent_workstate",
       ("agent/policy/restart.cpp", "    return {RunAction::Hold, cause, true, -1, u\"the agent was restarted during",
        "    return {RunAction::Release, cause, true, -1, u\"the agent was restarted during"))

mutant("same-machine-boot", "'its tree is dead, its marker not seen' counts only within the same machine boot",
       "tst_agent_restart",
       ("agent/policy/restart.cpp", "!machineBoot.isEmpty() && entry.startMachineBoot == machineBoot;",
        "!machineBoot.isEmpty() || !entry.startMachineBoot.isEmpty();"))

mutant("failed-run-hold", "a failed run that may have uploaded is held, not run again or given up", "tst_agent_outcome",
       ("agent/policy/outcome.cpp", "    if (effects) {\n        return {RunAction::Hold,", "    if (effects) {\n        return {RunAction::Release,"))

# --- Publishing -------------------------------------------------------------------------------------------------------------------

mutant("results-fsync", "the results are flushed before the journal says that they are to be published (I5)",
       "tst_agent_resultsdisk",
       ("agent/work/engineeffects.cpp", """\
            if (const auto synced = syncOutputs(out); !synced) {
                facts->notOnDisk = synced.error().detail;
            }
""", ""))

mutant("read-back", "what was staged is read back and compared (publish, step 10; I5)", "tst_common_share_copy",
       ("common/share/contentcopy.cpp", "        if (hash && readBack) {\n", "        if (hash && readBack && attempt > attempts) {\n"))

mutant("copy-flush", "what was copied is flushed before it counts (publish, step 10; I5)", "tst_common_share_copy",
       ("common/share/contentcopy.cpp", """\
    if (const auto synced = target.sync(); !synced) {
        return failed(synced.error(), "flush copy of"_L1, name);
    }
""", ""))

mutant("copy-source-moved", "a source that changed while it was copied is no copy", "tst_common_share_copy",
       ("common/share/contentcopy.cpp", "if (hash->size != before->size || !isSame(*before, *after) || !byName || !isSame(*before, *byName)) {",
        "if (!byName && isSame(*before, *after) && hash->size < 0) {"))

mutant("input-unchanged", "somebody writes into a running token: not published as if it were what ran", "tst_agent_engine",
       ("agent/work/sharetasks_results.cpp", "    if (input.input.sha256.isEmpty()) {\n        return {};", "    if (input.input.size >= 0) {\n        return {};"))

mutant("commit", "COMMIT consumes the running/ token before the folder becomes visible (step 11; I2)",
       "tst_agent_workstate tst_agent_engine",
       ("agent/policy/workpublish.cpp", "    issue(Step::Committing, effect::Move {runningPath(), m_hand->target});\n", "    makeVisible();\n"))

mutant("stage-committed", "a stage that holds its token is never discarded (I9)", "tst_common_share_localshare",
       ("common/share/localshare_small.cpp", """\
    if (committed) {
        return fail(ErrorCode::Forbidden, u"the stage is committed: "_s + escapedForLog(folder));
    }
    if (committed.error().kind != IoKind::NotFound) {
""", "    if (!committed && committed.error().kind != IoKind::NotFound) {\n"))

mutant("own-result", "a visible result of the same job is only ours when its manifest says so (I2)", "tst_agent_engine",
       ("agent/work/sharetasks.cpp", "            if (!*own) {\n                continue;\n            }\n", ""))

# --- The share --------------------------------------------------------------------------------------------------------------------

mutant("proof-after-rename", "a rename answered with yes counts only once its target can be opened (by-handle renames; I1)",
       "tst_common_share_atomicmove",
       ("common/share/atomicmove.cpp", "            return keepOrLose(ops, timing, source);\n        }\n        switch (stepAfter",
        "            (void)&keepOrLose;\n            return {MoveOutcome::Moved, {}, false};\n        }\n        switch (stepAfter"))

mutant("settle-look", "after an error the target is looked for longer than the caches live", "tst_common_share_atomicmove",
       ("common/share/atomicmove.cpp", "timing.cacheLifetime <= milliseconds(0) || elapsed > timing.cacheLifetime;",
        "timing.cacheLifetime <= milliseconds(0) || elapsed >= milliseconds(0);"))

mutant("look-after-error", "an error of a rename says nothing: the target is looked for (a lost reply)",
       "tst_common_share_atomicmove",
       ("common/share/atomicmove.cpp", "        case MoveStep::Look:\n            return lookForOutcome(ops, timing, answer.error(), source);",
        "        case MoveStep::Look:\n            return {MoveOutcome::Lost, toError(answer.error(), \"rename\"_L1, source), false};"))

mutant("no-replace", "a rename never replaces what is there (I9)", "tst_common_share_localshare tst_common_share_linux",
       ("common/share/shareio_linux.cpp", """\
        return ioFail(IoKind::NotRegular);
    }
    if (::renameat2(fromFd, from->leaf.constData(), toFd, to->leaf.constData(), RENAME_NOREPLACE) == 0) {
""", """\
        return ioFail(IoKind::NotRegular);
    }
    if (::renameat2(fromFd, from->leaf.constData(), toFd, to->leaf.constData(), 0) == 0) {
"""))

mutant("may-replace", "a small file replaces only what can be no token (I9)", "tst_common_share_localshare",
       ("common/share/localshare_small.cpp", "    if (replace && !mayReplace(path)) {\n", "    if (replace && path.isEmpty()) {\n"))

mutant("sentinel", "another share mounted there: nothing is touched (sentinel; I11)",
       "tst_common_share_localshare tst_agent_workstate tst_agent_engine tst_zone_actions",
       ("common/share/localshare_setup.cpp", "    if (!boundUuid.isEmpty() && boundUuid != found->uuid) {", "    if (boundUuid.isNull() && !boundUuid.isNull()) {"),
       ("agent/work/sharetasks.cpp", "    if (identity->uuid != uuid) {\n", "    if (identity->uuid.isEmpty()) {\n"),
       ("agent/policy/workstate.cpp", "    if (!m_shareUuid.isEmpty() && e.shareUuid != m_shareUuid) {\n", "    if (e.shareUuid.isEmpty()) {\n"),
       ("orchestrator/zone/shareactions.cpp", "identity && identity->uuid == expectedUuid;", "identity && (identity->uuid == expectedUuid || !expectedUuid.isNull());"),
       ("orchestrator/zone/zonelister.cpp", "    if (!expectedUuid.isEmpty() && identity->uuid != expectedUuid) {\n", "    if (!expectedUuid.isEmpty() && identity->uuid.isEmpty()) {\n"))

mutant("sentinel-agent", "the agent asks before each action which share this is (I11)", "tst_agent_worktools",
       ("agent/work/sharetasks.cpp", "    if (identity->uuid != uuid) {\n", "    if (identity->uuid.isEmpty()) {\n"))

mutant("sentinel-orchestrator", "the orchestrator asks before each batch of moves which share this is (I11)", "tst_zone_actions",
       ("orchestrator/zone/shareactions.cpp", "identity && identity->uuid == expectedUuid;", "identity && (identity->uuid == expectedUuid || !expectedUuid.isNull());"))

mutant("sentinel-bound", "a share once seen is the only one from then on (I11)", "tst_common_share_localshare",
       ("common/share/localshare_setup.cpp", "    if (!boundUuid.isEmpty() && boundUuid != found->uuid) {", "    if (boundUuid.isNull() && !boundUuid.isNull()) {"))

# --- The orchestrator's ingest and dispatch ---------------------------------------------------------------------------------------

mutant("stable", "a file is taken only after it held still for Q in three looks (ingest, step 2)", "tst_zone_incoming",
       ("orchestrator/zone/incomingscanner.cpp", "    if (candidate.looks < m_rules.stableLooks || still < m_rules.stableFor) {\n",
        "    if (candidate.looks < 1 && still < m_rules.stableFor) {\n"))

mutant("writer-open", "a file that somebody still has open for writing waits (ingest, step 2)", "tst_zone_incoming",
       ("orchestrator/zone/incomingscanner.cpp", "    if (!look->closed) {\n", "    if (!look->closed && deciding && still < step) {\n"))

mutant("changed-before", "a file that is not the one that was accepted is not moved (ingest, step 4)", "tst_zone_actions",
       ("orchestrator/zone/shareactions.cpp", "    if (before && !isRecorded(action, *before, true)) {\n", "        if (before && before->name.isNull() && !isRecorded(action, *before, true)) {\n"))

mutant("changed-after", "what arrived is compared with what was accepted (ingest, step 5)", "tst_zone_actions",
       ("orchestrator/zone/shareactions.cpp", "        done.changedAfter = after && !isRecorded(action, *after, true);\n", "        done.changedAfter = after && after->size < 0;\n"))

mutant("intent", "the intent is durable before the move (ingest, step 3; I8)", "tst_fleet_controller",
       ("orchestrator/fleet/fleetcontroller.cpp", "    m_queuedRows += rowsOf(step);\n    m_queue.push_back(std::move(step));\n", """\
    if (!step.actions.isEmpty()) {
        m_zone.perform(step.actions);
        step.actions.clear();
    }
    m_queuedRows += rowsOf(step);
    m_queue.push_back(std::move(step));
"""))

mutant("epoch", "a new epoch with each assignment (I6, I7)", "tst_fleet_life",
       ("orchestrator/fleet/dispatchpass.cpp", "            ++j.epoch;\n", "            j.epoch = std::max<Epoch>(1, j.epoch);\n"))

mutant("epoch-back", "an epoch is taken back only when no token of it can exist (ambiguous dispatch; I7)", "tst_fleet_life",
       ("orchestrator/fleet/actions.cpp", "    if (done.outcome == MoveOutcome::Ambiguous || done.outcome == MoveOutcome::Lost) {\n",
        "    if (done.outcome == MoveOutcome::Ambiguous && done.place.isNull() && job.name.isNull()) {\n"))

mutant("rerun-allowed", "a file that may have run goes nowhere without an event that allows it (I4)", "tst_fleet_memory",
       ("orchestrator/fleet/dispatchpass.cpp", "        if (!job->rerunAllowed) {\n", "        if (!job->rerunAllowed && job->name.isNull()) {\n"))

mutant("gate-settled", "nothing is dispatched before the share was read once", "tst_orchestrator_gates tst_fleet_life",
       ("orchestrator/policy/dispatch.cpp", "        return fleet.settled;\n", "        return fleet.settled || !fleet.settled;\n"))

mutant("gate-share", "share down: no dispatch (I11)", "tst_orchestrator_gates",
       ("orchestrator/policy/dispatch.cpp", "        return fleet.shareOk;\n", "        return fleet.shareOk || !fleet.shareOk;\n"))

mutant("gate-store", "store down: no dispatch (I12)", "tst_orchestrator_gates",
       ("orchestrator/policy/dispatch.cpp", "        return fleet.storeOk;\n", "        return fleet.storeOk || !fleet.storeOk;\n"))

mutant("gate-pool", "a node that is suspect or lost gets nothing (I10)", "tst_orchestrator_gates tst_fleet_silence",
       ("orchestrator/policy/dispatch.cpp", "        return node.liveness == Liveness::Alive;\n", "        return node.liveness != Liveness::Unseen;\n"))

mutant("gate-paused", "a node that is paused or drained gets nothing (I10)", "tst_orchestrator_gates tst_fleet_life",
       ("orchestrator/policy/dispatch.cpp", "        return node.admin == AdminState::InService;\n", "        return node.admin == AdminState::InService || !node.refused;\n"))

# --- What the orchestrator believes -----------------------------------------------------------------------------------------------

mutant("incomplete-listing", "a listing with a folder missing concludes nothing", "tst_zone_lister tst_fleet_memory",
       ("orchestrator/zone/zonelister.cpp", "        seen.complete = seen.complete && entries.error().code == ErrorCode::NotFound;\n        return;\n", "        return;\n"))

mutant("old-listing", "what moved while the listing was made is not judged by it", "tst_fleet_memory",
       ("orchestrator/fleet/zoneview.cpp", "        if (job->changedMono >= event.startedAt || job->hasPending() || (job->extra && job->extra->inFlight)) {\n",
        "        if (job->changedMono < MonoTime {}) {\n"))

mutant("missing-two-looks", "nowhere in one look is not missing: two, further apart than the caches live", "tst_fleet_memory",
       ("orchestrator/fleet/traces.cpp", "    if (seenAt - extra.missingSince < sureAfter() || job.state == JobState::Hold) {\n",
        "    if (seenAt < extra.missingSince || job.state == JobState::Hold) {\n"))

mutant("report-marks", "a report counts once, however often it comes (idempotent replay)", "tst_fleet_life",
       ("orchestrator/fleet/reports.cpp", "            if (report.seq > mark) {\n", "            if (report.seq > mark || mark > 0) {\n"))

mutant("report-epoch", "a report of another attempt changes nothing (I6)", "tst_fleet_life",
       ("orchestrator/fleet/reports.cpp", "    if (!job || report.epoch != job->epoch || (job->node", "    if (!job || (job->node"))

mutant("report-node", "a report of another node changes nothing (I6)", "tst_fleet_life",
       ("orchestrator/fleet/reports.cpp", " || (job->node != nodeIndex(n.config.name) && !evidenceOnly)) {", " || (job->name.isNull() && !evidenceOnly)) {"))

mutant("operator-cas", "a stale click changes nothing: compare-and-set on (J, N, state)", "tst_fleet_operators",
       ("orchestrator/fleet/operators.cpp", """\
    } else if ((event.body.expectEpoch && *event.body.expectEpoch != job->epoch)
        || (event.body.expectState && *event.body.expectState != job->state)) {
""", "    } else if (event.body.expectEpoch && *event.body.expectEpoch > job->epoch + 1'000'000) {\n"))

mutant("operator-pending", "a second change of a file waits for the first", "tst_fleet_operators",
       ("orchestrator/fleet/operators.cpp", "    } else if (job->hasPending()) {\n", "    } else if (job->hasPending() && job->name.isNull()) {\n"))

mutant("operator-release", "'release' is only for what never ran (I4)", "tst_fleet_operators",
       ("orchestrator/fleet/operators.cpp", "        if (wasClaimed(job)) {\n            return refused(", "        if (wasClaimed(job) && job.name.isNull()) {\n            return refused("))

mutant("lease", "a second orchestrator on the same share refuses to start", "tst_zone_lease",
       ("orchestrator/zone/lease.cpp", "    if (mine || !content || words.size() != 3 || words[0] == released) {\n", "    if (mine || !content || words.size() <= 3 || words[0] == released) {\n"))

mutant("lease-taken-over", "the one that was taken over notices and stops", "tst_zone_lease",
       ("orchestrator/zone/lease.cpp", "    if (m_held) {\n        return Look {Standing::Other", "    if (m_held && words[0].isEmpty()) {\n        return Look {Standing::Other"))

mutant("clone-refused", "a second agent of one name is refused while the first is heard", "tst_fleet_silence",
       ("orchestrator/fleet/beats.cpp", "    if (!successor && incumbentHeard) {\n", "    if (!successor && incumbentHeard && n.boot.isEmpty()) {\n"))

mutant("own-stall", "silence that is our own pause evicts nobody", "tst_orchestrator_liveness tst_fleet_silence",
       ("orchestrator/policy/liveness.cpp", "    return excess > milliseconds(1000) ? excess : milliseconds(0);\n", "    return excess > milliseconds::max() ? excess : milliseconds(0);\n"))

mutant("start-grace", "no node is declared lost in the first 60 s", "tst_orchestrator_liveness",
       ("orchestrator/policy/liveness.cpp", "    const bool mayBeLost = sinceStart >= rules.startGrace;\n", "    const bool mayBeLost = sinceStart <= rules.startGrace || sinceStart >= rules.startGrace;\n"))

mutant("our-fault", "more than half silent at once: removals are frozen", "tst_orchestrator_liveness tst_fleet_silence",
       ("orchestrator/policy/liveness.cpp", "    return late >= 2 && late * 2 > pool;\n", "    return late >= 2 && late > pool;\n"))

mutant("second-witness", "while .dtf/alive moves only HTTP is lost: a doubtful run is left alone", "tst_orchestrator_liveness tst_fleet_silence",
       ("orchestrator/policy/lostrun.cpp", "    if (run.aliveFileMoving || run.silence < run.hardLimit + margin) {\n", "    if (run.silence < run.hardLimit + margin) {\n"))

mutant("lost-run-early", "a run in doubt is left alone until it can't be running any more (hard limit + 60 s)", "tst_orchestrator_liveness tst_fleet_silence",
       ("orchestrator/policy/lostrun.cpp", "    if (run.aliveFileMoving || run.silence < run.hardLimit + margin) {\n", "    if (run.aliveFileMoving || run.silence < margin) {\n"))

mutant("lost-run-requeue", "a run in doubt is held, not run again after silence (I4)", "tst_orchestrator_liveness tst_fleet_silence",
       ("orchestrator/policy/lostrun.cpp", "    case LostRunPolicy::Safe:\n    case LostRunPolicy::Hold:\n        return LostRunVerdict::Hold;\n",
        "    case LostRunPolicy::Safe:\n        return LostRunVerdict::Requeue;\n    case LostRunPolicy::Hold:\n        return LostRunVerdict::Hold;\n"))

# --- A file server that forgets what it was told ---------------------------------------------------------------------------------

mutant("claim-flush", "the flush of the folders of a claim: a run must not begin before it is on the server's disk", "tst_agent_worktools",
       ("agent/work/sharetasks.cpp", "        (void)fs.syncFolders({folderOf(source), folderOf(target)});\n",
        "        (void)fs, (void)source, (void)target;\n"))

mutant("put-back", "a run that had begun and lies unbegun again goes to hold, it is not given to others (I4)", "tst_fleet_found",
       ("orchestrator/fleet/zoneview.cpp", "        const bool back = hasBegun(job->state)", "        const bool back = false && hasBegun(job->state)"))

mutant("put-back-two-looks", "… and only after two looks further apart than the caches live", "tst_fleet_found",
       ("orchestrator/fleet/zoneview.cpp", "    if (seenAt - extra.backSince < sureAfter()) {", "    if (false) {"))

mutant("ended-told", "an agent tells of a file that lies in its folder again after its run", "tst_agent_workstate",
       ("agent/policy/workstate.cpp", "    seeEnded(before);\n", ""))

mutant("superseded", "an action that waited for the store and was overtaken is not done (I12)", "tst_fleet_controller",
       ("orchestrator/fleet/fleetcontroller.cpp", "    m_state.dropSuperseded(step.actions);\n", ""))

mutant("unsettled-again", "what an earlier life had begun is looked for until a look is sure (L1)", "tst_fleet_restart",
       ("orchestrator/fleet/ticks.cpp", "    lookForUnsettled(c);\n    m_dispatchWanted", "    m_dispatchWanted"))

mutant("stood-still", "the last look at the clock before the spawn: a process stopped just then must not start a file that was given away (I4)",
       "tst_agent_runner tst_agent_folder",
       ("agent/work/commandrunner.cpp", "    if (stoodStill(m_spec, SystemClock().now().mono)) {\n        refuse(stoodStillWords(), false);\n        return;\n    }\n", ""))

mutant("hold-stamp", "an operator's hold of a file in incoming moves that file only, not another one of its name (I1)", "tst_fleet_found tst_zone_actions",
       ("orchestrator/fleet/actions.cpp", "    action.checkStamp = job.inIncoming() && extra.pending != ActionKind::Reject;\n", ""))

mutant("stage-anew", "a commit that fails for its stage makes the stage anew (L1)", "tst_agent_workstate",
       ("agent/policy/workpublish.cpp", "            if (result.outcome == MoveOutcome::Failed) { // the stage may", "            if (false) { // the stage may"))

# --- Restarts in the midst of something -------------------------------------------------------------------------------------------

mutant("restart-roll-forward", "a restart in the midst of a roll-forward goes on with it, it is no operator's decision (I5)", "tst_fleet_restart",
       ("orchestrator/fleet/jobrecords.cpp", "r.state == JobState::Publishing ? ActionKind::RollForward : actionOfTarget(r.intentTarget)",
        "actionOfTarget(r.intentTarget)"))

mutant("mark-done-stage", "a committed token is never moved away from its results (I5)", "tst_zone_actions",
       ("orchestrator/zone/shareactions.cpp", "    if (action.source.startsWith(layout::stageRoot() + '/')) {", "    if (false) {"))

mutant("unknown-assigned", "a token that the store does not know is no proof that its file was not begun (I4)", "tst_fleet_memory",
       ("orchestrator/fleet/zoneview.cpp", "            j.rerunAllowed = known;", "            j.rerunAllowed = known || !known;"))

mutant("command-numbers", "numbers of commands are never used again after a lost store", "tst_fleet_restart",
       ("orchestrator/fleet/restore.cpp", "    m_nextCommand = qMax(m_nextCommand, c.now.wall.msecsSinceEpoch);\n", ""))

mutant("incoming-is-no-proof", "another file of that name in incoming is no answer while a place that counts is unknown (I8)", "tst_zone_lister",
       ("orchestrator/zone/zonelister.cpp", "        if (isToken || sure) {", "        if (isToken || found || sure) {"))

# --- Machines that join by themselves ---------------------------------------------------------------------------------------------

mutant("not-spoken-yet", "who was let in a moment ago, or may not have spoken since our start, is no silent twin", "tst_fleet_joining",
       ("orchestrator/fleet/joining.cpp", "    if (!heard && !mayHaveToSpeakYet(n, body, now)) {\n", "    if (!heard) {\n"))

mutant("returns-as-somebody", "who comes back with a node's journal is that node or none (I4)", "tst_fleet_joining",
       ("orchestrator/fleet/joining.cpp", "    if (const auto taken = isSomebodys(body.node)) {\n", "    if (const auto taken = isSomebodys(body.node); false && taken) {\n"))
