// SPDX-License-Identifier: GPL-3.0-or-later
#include "installation.h"
#include "numbers.h"
#include "orchestrator/store/auditverify.h"
#include "tests/support/janitor.h"
#include "tests/support/waiting.h"

#include <QDir>
#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include <cstdio>

namespace dtf::crash {

using namespace Qt::StringLiterals;

/// The orchestrator is killed at a call of its own choosing, again and again, while files flow. After each kill the audit
/// verifies and holds every row that it had held before; at the end every file has come through once.
/// DTF_TEST_LONG=1: 1,000 kills, half of them power cuts. DTF_TEST_SEED: which calls.
class Kills : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theAuditVerifiesAfterEachKill();
};

namespace {

constexpr int mostInIncoming = 12;

struct Figures
{
    int kills = 0; ///< at the chosen call
    int lateKills = 0; ///< the call was not reached in time
    qint64 rows = 0;
    int files = 0;
    qint64 slowestVerify = 0; ///< ms
};

} // namespace

void Kills::theAuditVerifiesAfterEachKill()
{
    const int wanted = setting("DTF_TEST_LONG", 0) > 0 ? 1'000 : 25;
    const int seed = setting("DTF_TEST_SEED", QRandomGenerator::global()->bounded(100'000));
    std::printf("seed %d\n", seed);
    QRandomGenerator random(static_cast<quint32>(seed));
    QTemporaryDir dir(QDir::tempPath() + u"/dtf-kills-XXXXXX"_s);
    dir.setAutoRemove(false);
    Janitor janitor(dir.path());
    const auto tidy = qScopeGuard([&] { janitor.tidy(); });
    Place place {dir.filePath(u"place"_s), freePort(), freePort(), {}};
    Installation fleet(place, dir.filePath(u"fleet"_s));
    QVERIFY(fleet.prepare());
    QVERIFY(fleet.start(Part::Agent));

    Figures figures;
    AuditHead head;
    QElapsedTimer clock;
    clock.start();
    for (int life = 0; life < wanted; ++life) {
        for (int n = 0; n < 2 && fleet.share().incoming().size() < mostInIncoming; ++n) {
            fleet.drop("Agency" + QByteArray::number(figures.files) + ".csv", "hours " + QByteArray::number(figures.files));
            ++figures.files;
        }
        const Point call = "any#" + QByteArray::number(random.bounded(1, 150));
        const Fault fault {Part::Orchestrator, call, life % 2 == 0 ? "kill-before" : "cut", {}, {}};
        fleet.watch(Part::Orchestrator, fault);
        QVERIFY(fleet.start(Part::Orchestrator));
        if (fleet.orchestrator().waitForEnd(seconds(3))) {
            QVERIFY2(fleet.orchestrator().crashed(), qUtf8Printable(fleet.logTails()));
            ++figures.kills;
        } else {
            fleet.orchestrator().kill();
            ++figures.lateKills;
        }
        if (fault.action == "cut") {
            fleet.cutPower(Part::Orchestrator);
        }
        if (!QFile::exists(fleet.storeFile())) {
            QCOMPARE(head.seq, 0); // killed before the store was made
            continue;
        }
        QElapsedTimer verifying;
        verifying.start();
        const Result<AuditVerdict> verdict = verifyAudit(fleet.storeFile(), head.seq > 0 ? std::optional(head) : std::nullopt);
        figures.slowestVerify = qMax(figures.slowestVerify, verifying.elapsed());
        if (!verdict && head.seq == 0) {
            continue; // killed while the store was made
        }
        QVERIFY2(verdict, qUtf8Printable(verdict ? QString() : verdict.error().detail));
        QVERIFY2(verdict->ok, qUtf8Printable(u"after kill %1 at %2: %3"_s.arg(life).arg(QString::fromUtf8(call), verdict->why)));
        QVERIFY2(verdict->head.seq >= head.seq, "rows of the audit are gone");
        head = verdict->head;
    }
    unload(fleet.orchestrator());
    QVERIFY(fleet.start(Part::Orchestrator));
    UNTIL(fleet.share().tokens("done").size() == figures.files, seconds(240));
    QVERIFY(fleet.agent().stop(seconds(30)));
    QVERIFY(fleet.orchestrator().stop(seconds(30)));

    const Result<AuditVerdict> verdict = verifyAudit(fleet.storeFile(), head);
    QVERIFY(verdict && verdict->ok);
    figures.rows = verdict->rows;
    std::printf(
        "%d kills at a chosen call and %d at another moment, %d files, %lld audit rows, slowest verification %lld ms, %lld s\n",
        figures.kills, figures.lateKills, figures.files, static_cast<long long>(figures.rows),
        static_cast<long long>(figures.slowestVerify), static_cast<long long>(clock.elapsed() / 1000));
    QVERIFY(figures.kills * 2 > wanted);
    const QList<QByteArray> starts = fleet.ledger();
    QCOMPARE(starts.size(), figures.files); // each once
    QCOMPARE(QSet<QByteArray>(starts.begin(), starts.end()).size(), starts.size());
    const QStringList wrong = fleet.share().tokenComplaints() + fleet.share().manifestComplaints() + fleet.processesLeft();
    QVERIFY2(wrong.isEmpty(), qUtf8Printable(wrong.join(u'\n')));
    QCOMPARE(fleet.share().tokens().size(), figures.files);
    QVERIFY(fleet.share().incoming().isEmpty());
}

} // namespace dtf::crash

QTEST_GUILESS_MAIN(dtf::crash::Kills)
#include "tst_kills.moc"
