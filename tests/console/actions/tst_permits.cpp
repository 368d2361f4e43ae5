// SPDX-License-Identifier: GPL-3.0-or-later
// What the console offers is what the orchestrator accepts: every action in every state is tried on both.
#include "console/actions/permits.h"
#include "tests/orchestrator/fleet/stagedfile.h"

#include <QSet>
#include <QTest>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

constexpr JobAction jobActions[] = {JobAction::Requeue, JobAction::Hold, JobAction::Release, JobAction::Stop, JobAction::Done};

} // namespace

class TestPermits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void files_as_the_orchestrator_decides_data()
    {
        QTest::addColumn<int>("state");
        QTest::addColumn<bool>("ran");
        for (int state = 0; state <= static_cast<int>(JobState::Withdrawn); ++state) {
            QTest::addRow("%s", toString(JobState(state)).data()) << state << true;
        }
        QTest::newRow("hold, never ran") << int(JobState::Hold) << false;
    }
    void files_as_the_orchestrator_decides()
    {
        QFETCH(int, state);
        QFETCH(bool, ran);
        for (const JobAction action : jobActions) {
            Staged staged {JobState(state), ran};
            JobView view;
            view.job = staged.id;
            view.state = JobState(state);
            if (const auto live = staged.bench.state.jobView(staged.id); live && !isFinal(view.state)) {
                COMPARE_WORDS(live->state, view.state);
                view = *live;
            } else { // finished: known to the store alone
                QVERIFY(isFinal(view.state));
                view.job = *JobId::parse("01JDPK3E4R00000000000000A1");
            }
            OperatorRequest request; // a waiting file can be requeued for a chosen node only
            request.node = view.state == JobState::Waiting && action == JobAction::Requeue ? FleetBench::node(2) : NodeName {};
            const OperatorReply reply = staged.bench.command(view.job, action, request);
            const QString why = whyNot(action, view);
            QVERIFY2(why.isEmpty() == reply.ok,
                qPrintable(u"%1: the console says '%2', the orchestrator '%3'"_s.arg(toString(action), why, reply.detail)));
            QVERIFY(why.isEmpty() || (why.front().isUpper() && why.endsWith(u'.')));
        }
    }

    void a_stop_is_offered_once()
    {
        Staged staged {JobState::Running};
        QVERIFY(whyNot(JobAction::Stop, *staged.bench.state.jobView(staged.id)).isEmpty());
        QVERIFY(staged.bench.command(staged.id, JobAction::Stop).ok);
        QVERIFY(!whyNot(JobAction::Stop, *staged.bench.state.jobView(staged.id)).isEmpty());
    }

    void nodes_as_the_orchestrator_decides_data()
    {
        QTest::addColumn<QString>("offered");
        // Pause, Resume, Drain, RestartBrowser, RestartAgent, Picture, SelfCheck
        QTest::newRow("in service") << u"P-DBAVC"_s;
        QTest::newRow("paused") << u"-RDBAVC"_s;
        QTest::newRow("draining") << u"PR-BAVC"_s;
        QTest::newRow("unseen") << u"P-D----"_s;
        QTest::newRow("lost") << u"P-D----"_s;
    }
    void nodes_as_the_orchestrator_decides()
    {
        QFETCH(QString, offered);
        constexpr NodeAction actions[] = {NodeAction::Pause, NodeAction::Resume, NodeAction::Drain, NodeAction::RestartBrowser,
            NodeAction::RestartAgent, NodeAction::Picture, NodeAction::SelfCheck};
        for (int i = 0; i < 7; ++i) {
            FleetBench bench;
            const QByteArray row = QTest::currentDataTag();
            bench.open(row == "unseen" ? 0 : 2);
            if (row == "paused" || row == "draining") {
                QVERIFY(bench.command(1, row == "paused" ? NodeAction::Pause : NodeAction::Drain).ok);
            } else if (row == "lost") {
                bench.wait(60, {2});
                QCOMPARE(bench.stateOf(1), u"lost"_s);
            }
            const NodeView view = *bench.state.nodeView(FleetBench::node(1), bench.now);
            const QString why = whyNot(actions[i], view);
            QVERIFY2(why.isEmpty() == (offered[i] != u'-'), qPrintable(toString(actions[i]) + u": "_s + why));
            QVERIFY2(!why.isEmpty() || bench.command(1, actions[i]).ok, toString(actions[i]).data()); // never offered in vain
        }
    }

    void every_action_has_a_name_of_its_own()
    {
        const auto complaint = [](auto last, auto name) {
            using Action = decltype(last);
            QSet<QString> seen;
            for (int i = 0; i <= static_cast<int>(last); ++i) {
                const QString text = name(static_cast<Action>(i));
                if (text.isEmpty() || !text.front().isUpper() || seen.contains(text)) {
                    return QString(toString(static_cast<Action>(i)));
                }
                seen.insert(text);
            }
            // and no value is left out: the word after the last one is none
            const auto beyond = static_cast<Action>(static_cast<int>(last) + 1);
            return toString(beyond) == toString(static_cast<Action>(0)) ? QString() : u"there are more"_s;
        };
        QCOMPARE(complaint(JobAction::Done, [](JobAction action) { return nameOf(action); }), QString());
        QCOMPARE(complaint(NodeAction::SelfCheck, [](NodeAction action) { return nameOf(action); }), QString());
    }

    void dispatch_as_it_stands()
    {
        FleetSummary summary;
        QVERIFY(whyNotDispatch(true, summary).isEmpty());
        QVERIFY(!whyNotDispatch(false, summary).isEmpty());
        summary.dispatchPaused = true;
        QVERIFY(!whyNotDispatch(true, summary).isEmpty());
        QVERIFY(whyNotDispatch(false, summary).isEmpty());
    }

    void no_command_on_what_is_old_or_without_the_right()
    {
        for (const Freshness freshness : {Freshness::Nothing, Freshness::Old, Freshness::Gone}) {
            QVERIFY(!whyNoCommand(freshness, true).isEmpty());
        }
        QVERIFY(!whyNoCommand(Freshness::Current, false).isEmpty());
        QVERIFY(whyNoCommand(Freshness::Current, true).isEmpty());
    }

    void a_possible_second_upload_is_said()
    {
        JobView view;
        view.state = JobState::Hold;
        QVERIFY(!effectOf(JobAction::Requeue, view).contains(u"twice"_s));
        view.attempts = 1;
        QVERIFY(effectOf(JobAction::Requeue, view).contains(u"twice"_s));
        view.attempts = 0;
        view.state = JobState::InDoubt;
        QVERIFY(effectOf(JobAction::Requeue, view).contains(u"twice"_s));
        NodeView node;
        QVERIFY(!effectOf(NodeAction::RestartBrowser, node, true).contains(u"uploaded"_s));
        node.beat.running = {RunningJob {}};
        QVERIFY(effectOf(NodeAction::RestartBrowser, node, true).contains(u"uploaded"_s));
        QVERIFY(!effectOf(NodeAction::RestartBrowser, node, false).contains(u"uploaded"_s));
    }
};

QTEST_GUILESS_MAIN(TestPermits)
#include "tst_permits.moc"
