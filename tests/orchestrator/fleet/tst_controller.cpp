// SPDX-License-Identifier: GPL-3.0-or-later
// The order of things: durable first, then the share, then the answers; a failing store loses and doubles nothing.
#include "tests/orchestrator/fleet/controllerdesk.h"

#include <QRegularExpression>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

JobRecord doneFile(Desk &desk)
{
    JobRecord record;
    record.id = desk.ids.next(desk.clock.value.wall);
    record.name = "old.csv";
    record.state = JobState::Done;
    record.node = desk.node;
    record.epoch = 2;
    record.place = layout::completed(desk.clock.value.wall, record.id, record.name);
    return record;
}

void expectStoreTrouble()
{
    QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(u"the store failed: disk full"_s));
}

} // namespace

class TestController : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void nothingMovesBeforeItIsDurable();
    void aFailedCommitIsTriedAgainWhole();
    void aFailingStoreGetsItsPause();
    void whatWasOvertakenWhileTheStoreFailedIsNotDone();
    void anOperatorIsAnsweredWhenItIsDurable();
    void reportsAreAcknowledgedWhenDurable();
    void anAlertThatComesBackWithinOneCommitStaysOpen();
    void theEndIsAudited();
    void filesAreTakenNoFasterThanTheyAreKept();
    void theStoreMayAnswerAfterTheEnd();
    void anAgentIsAskedToCheckItself();
    void aLogIsFoundWhereItsAttemptRan();
    void resultsAreThoseOfDoneFiles();
};

void TestController::nothingMovesBeforeItIsDurable()
{
    Desk desk;
    const JobId id = desk.file("a.csv");
    QCOMPARE(desk.store.open.size(), 1);
    QVERIFY(desk.zone.performed.isEmpty());
    desk.store.succeedAll();
    QCOMPARE(desk.zone.performed.size(), 1);
    QCOMPARE(desk.zone.performed.first().job, id);
}

void TestController::aFailedCommitIsTriedAgainWhole()
{
    Desk desk;
    const JobId first = desk.file("a.csv");
    expectStoreTrouble();
    desk.store.fail();
    QVERIFY(!desk.zone.scanning);
    const JobId second = desk.file("b.csv"); // nothing new is dispatched now
    QVERIFY(desk.zone.performed.isEmpty());
    QTRY_VERIFY_WITH_TIMEOUT(!desk.store.open.isEmpty(), 20'000);
    QVERIFY(desk.zone.performed.isEmpty());
    desk.store.succeedAll();
    QVERIFY(desk.zone.scanning);
    QTRY_COMPARE_WITH_TIMEOUT(desk.zone.performed.size() + desk.store.open.size(), qsizetype(2), 20'000);
    desk.store.succeedAll();
    QCOMPARE(desk.zone.performed.size(), 2); // each once, in their order
    QCOMPARE(desk.zone.performed[0].job, first);
    QCOMPARE(desk.zone.performed[1].job, second);
    QCOMPARE(desk.durable(AuditKind::JobAccepted), 2);
}

void TestController::whatWasOvertakenWhileTheStoreFailedIsNotDone()
{
    Desk desk;
    const JobId id = desk.file("a.csv");
    Report claimed; // by the same epoch: an orchestrator of another store had moved it
    claimed.seq = 1;
    claimed.kind = ReportKind::Claimed;
    claimed.job = id;
    claimed.epoch = 1;
    claimed.boot = claimed.tokenBoot = desk.boot;
    desk.controller->reports({protocolVersion, desk.node, desk.boot, {claimed}}, [](const Result<ReportAck> &) {});
    expectStoreTrouble();
    desk.store.fail();
    QTRY_VERIFY_WITH_TIMEOUT(!desk.store.open.isEmpty(), 20'000);
    desk.store.succeedAll();
    QVERIFY(desk.zone.performed.isEmpty());
    const JobId next = desk.file("b.csv"); // and it does not count as one that is under way
    desk.store.succeedAll();
    QCOMPARE(desk.zone.performed.size(), 1);
    QCOMPARE(desk.zone.performed.first().job, next);
}

void TestController::aFailingStoreGetsItsPause()
{
    Desk desk;
    (void)desk.file("a.csv");
    expectStoreTrouble();
    desk.store.fail();
    const int before = desk.store.commits;
    for (int i = 0; i < 20; ++i) {
        (void)desk.file("f" + QByteArray::number(i) + ".csv");
        desk.controller->accessRefused("somebody", "knocked");
    }
    QCOMPARE(desk.store.commits, before);
    QTRY_VERIFY_WITH_TIMEOUT(!desk.store.open.isEmpty(), 20'000);
    QCOMPARE(desk.store.commits, before + 1); // all of it in one
    desk.store.succeedAll();
    QCOMPARE(desk.durable(AuditKind::JobAccepted), 21);
    QCOMPARE(desk.durable(AuditKind::CommandRefused), 20);
}

void TestController::anOperatorIsAnsweredWhenItIsDurable()
{
    Desk desk;
    int answers = 0;
    desk.controller->dispatchCommand(true, {}, "operator:anna", [&](const Result<OperatorReply> &reply) {
        QVERIFY(reply && reply->ok);
        ++answers;
    });
    QCOMPARE(answers, 0);
    desk.store.succeedAll();
    QCOMPARE(answers, 1);
    QCOMPARE(desk.durable(AuditKind::DispatchPaused), 1);
}

void TestController::reportsAreAcknowledgedWhenDurable()
{
    Desk desk;
    const JobId id = desk.file("a.csv");
    desk.store.succeedAll();
    const ShareAction move = desk.zone.performed.value(0);
    desk.zone.sink(ActionsDone {{{move.kind, id, MoveOutcome::Moved, false, false, false, move.target, {}}}});
    desk.store.succeedAll();
    Report report;
    report.boot = desk.boot;
    report.seq = 1;
    report.job = id;
    report.epoch = 1;
    report.tokenBoot = desk.boot;
    int acks = 0;
    desk.controller->reports({protocolVersion, desk.node, desk.boot, {report}}, [&](const Result<ReportAck> &ack) {
        QVERIFY(ack);
        QCOMPARE(ack->accepted, 1);
        ++acks;
    });
    QCOMPARE(acks, 0);
    desk.store.succeedAll();
    QCOMPARE(acks, 1);
    QCOMPARE(desk.durable(AuditKind::JobClaimed), 1);
}

void TestController::anAlertThatComesBackWithinOneCommitStaysOpen()
{
    Desk desk;
    desk.zone.sink(ShareHealth {false, "gone", {}});
    desk.zone.sink(ShareHealth {true, {}, {}}); // these two share the next commit
    desk.zone.sink(ShareHealth {false, "gone again", {}});
    desk.store.succeed();
    QCOMPARE(desk.store.open.size(), 1);
    const StoreBatch &batch = desk.store.open.first().first;
    QCOMPARE(batch.alertsRaised.size(), 1);
    QCOMPARE(batch.alertsRaised.first().detail, QByteArray("gone again"));
    QCOMPARE(batch.alertsCleared.size(), 0); // it would be deleted after it was written
    desk.store.succeedAll();
}

void TestController::theEndIsAudited()
{
    Desk desk;
    bool ended = false;
    desk.controller->stop([&] { ended = true; });
    QVERIFY(desk.zone.stopped);
    QVERIFY(!ended);
    desk.store.succeedAll();
    QVERIFY(ended);
    QCOMPARE(desk.durable(AuditKind::OrchestratorStopped), 1);
}

void TestController::filesAreTakenNoFasterThanTheyAreKept()
{
    Desk desk;
    QVERIFY(desk.zone.scanning);
    int files = 0;
    while (desk.zone.scanning) {
        QVERIFY(files < 20'000);
        FilesStable portion;
        for (int i = 0; i < 1'000; ++i) {
            portion.files.append(
                {desk.ids.next(desk.clock.value.wall), QByteArray::number(++files) + ".csv", 10, 7, 3, Cause::None, {}});
        }
        desk.zone.sink(portion);
    }
    QVERIFY(files > 1'000);
    desk.store.succeedAll();
    QVERIFY(desk.zone.scanning);
    QCOMPARE(desk.durable(AuditKind::JobAccepted), files);
}

void TestController::theStoreMayAnswerAfterTheEnd()
{
    Desk desk;
    (void)desk.file("a.csv");
    QCOMPARE(desk.store.open.size(), 1);
    desk.controller.reset();
    desk.store.succeedAll();
    QVERIFY(desk.zone.performed.isEmpty());
}

void TestController::anAgentIsAskedToCheckItself()
{
    Desk desk;
    QList<Result<CheckData>> answers;
    const auto take = [&](const Result<CheckData> &answer) { answers.append(answer); };
    desk.controller->selfCheckOf(desk.node, "operator:anna", take);
    QVERIFY(answers.isEmpty());
    desk.store.succeedAll();
    const HeartbeatReply reply = desk.beat();
    QCOMPARE(reply.commands.size(), 1);
    COMPARE_WORDS(reply.commands[0].kind, CommandKind::SelfCheck);
    QCOMPARE(reply.commands[0].by, u"operator:anna"_s);
    CheckData data {desk.node, reply.commands[0].id + 1, {}, {{u"share"_s, true, {}}}, {}};
    desk.controller->checked(data); // somebody else's
    QVERIFY(answers.isEmpty());
    --data.commandId;
    data.node = *NodeName::parse("DTF-98"); // an agent that answers for another one
    desk.controller->checked(data);
    QVERIFY(answers.isEmpty());
    data.node = desk.node;
    desk.controller->checked(data);
    desk.controller->checked(data); // once
    QCOMPARE(answers.size(), 1);
    QCOMPARE(answers[0]->rows.size(), 1);

    desk.controller->selfCheckOf(desk.node, "operator:anna", take);
    desk.store.succeedAll();
    data.commandId = desk.beat().commands.last().id;
    data.error = u"a self-check is under way already"_s;
    desk.controller->checked(data);
    QCOMPARE(answers.size(), 2);
    COMPARE_WORDS(answers[1].error().code, ErrorCode::Unavailable);
    desk.controller->selfCheckOf(*NodeName::parse("DTF-99"), "operator:anna", take);
    desk.store.succeedAll();
    COMPARE_WORDS(answers.value(2, dtf::fail(ErrorCode::Internal)).error().code, ErrorCode::NotFound);
}

void TestController::aLogIsFoundWhereItsAttemptRan()
{
    Desk desk;
    desk.store.old = doneFile(desk);
    const NodeName first = *NodeName::parse("DTF-07"); // not configured any more
    AuditRow row;
    row.event = AuditEvent {AuditKind::JobAssigned, {1}, desk.store.old.id, 1, first, "orchestrator", {}};
    desk.store.oldRows.append(row);
    row.event = AuditEvent {AuditKind::JobAssigned, {2}, desk.store.old.id, 2, desk.node, "orchestrator", {}};
    desk.store.oldRows.append(row);
    QList<Result<QByteArray>> logs;
    const auto take = [&](const Result<QByteArray> &log) { logs.append(log); };
    for (const Epoch attempt : {0U, 2U, 1U}) {
        desk.controller->jobLog(desk.store.old.id, attempt, 0, take);
    }
    QCOMPARE(desk.zone.readPaths,
        (QList<SharePath> {layout::jobLog(desk.node, desk.store.old.id, 2), layout::jobLog(desk.node, desk.store.old.id, 2),
            layout::jobLog(first, desk.store.old.id, 1)}));
    desk.controller->jobLog(desk.store.old.id, 3, 0, take);
    QCOMPARE(logs.size(), 4);
    COMPARE_WORDS(logs[3].error().code, ErrorCode::NotFound);
    std::optional<AttemptsView> all;
    desk.controller->attempts(desk.store.old.id, [&](const Result<AttemptsView> &view) { all = *view; });
    QVERIFY(all && all->attempts.size() == 2);
    QCOMPARE(all->attempts[0].epoch, Epoch {2});
}

void TestController::resultsAreThoseOfDoneFiles()
{
    Desk desk;
    desk.store.old = doneFile(desk);
    std::optional<ResultsView> view;
    const auto take = [&](const Result<ResultsView> &results) { view = *results; };
    desk.controller->results(desk.store.old.id, take);
    QVERIFY(view && view->job == desk.store.old.id && view->files.size() == 1);
    Result<QByteArray> bytes = dtf::fail(ErrorCode::Internal);
    desk.controller->resultBytes(desk.store.old.id, "a.csv", 0, [&](const Result<QByteArray> &read) { bytes = read; });
    QCOMPARE(bytes.value_or(QByteArray()), QByteArray("abc"));
    QCOMPARE(desk.zone.readPaths, (QList<SharePath> {desk.store.old.place, desk.store.old.place + " a.csv"}));
    for (int i = 0; i <= static_cast<int>(JobState::Withdrawn); ++i) {
        desk.store.old.state = static_cast<JobState>(i);
        if (desk.store.old.state == JobState::Done) {
            continue;
        }
        desk.controller->results(desk.store.old.id, take);
        QVERIFY2(view->files.isEmpty() && !view->note.isEmpty(), toString(desk.store.old.state).data());
        desk.controller->resultBytes(desk.store.old.id, "a.csv", 0, [&](const Result<QByteArray> &read) { bytes = read; });
        COMPARE_WORDS(bytes.error().code, ErrorCode::NotFound);
    }
    QCOMPARE(desk.zone.readPaths.size(), 2);
}

QTEST_GUILESS_MAIN(TestController)
#include "tst_controller.moc"
