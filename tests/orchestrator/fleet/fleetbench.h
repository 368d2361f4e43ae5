// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/fleet/fleetstate.h"

#include "common/protocol/version.h"
#include "tests/support/comparewords.h"

#include <functional>

/// A FleetState with a clock of its own, agents that beat and report, and a share that does what it is told. No I/O.
class FleetBench
{
public:
    explicit FleetBench(int nodes = 2, const std::function<void(dtf::OrchestratorConfig &)> &edit = {})
        : config(makeConfig(nodes, edit))
        , state(config, boot("aaaaaaaa"))
    { }

    [[nodiscard]] static dtf::NodeName node(int n) { return *dtf::NodeName::parse("DTF-0" + QByteArray::number(n)); }
    [[nodiscard]] static dtf::BootId boot(const char *text) { return *dtf::BootId::parse(text); }
    [[nodiscard]] static dtf::BootId bootOf(int n) { return *dtf::BootId::parse("bbbbbbb" + QByteArray::number(n)); }

    /// a.csv of node 1 as a store remembers it whose orchestrator was killed on the way from `place` to `target`.
    [[nodiscard]] static dtf::JobRecord openIntent(dtf::JobState state, const QByteArray &place, const QByteArray &target)
    {
        dtf::JobRecord record;
        record.id = *dtf::JobId::parse("01KA0000000000000000000001");
        record.name = "a.csv";
        record.state = state;
        record.place = place;
        record.intentTarget = target;
        record.node = node(1);
        record.epoch = 1;
        record.rerunAllowed = true;
        return record;
    }

    /// The share is there and was read once, nodes 1 … `count` are ready.
    void open(int count = 2)
    {
        (void)apply(dtf::ShareHealth {true, {}, {}});
        (void)apply(zone({}));
        for (int n = 1; n <= count; ++n) {
            (void)beat(n);
        }
    }

    dtf::Step apply(const dtf::FleetEvent &event)
    {
        dtf::Step step = state.apply(event, now);
        remember(step);
        return step;
    }
    void remember(const dtf::Step &step)
    {
        for (const dtf::JobRecord &record : step.store.jobs) {
            jobs.insert(record.id, record);
        }
        actions += step.actions;
        audit += step.store.audit;
    }

    /// Time passes in ticks of one second; nodes in `beating` are heard every ten.
    void wait(int seconds, const QList<int> &beating = {})
    {
        for (int i = 0; i < seconds; ++i) {
            skip(1);
            if (i % 10 == 9) {
                for (const int n : beating) {
                    (void)beat(n);
                }
            }
            (void)apply(dtf::Tick {});
        }
    }
    /// Time passes and nobody looks: a stall.
    void skip(int seconds)
    {
        now.mono.value += dtf::milliseconds(seconds * 1000);
        now.wall.msecsSinceEpoch += seconds * 1000;
    }

    [[nodiscard]] dtf::Heartbeat heartbeat(int n)
    {
        dtf::Heartbeat beat;
        beat.protocol = dtf::protocolVersion;
        beat.node = node(n);
        beat.boot = bootOf(n);
        beat.seq = ++m_seq;
        beat.machine = "machine-" + QByteArray::number(n);
        beat.browserConnected = true;
        beat.browserState = dtf::BrowserState::Ready;
        for (const dtf::JobRecord &record : std::as_const(jobs)) { // an agent says what it has in hand
            if (record.node == node(n) && (record.state == dtf::JobState::Running || record.state == dtf::JobState::InDoubt)) {
                dtf::RunningJob run;
                run.job = record.id;
                run.epoch = record.epoch;
                beat.running.append(run);
            } else if (record.node == node(n) && record.state == dtf::JobState::Assigned) {
                beat.queued.append(record.id);
            }
        }
        return beat;
    }
    dtf::Step beat(int n, const std::function<void(dtf::Heartbeat &)> &edit = {})
    {
        dtf::Heartbeat sent = heartbeat(n);
        if (edit) {
            edit(sent);
        }
        return apply(dtf::BeatReceived {sent});
    }

    dtf::JobId file(const QByteArray &name, dtf::Cause refuse = dtf::Cause::None)
    {
        const dtf::JobId id = m_ids.next(now.wall);
        (void)apply(dtf::FilesStable {{{id, name, 10, 7, 3, refuse, "why"}}});
        return id;
    }

    /// Takes the oldest action that was asked for and not answered, and answers it.
    dtf::Step answer(dtf::MoveOutcome outcome = dtf::MoveOutcome::Moved, const std::function<void(dtf::ActionDone &)> &edit = {})
    {
        if (actions.isEmpty()) {
            QTest::qFail("no action is open", __FILE__, __LINE__);
            return {};
        }
        const dtf::ShareAction action = actions.takeFirst();
        dtf::ActionDone done {action.kind, action.job, outcome, false, false, false, action.target, {}, action.target};
        if (edit) {
            edit(done);
        }
        return apply(dtf::ActionsDone {{done}});
    }

    [[nodiscard]] dtf::Report reportOf(const dtf::JobId &id, dtf::ReportKind kind)
    {
        dtf::Report report;
        report.seq = ++m_seq;
        report.kind = kind;
        report.job = id;
        report.epoch = jobs[id].epoch;
        report.name = QString::fromUtf8(jobs[id].name);
        return report;
    }
    dtf::ReportsReceived batch(int n, dtf::Report report)
    {
        report.boot = bootOf(n);
        report.tokenBoot = bootOf(n);
        return {1, {dtf::protocolVersion, node(n), bootOf(n), {report}}};
    }
    dtf::Step report(int n, const dtf::JobId &id, dtf::ReportKind kind) { return apply(batch(n, reportOf(id, kind))); }

    /// `id` lies in node n's folder.
    dtf::JobId assigned(const QByteArray &name)
    {
        const dtf::JobId id = file(name);
        (void)answer();
        return id;
    }
    /// `id` runs on the node that got it, which is returned by nodeOf().
    dtf::JobId running(const QByteArray &name)
    {
        const dtf::JobId id = assigned(name);
        (void)report(numberOf(id), id, dtf::ReportKind::Claimed);
        (void)report(numberOf(id), id, dtf::ReportKind::Started);
        return id;
    }
    [[nodiscard]] int numberOf(const dtf::JobId &id) { return jobs[id].node.bytes().right(1).toInt(); }

    [[nodiscard]] dtf::ZoneSeen zone(const QList<dtf::SeenToken> &tokens, bool complete = true) const
    {
        return {now.mono, tokens, complete};
    }
    [[nodiscard]] static dtf::SeenToken seen(dtf::SeenWhere where, int n, const dtf::TokenName &token, const QByteArray &path)
    {
        return {where, n > 0 ? node(n) : dtf::NodeName {}, token, path, 10};
    }

    dtf::OperatorReply command(const dtf::JobId &id, dtf::JobAction action, const dtf::OperatorRequest &body = {})
    {
        return apply(dtf::JobCommanded {7, id, action, body, "operator:anna"}).replies.value(0).second;
    }
    dtf::OperatorReply acknowledge(dtf::AlertKind kind, const QByteArray &subject, const dtf::OperatorRequest &body = {})
    {
        return apply(dtf::AlertCommanded {7, kind, subject, body, "operator:anna"}).replies.value(0).second;
    }
    dtf::OperatorReply command(int n, dtf::NodeAction action)
    {
        return apply(dtf::NodeCommanded {7, node(n), action, {}, "operator:anna"}).replies.value(0).second;
    }

    [[nodiscard]] int audited(dtf::AuditKind kind, const dtf::JobId &id = {}) const
    {
        int count = 0;
        for (const dtf::AuditEvent &event : audit) {
            count += event.kind == kind && (id.isNull() || event.job == id) ? 1 : 0;
        }
        return count;
    }
    [[nodiscard]] std::optional<dtf::Alert> alert(dtf::AlertKind kind, const QByteArray &subject) const
    {
        for (const dtf::Alert &open : state.stateView(now).alerts) {
            if (open.kind == kind && open.subject == subject) {
                return open;
            }
        }
        return std::nullopt;
    }
    /// The word that a console shows.
    [[nodiscard]] QString stateOf(int n) const { return state.nodeView(node(n), now)->state; }

    dtf::OrchestratorConfig config;
    dtf::FleetState state;
    dtf::Now now {{dtf::milliseconds(1'000'000)}, {1'795'000'000'000}};
    QHash<dtf::JobId, dtf::JobRecord> jobs; ///< as a store would hold them
    QList<dtf::ShareAction> actions; ///< asked for, not answered
    QList<dtf::AuditEvent> audit;

private:
    static dtf::OrchestratorConfig makeConfig(int nodes, const std::function<void(dtf::OrchestratorConfig &)> &edit)
    {
        dtf::OrchestratorConfig made;
        for (int n = 1; n <= nodes; ++n) {
            made.nodes.append({node(n), 0, 0}); // one file at a time
        }
        made.hardLimit = dtf::milliseconds(600'000);
        if (edit) {
            edit(made);
        }
        return made;
    }

    dtf::JobIdGenerator m_ids;
    qint64 m_seq = 0;
};
