// SPDX-License-Identifier: GPL-3.0-or-later
// Logs of ended runs on their way to a share that comes and goes.
#include "agent/work/logshipments.h"
#include "common/share/localsharefs.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

constexpr int deadline = 30'000;

/// A share, its worker, and the logs of a node on their way to it.
struct Bench
{
    Bench()
    {
        LocalShareFs fs(root(), {milliseconds(0), milliseconds(0)});
        if (!QDir().mkpath(root())) {
            qFatal("no folder");
        }
        const auto made = fs.initialise({node});
        if (!made) {
            qFatal("%s", qPrintable(made.error().detail));
        }
        uuid = made->uuid;
        worker =
            std::make_unique<ShareWorker>(std::make_unique<LocalShareFs>(root(), ShareTiming {milliseconds(0), milliseconds(0)}));
        logs = std::make_unique<LogShipments>(
            *worker, [this] { return uuid; }, [this](const Attempt &attempt) { dropped.append(attempt); });
    }
    [[nodiscard]] QString root() const { return dir.filePath(u"share"_s); }
    [[nodiscard]] SharePath target(const Attempt &attempt) const { return layout::jobLog(node, attempt.job, attempt.epoch); }
    [[nodiscard]] QByteArray arrived(const Attempt &attempt) const
    {
        QFile file(root() + u'/' + QString::fromUtf8(target(attempt)));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    /// A run whose whole log is `text` and whose folder may go.
    Attempt ended(const QByteArray &text)
    {
        const Attempt attempt {ids.next(SystemClock().now().wall), 1};
        QFile log(dir.filePath(attempt.job.toString()));
        if (!log.open(QIODevice::WriteOnly) || log.write(text) != text.size()) {
            qFatal("no log");
        }
        log.close();
        logs->begin(attempt, log.fileName(), {target(attempt)});
        logs->closeNewest();
        logs->dropWhenShipped(attempt);
        return attempt;
    }

    QTemporaryDir dir;
    NodeName node = *NodeName::parse("DTF-01");
    JobIdGenerator ids;
    QByteArray uuid;
    QList<Attempt> dropped;
    std::unique_ptr<ShareWorker> worker;
    std::unique_ptr<LogShipments> logs;
};

} // namespace

class TestLogShipments : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theFolderGoesWhenItsLogHasArrived();
    void aShareThatIsAwayIsNotTried();
    void oneFailureIsTriedAgain();
    void ofTooManyTheOldestIsGivenUpWithItsFolder();
};

void TestLogShipments::theFolderGoesWhenItsLogHasArrived()
{
    Bench bench;
    bench.logs->setShareUsable(true);
    QSignalSpy arrived(bench.logs.get(), &LogShipments::arrived);
    const Attempt attempt = bench.ended("one\ntwo\n");
    QVERIFY(!bench.logs->isSettled() && bench.dropped.isEmpty());
    QTRY_COMPARE_WITH_TIMEOUT(arrived.size(), 1, deadline);
    QCOMPARE(bench.arrived(attempt), QByteArray("one\ntwo\n"));
    QCOMPARE(bench.dropped, QList<Attempt> {attempt});
    QVERIFY(bench.logs->isSettled());
    bench.logs->dropWhenShipped(attempt); // of one that is not under way any more: at once
    QCOMPARE(bench.dropped.size(), 2);
}

/// However long it is away: no try is used up, nobody who ends waits for it, and what waited goes at once when it is back.
void TestLogShipments::aShareThatIsAwayIsNotTried()
{
    Bench bench;
    QVERIFY(QDir().rename(bench.root(), bench.root() + u".away"_s));
    const Attempt attempt = bench.ended("one\n");
    for (int i = 0; i < 2 * LogShipper::lastTries; ++i) {
        bench.logs->closeNewest(); // each asks it to carry what there is
    }
    QCOMPARE(bench.worker->pending(), 0);
    QVERIFY(bench.logs->isSettled() && bench.dropped.isEmpty());
    QVERIFY(QDir().rename(bench.root() + u".away"_s, bench.root()));
    bench.logs->setShareUsable(true);
    QVERIFY(!bench.logs->isSettled());
    QTRY_COMPARE_WITH_TIMEOUT(bench.arrived(attempt), QByteArray("one\n"), deadline);
    QTRY_COMPARE_WITH_TIMEOUT(bench.dropped, QList<Attempt> {attempt}, deadline);
}

void TestLogShipments::oneFailureIsTriedAgain()
{
    Bench bench;
    bench.logs->setShareUsable(true);
    QVERIFY(QDir().rename(bench.root(), bench.root() + u".away"_s)); // and nobody has noticed yet
    const Attempt attempt = bench.ended("one\n");
    QTRY_COMPARE_WITH_TIMEOUT(bench.worker->pending(), 0, deadline);
    QVERIFY(bench.dropped.isEmpty());
    QVERIFY(QDir().rename(bench.root() + u".away"_s, bench.root()));
    QTRY_COMPARE_WITH_TIMEOUT(bench.dropped, QList<Attempt> {attempt}, deadline);
    QCOMPARE(bench.arrived(attempt), QByteArray("one\n"));
}

void TestLogShipments::ofTooManyTheOldestIsGivenUpWithItsFolder()
{
    Bench bench;
    QList<Attempt> attempts;
    for (std::size_t i = 0; i < LogShipments::most + 2; ++i) {
        attempts.append(bench.ended("line " + QByteArray::number(qulonglong(i)) + '\n'));
    }
    QCOMPARE(bench.dropped, attempts.first(2));
    bench.logs->setShareUsable(true);
    QTRY_COMPARE_WITH_TIMEOUT(bench.dropped.size(), attempts.size(), deadline);
    for (const Attempt &attempt : attempts.sliced(2)) {
        QVERIFY(!bench.arrived(attempt).isEmpty());
    }
    QVERIFY(bench.arrived(attempts.first()).isEmpty());
}

QTEST_GUILESS_MAIN(TestLogShipments)
#include "tst_logshipments.moc"
