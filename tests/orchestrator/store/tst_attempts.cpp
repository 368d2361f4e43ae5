// SPDX-License-Identifier: GPL-3.0-or-later
// What a file's audit rows tell of its attempts, and the words they are written in.
#include "orchestrator/store/attempts.h"
#include "orchestrator/store/auditwords.h"

#include <QTest>

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

const JobId file = *JobId::parse("01JDCQ5T3M8YZKX4W9RVN7B2HC");
const JobId other = *JobId::parse("01JDCQ5T3N0000000000000001");

/// Rows of one file, a second apart.
class Rows
{
public:
    Rows &add(AuditKind kind, Epoch epoch, const QByteArray &detail = {}, const QByteArray &actor = "agent:DTF-01",
        const char *node = "DTF-01")
    {
        AuditRow row;
        row.seq = m_rows.size() + 1;
        row.event = {kind, {row.seq * 1'000}, file, epoch, *NodeName::parse(node), actor, detail};
        m_rows.append(row);
        return *this;
    }
    Rows &run(Epoch epoch, const char *node = "DTF-01")
    {
        const QByteArray agent = QByteArray("agent:") + node;
        return add(AuditKind::JobAssigned, epoch, {}, "orchestrator", node)
            .add(AuditKind::JobClaimed, epoch, {}, agent, node)
            .add(AuditKind::JobStarted, epoch, {}, agent, node);
    }
    [[nodiscard]] QList<AttemptView> attempts() const { return attemptsOf(file, m_rows); }

private:
    QList<AuditRow> m_rows;
};

} // namespace

class TestAttempts final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_good_run()
    {
        const auto all = Rows()
                             .add(AuditKind::JobAccepted, 0, "A.csv", "orchestrator")
                             .run(1)
                             .add(AuditKind::JobExited, 1, exitWords(0, {}))
                             .add(AuditKind::JobPublishing, 1)
                             .add(AuditKind::JobDone, 1, "completed/2026-11-25/x")
                             .attempts();
        QCOMPARE(all.size(), 1);
        QCOMPARE(all[0].epoch, Epoch {1});
        QCOMPARE(all[0].node.toString(), u"DTF-01"_s);
        QCOMPARE(all[0].outcome, u"done"_s);
        QCOMPARE(all[0].started.msecsSinceEpoch, 4'000); // its script, not the token
        QCOMPARE(all[0].ended.msecsSinceEpoch, 5'000); // its script's end
        QVERIFY(all[0].exitCode && *all[0].exitCode == 0 && all[0].ran);
        QCOMPARE(all[0].detail, u"completed/2026-11-25/x"_s);
    }

    void a_second_run_on_another_node_is_first_in_the_list()
    {
        const auto all = Rows()
                             .run(1)
                             .add(AuditKind::JobExited, 1, exitWords(-1'073'741'819, "ended by a signal or an exception"))
                             .add(AuditKind::JobReleased, 1, withCause("the browser was not there", Cause::BrowserLost))
                             .run(2, "DTF-02")
                             .attempts();
        QCOMPARE(all.size(), 2);
        QCOMPARE(all[0].epoch, Epoch {2});
        QCOMPARE(all[0].node.toString(), u"DTF-02"_s);
        QCOMPARE(all[0].outcome, u"running"_s);
        QCOMPARE(all[0].ended.msecsSinceEpoch, 0);
        QVERIFY(!all[0].exitCode);
        QCOMPARE(all[1].outcome, u"released"_s);
        QCOMPARE(int(all[1].cause), int(Cause::BrowserLost));
        QCOMPARE(*all[1].exitCode, -1'073'741'819);
    }

    void given_and_taken_back_it_never_ran()
    {
        const auto all = Rows()
                             .add(AuditKind::JobAssigned, 1, {}, "orchestrator")
                             .add(AuditKind::JobRequeued, 1, "its node was paused", "operator:anna")
                             .attempts();
        QCOMPARE(all[0].outcome, u"requeued"_s);
        QVERIFY(!all[0].ran);
        QCOMPARE(all[0].started.msecsSinceEpoch, 1'000);
        QCOMPARE(all[0].ended.msecsSinceEpoch, 2'000);
        QCOMPARE(all[0].detail, u"its node was paused"_s);
    }

    void what_people_do_later_changes_no_run()
    {
        const auto all = Rows()
                             .run(1)
                             .add(AuditKind::JobExited, 1, exitWords(3, {}))
                             .add(AuditKind::JobFailed, 1, withCause("it said no", Cause::ExitCode))
                             .add(AuditKind::JobRequeued, 1, "again please", "operator:anna")
                             .add(AuditKind::JobHeld, 1, withCause("a -> b: not now", Cause::None), "operator:anna")
                             .add(AuditKind::JobDone, 1, withCause("by hand", Cause::MarkedByOperator), "operator:anna")
                             .attempts();
        QCOMPARE(all.size(), 1);
        QCOMPARE(all[0].outcome, u"failed"_s);
        QCOMPARE(int(all[0].cause), int(Cause::ExitCode));
        QCOMPARE(all[0].detail, u"it said no [exit-code]"_s);
        QCOMPARE(all[0].ended.msecsSinceEpoch, 4'000);
    }

    void a_lost_run_that_a_person_settles_stays_doubtful()
    {
        const auto all =
            Rows()
                .run(1)
                .add(AuditKind::JobInDoubt, 1, "its node is silent", "orchestrator")
                .add(AuditKind::JobDone, 1, withCause("seen on the portal", Cause::MarkedByOperator), "operator:anna")
                .attempts();
        QCOMPARE(all[0].outcome, u"in_doubt"_s);
        QCOMPARE(all[0].ended.msecsSinceEpoch, 5'000);
        const auto back = Rows()
                              .run(1)
                              .add(AuditKind::JobInDoubt, 1, "its node is silent", "orchestrator")
                              .add(AuditKind::NodeState, 1, "its node is heard again and still runs it", "orchestrator")
                              .attempts();
        QCOMPARE(back[0].outcome, u"running"_s);
    }

    void what_its_agent_tells_late_is_added()
    {
        const auto all = Rows()
                             .add(AuditKind::JobAssigned, 1, {}, "orchestrator")
                             .add(AuditKind::JobHeld, 1, "processing/DTF-01/x -> hold/x", "orchestrator")
                             .add(AuditKind::JobStarted, 1, "reported started when its end was known already: ")
                             .add(AuditKind::JobExited, 1, exitWords(4, {}))
                             .add(AuditKind::JobRecovered, 1, withCause("its agent tells why: no rows", Cause::ZeroRows))
                             .attempts();
        QCOMPARE(all[0].outcome, u"hold"_s);
        QVERIFY(all[0].ran);
        QCOMPARE(*all[0].exitCode, 4);
        QCOMPARE(all[0].started.msecsSinceEpoch, 1'000);
        QCOMPARE(all[0].ended.msecsSinceEpoch, 2'000);
        QCOMPARE(int(all[0].cause), int(Cause::ZeroRows));
    }

    void other_files_and_steps_not_taken_count_for_nothing()
    {
        QVERIFY(Rows().add(AuditKind::JobAccepted, 0).attempts().isEmpty());
        const auto all = Rows().run(1).add(AuditKind::JobDone, 1, ignoredWord.data() + QByteArray("no such step")).attempts();
        QCOMPARE(all[0].outcome, u"running"_s);
        QList<AuditRow> rows(1);
        rows[0].event = {AuditKind::JobAssigned, {1}, other, 1, *NodeName::parse("DTF-01"), "orchestrator", {}};
        QVERIFY(attemptsOf(file, rows).isEmpty());
    }

    void every_news_of_a_node_is_read_as_it_was_written()
    {
        for (int i = 0; i < int(NodeNews::Browser); ++i) {
            const auto news = static_cast<NodeNews>(i);
            QVERIFY(!nodeNews(news).isEmpty());
            QCOMPARE(int(readNodeNews(nodeNews(news)).news), i);
            QCOMPARE(int(readNodeNews(nodeNews(news, "lost: paused")).news), i);
        }
        QVERIFY(readNodeNews(browserNews(BrowserState::Ready, true, "x")).takesFiles);
        QVERIFY(!readNodeNews(browserNews(BrowserState::Ready, false, "x")).takesFiles);
        QVERIFY(!readNodeNews(browserNews(BrowserState::LoginRequired, true, "ready")).takesFiles);
        QCOMPARE(int(readNodeNews(browserNews(BrowserState::Ready, true, {})).news), int(NodeNews::Browser));
        for (const char *detail : {"", "command 7 done: lost", "picture asked: heard", "lost something", "heardly"}) {
            QCOMPARE(int(readNodeNews(detail).news), int(NodeNews::Other));
        }
    }

    void a_cause_can_not_be_forged_by_what_a_script_says()
    {
        QCOMPARE(int(*causeIn(withCause("it said [zero-rows]", Cause::ExitCode))), int(Cause::ExitCode));
        QCOMPARE(int(*causeIn(withCause("it said [zero-rows]", Cause::None))), int(Cause::None));
        QCOMPARE(int(*causeIn(withCause({}, Cause::Empty))), int(Cause::Empty));
        QCOMPARE(int(*causeIn(withCause(QByteArray(5'000, 'x'), Cause::Empty))), int(Cause::Empty));
        QVERIFY(withCause(QByteArray(5'000, 'x'), Cause::MarkedByOperator).size() < 2'000);
        QVERIFY(!causeIn("from before it was written"));
        QVERIFY(!causeIn("odd [word]"));
        QVERIFY(!exitCodeIn("exit code x"));
        QVERIFY(!exitCodeIn("he said: exit code 3"));
        QCOMPARE(*exitCodeIn(exitWords(-7, "a: b")), -7);
    }
};

} // namespace dtf

QTEST_APPLESS_MAIN(dtf::TestAttempts)
#include "tst_attempts.moc"
