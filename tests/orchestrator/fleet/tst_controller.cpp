// SPDX-License-Identifier: GPL-3.0-or-later
// The order of things: durable first, then the share, then the answers; a failing store loses and doubles nothing.
#include "orchestrator/fleet/fleetcontroller.h"

#include "common/protocol/version.h"
#include "tests/support/comparewords.h"

#include <QRegularExpression>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

struct FakeClock final : Clock
{
    [[nodiscard]] Now now() const override { return value; }
    Now value {{milliseconds(1'000'000)}, {1'795'000'000'000}};
};

/// Keeps what it is given until the test says how it ended.
struct FakeStore final : Store
{
    void commit(StoreBatch batch, Callback<Committed> done) override
    {
        open.append({std::move(batch), std::move(done)});
        ++commits;
    }
    void jobs(const JobQuery &, Callback<JobPage> done) override { done(JobPage {}); }
    void job(const JobId &, Callback<JobRecord> done) override { done(dtf::fail(ErrorCode::NotFound)); }
    void audit(const AuditQuery &, Callback<AuditPage> done) override { done(AuditPage {}); }
    void auditCheck(Callback<AuditCheck> done) override { done(AuditCheck {}); }
    void history(const HistoryQuery &query, Callback<HistoryView> done) override
    {
        historyQueries.append(query);
        done(HistoryView {});
    }
    void answer(const QByteArray &, const QByteArray &, Callback<QByteArray> done) override
    {
        done(dtf::fail(ErrorCode::NotFound));
    }
    void doneBefore(const QByteArray &, const JobId &, Callback<JobId> done) override { done(JobId {}); }

    void succeed()
    {
        const auto [batch, done] = open.takeFirst();
        Committed committed;
        for (const AuditEvent &event : batch.audit) {
            committed.audit.append({++m_seq, event, {}});
        }
        durable += batch.audit;
        done(committed);
    }
    void fail()
    {
        const auto [batch, done] = open.takeFirst();
        done(dtf::fail(ErrorCode::StoreFailed, u"disk full"_s));
    }
    void succeedAll()
    {
        while (!open.isEmpty()) {
            succeed();
        }
    }

    QList<std::pair<StoreBatch, Callback<Committed>>> open;
    QList<AuditEvent> durable;
    QList<HistoryQuery> historyQueries;
    int commits = 0;

private:
    qint64 m_seq = 0;
};

struct FakeZone final : ZonePort
{
    void start(const QList<StableFile> &, const QList<NodeName> &, std::function<void(FleetEvent)> to) override
    {
        sink = std::move(to);
    }
    void stop() override { stopped = true; }
    void perform(const QList<ShareAction> &actions) override { performed += actions; }
    void trace(const QList<TraceWish> &) override { }
    void wantListing() override { }
    void forget(const QList<std::pair<JobId, QByteArray>> &) override { }
    void setScanning(bool on) override { scanning = on; }
    void readLog(const SharePath &, qint64, qint64, std::function<void(Result<QByteArray>)> done) override { done(QByteArray()); }

    std::function<void(FleetEvent)> sink;
    QList<ShareAction> performed;
    bool scanning = false;
    bool stopped = false;
};

/// A controller at work: one node is ready, the share was read.
struct Desk
{
    Desk()
    {
        OrchestratorConfig config;
        config.nodes.append({node, 1, 0});
        controller = std::make_unique<FleetController>(config, boot, store, zone, clock);
        controller->start({});
        zone.sink(ShareHealth {true, {}, {}});
        zone.sink(ZoneSeen {clock.value.mono, {}, true});
        (void)beat();
        store.succeedAll();
    }
    HeartbeatReply beat()
    {
        Heartbeat sent;
        sent.protocol = protocolVersion;
        sent.node = node;
        sent.boot = boot;
        sent.seq = ++seq;
        sent.browserState = BrowserState::Ready;
        return controller->heartbeat(sent);
    }
    JobId file(const QByteArray &name)
    {
        const JobId id = ids.next(clock.value.wall);
        zone.sink(FilesStable {{{id, name, 10, 7, 3, Cause::None, {}}}});
        return id;
    }
    [[nodiscard]] int durable(AuditKind kind) const
    {
        int count = 0;
        for (const AuditEvent &event : store.durable) {
            count += event.kind == kind ? 1 : 0;
        }
        return count;
    }

    NodeName node = *NodeName::parse("DTF-01");
    BootId boot = *BootId::parse("aaaaaaaa");
    FakeClock clock;
    FakeStore store;
    FakeZone zone;
    JobIdGenerator ids;
    qint64 seq = 0;
    std::unique_ptr<FleetController> controller;
};

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
    void anOperatorIsAnsweredWhenItIsDurable();
    void reportsAreAcknowledgedWhenDurable();
    void anAlertThatComesBackWithinOneCommitStaysOpen();
    void theEndIsAudited();
    void filesAreTakenNoFasterThanTheyAreKept();
    void theStoreMayAnswerAfterTheEnd();
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

QTEST_GUILESS_MAIN(TestController)
#include "tst_controller.moc"
