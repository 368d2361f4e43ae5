// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/store/fleetstore.h"
#include "console/store/savedstate.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace dtf;

namespace {

struct MovedClock final : Clock
{
    [[nodiscard]] Now now() const override { return at; }
    void move(milliseconds by) { at = {at.mono + by, {at.wall.msecsSinceEpoch + by.count()}}; }
    Now at {{milliseconds(1'000'000)}, {1'700'000'000'000}};
};

FeedSnapshot someState()
{
    FeedSnapshot whole;
    whole.number = 1;
    whole.state.summary.orchestratorBoot = *BootId::parse("0rch3str");
    whole.state.summary.time = {1'700'000'000'000};
    whole.state.summary.jobsByState = QList<qint64>(11, 0);
    NodeView node;
    node.node = *NodeName::parse("DTF-01");
    node.state = u"ready"_s;
    node.heartbeatAgeMs = 4'000;
    whole.state.nodes = {node};
    whole.state.alerts = {{AlertKind::ShareDown, AlertSeverity::Critical, {}, {1'699'999'990'000}, "why", {}}};
    return whole;
}

void writeFile(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

} // namespace

class TestSavedState : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsSavedIsOpened()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(u"state.json"_s);
        MovedClock clock;
        FleetStore live(clock);
        live.take(someState());
        clock.move(milliseconds(3'000));
        JobView job;
        job.job = JobIdGenerator().next({1'700'000'000'000});
        job.name = u"Agency A.csv"_s;
        QVERIFY(saveState(path, live.state({job})));

        const auto state = loadState(path);
        QVERIFY2(state, qPrintable(state ? QString() : state.error().detail));
        FleetStore store(clock);
        QSignalSpy jobs(&store, &FleetStore::jobsChanged);
        store.openSaved(*state);
        QVERIFY(store.freshness() == Freshness::Gone);
        QVERIFY(store.isSaved());
        QCOMPARE(store.nodes().size(), 1);
        QCOMPARE(store.alerts().size(), 1);
        QCOMPARE(jobs.size(), 1);
        QCOMPARE(jobs[0][0].value<QList<JobView>>().first().name, u"Agency A.csv"_s);
    }

    void theAgesOfASavedStateStandStill()
    {
        MovedClock clock;
        FleetStore store(clock);
        store.openSaved(someState());
        clock.move(milliseconds(60'000));
        QCOMPARE(store.nodeSilence(*NodeName::parse("DTF-01")).count(), 4'000);
        QCOMPARE(store.sinceOrchestratorTime(store.alerts()[0].since).count(), 10'000);
        store.heard();
        QVERIFY(store.freshness() == Freshness::Gone);
    }

    void anotherOrchestratorBeginsWithNothing()
    {
        MovedClock clock;
        FleetStore store(clock);
        store.take(someState());
        QSignalSpy nodes(&store, &FleetStore::nodesChanged);
        store.forgetAll();
        QVERIFY(store.freshness() == Freshness::Nothing);
        QVERIFY(store.nodes().isEmpty() && store.alerts().isEmpty());
        QCOMPARE(nodes[0][1].value<QList<NodeName>>(), QList {*NodeName::parse("DTF-01")});
        QSignalSpy raised(&store, &FleetStore::alertRaised);
        store.take(someState()); // its alerts were there before we came
        QCOMPARE(raised.size(), 0);
        QVERIFY(store.freshness() == Freshness::Current);
    }

    void whoeverIsToldOfASnapshotFindsItCurrent()
    {
        MovedClock clock;
        FleetStore store(clock);
        QList<Freshness> found;
        connect(&store, &FleetStore::alertsChanged, this, [&] { found.append(store.freshness()); });
        store.take(someState());
        QVERIFY(found == QList {Freshness::Current});
    }

    void whatIsNoStateIsSaidInWords()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(u"state.json"_s);
        QVERIFY(loadState(path).error().detail.startsWith(path));
        for (const QByteArray &bytes :
            {QByteArray(), QByteArray("[]"), QByteArray("{\"number\": 1}"), QByteArray("\x00\xff", 2)}) {
            writeFile(path, bytes);
            const auto state = loadState(path);
            QVERIFY(!state);
            QVERIFY(state.error().code == ErrorCode::ParseError);
            QVERIFY(state.error().detail.contains(u"is no saved state"_s));
        }
    }

    void aFolderThatCantBeWrittenIsSaid()
    {
        const auto saved = saveState(u"/nowhere/at/all/state.json"_s, someState());
        QVERIFY(!saved);
        QVERIFY(saved.error().detail.contains(u"can't be written"_s));
    }
};

QTEST_GUILESS_MAIN(TestSavedState)
#include "tst_savedstate.moc"
