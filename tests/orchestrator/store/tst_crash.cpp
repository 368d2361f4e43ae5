// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/auditverify.h"
#include "storefixture.h"

#include <QFileInfo>
#include <QProcess>

using namespace dtf;
using namespace dtf::test;
using namespace Qt::StringLiterals;

/// Killed in the middle of everything, again and again: what was acknowledged is there, and nothing is half there.
class TestCrash final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void killedWhileCommitting();
};

void TestCrash::killedWhileCommitting()
{
    StoreFixture fixture;
    int acknowledged = -1;
    for (int round = 0; round < 8; ++round) {
        QProcess writer;
        writer.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        writer.start(QCoreApplication::applicationDirPath() + u"/store_commitloop"_s, {fixture.path()});
        QVERIFY(writer.waitForStarted(patienceMs));
        const int goal = acknowledged + 20 + round * 37; // a different moment each time, checkpoints included
        QByteArray output;
        const auto read = [&] {
            output += writer.readAllStandardOutput();
            while (output.contains('\n')) {
                acknowledged = output.first(output.indexOf('\n')).toInt();
                output = output.sliced(output.indexOf('\n') + 1);
            }
        };
        while (acknowledged < goal) {
            QVERIFY(writer.waitForReadyRead(patienceMs));
            read();
        }
        writer.kill();
        QVERIFY(writer.waitForFinished(patienceMs));
        QCOMPARE(writer.exitStatus(), QProcess::CrashExit);
        read(); // what it had still said

        // The audit verifies before anybody has recovered the file …
        const auto verdict = verifyAudit(fixture.path());
        QVERIFY2(verdict && verdict->ok, verdict ? qPrintable(verdict->why) : qPrintable(verdict.error().detail));
        // … the lock went with the process, every acknowledged batch is there, and each batch wholly or not at all.
        QVERIFY(fixture.open());
        QVERIFY2(fixture.snapshot.lastAuditSeq >= (acknowledged + 1) * 20,
            qPrintable(u"%1 rows, batch %2 acknowledged"_s.arg(fixture.snapshot.lastAuditSeq).arg(acknowledged)));
        QCOMPARE(fixture.snapshot.lastAuditSeq % 20, 0);
        QCOMPARE(fixture.snapshot.jobs.size() * 2, fixture.snapshot.lastAuditSeq);
        fixture.close();
        QVERIFY(QFileInfo(fixture.path() + u"-wal"_s).size() == 0); // closed properly, nothing is left over
    }
}

QTEST_GUILESS_MAIN(TestCrash)
#include "tst_crash.moc"
