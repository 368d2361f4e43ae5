// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/nemesis/ground/stories.h"
#include "tests/support/markedprocesses.h"

#include <QFile>
#include <QTest>

#include <csignal>

namespace dtf {

using namespace Qt::StringLiterals;

/// Pipelines as bad as they come, run by the real agent: what becomes of the file, of their processes, and of the next file.
class GroundPipelines : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void badOnesOneAfterTheOther();
    void aFloodOfOutput();
    void oneThatKillsItsBrowser();
};

namespace {

/// The acts for testchild are the file's content: one per line.
FleetPlan obedientNode()
{
    return scriptNodes(1,
        {u"/bin/sh"_s, u"-c"_s, u"while IFS= read -r act; do set -- \"$@\" \"$act\"; done < \"$DTF_FILE\"; exec \"$@\""_s,
            u"acts"_s, QString::fromLatin1(TESTCHILD)});
}

struct Bad
{
    const char *name;
    const char *acts; ///< %1: the fleet's folder
    JobState state;
    Cause cause;
};

const QList<Bad> theBad {
    {"hangs and ignores TERM", "ignoreterm\nsay=begun\nstop\n", JobState::Hold, Cause::HardLimit},
    {"forks", "out=a:b\nchild=%1/never\n", JobState::Hold, Cause::SoftLimit},
    {"forks twice into a session of its own and holds the output", "out=a:b\ndaemon=%1/never\n", JobState::Hold,
        Cause::SoftLimit},
    {"forks what ignores TERM", "out=a:b\nignoreterm\ndaemon=%1/never\n", JobState::Hold, Cause::HardLimit},
    {"ends well and leaves nothing", "say=all done\n", JobState::Hold, Cause::NoOutput},
    {"spoils and removes its input", "spoilinput\nout=a:b\n", JobState::Done, Cause::None},
    {"crashes", "say=begun\ncrash\n", JobState::Hold, Cause::Crashed},
    {"writes no text", "binary\nout=a:b\n", JobState::Done, Cause::None},
    {"closes its output", "closestdout\nout=a:b\n", JobState::Done, Cause::None},
    {"is well", "say=begun\nout=a:b\n", JobState::Done, Cause::None},
};

} // namespace

void GroundPipelines::badOnesOneAfterTheOther()
{
    FleetPlan plan = obedientNode();
    plan.agents.set("pipeline", "soft_limit_seconds", 2);
    plan.agents.set("pipeline", "hard_limit_seconds", 4);
    Fleet fleet(plan);
    BEGIN(fleet);
    for (const Bad &bad : theBad) {
        const QByteArray name = QByteArray(bad.name) + ".csv";
        const QByteArray acts =
            QByteArray(bad.acts).replace("%1", fleet.folder().toUtf8()) + "ledger=" + fleet.folder().toUtf8() + "/started\n";
        // The ledger first: it is what counts as a start.
        const QByteArray content = acts.mid(acts.lastIndexOf("ledger=")) + acts.first(acts.lastIndexOf("ledger="));
        fleet.drop(name, content);
        QElapsedTimer took;
        took.start();
        JobView job;
        UNTIL((job = fleet.api().jobNamed(QString::fromUtf8(name)), job.state == bad.state), seconds(40));
        QVERIFY2(job.cause == bad.cause, QByteArray(bad.name) + ": " + toString(job.cause).data());
        QVERIFY(within(bad.name, milliseconds(took.elapsed()), seconds(20))); // limits of 4 s, then 10 s for an empty tree
        // Nothing of it lives, whatever session it fled to.
        QList<MarkedProcess> left = markedProcesses(TESTCHILD);
        left.removeIf([&](const MarkedProcess &p) { return !p.command.contains(fleet.folder().toUtf8()); });
        QVERIFY2(left.isEmpty(), bad.name);
        const QList<PlacedToken> token = fleet.share().tokensOf(name);
        QCOMPARE(token.size(), 1);
        const SharePath file = token.first().path + (bad.state == JobState::Done ? '/' + name : QByteArray());
        QCOMPARE(fleet.share().contentOf(file), content); // the share's file is never the pipeline's
    }
    QFile ledger(fleet.folder() + u"/started"_s);
    QVERIFY(ledger.open(QIODevice::ReadOnly));
    const QList<QByteArray> starts = ledger.readAll().trimmed().split('\n');
    QCOMPARE(starts.size(), theBad.size());
    QCOMPARE(QSet<QByteArray>(starts.begin(), starts.end()).size(), theBad.size()); // each once
    ALL_IS_WELL(fleet);
}

void GroundPipelines::aFloodOfOutput()
{
    ONLY_IN_THE_LONG_RUN
    const int mebibytes = isLongRun() ? 1024 : 96;
    Fleet fleet(obedientNode());
    fleet.plan().agents.set("pipeline", "max_log_mb", 4);
    BEGIN(fleet);
    QElapsedTimer took;
    took.start();
    fleet.drop("flood.csv", "flood=" + QByteArray::number(mebibytes) + "\nout=a:b\n");
    qint64 oldest = 0;
    UNTIL((oldest = qMax(oldest, fleet.api().node("DTF-01").heartbeatAgeMs), fleet.allDone(1)),
        isLongRun() ? seconds(900) : seconds(120));
    std::printf("measured: %d MB of output in %.1f s, heartbeats at most %lld ms apart\n", mebibytes,
        static_cast<double>(took.elapsed()) / 1e3, static_cast<long long>(oldest));
    QVERIFY2(oldest < 10'000, "the agent was silent while it read");
    for (const QString &folder : namesIn(fleet.sharePath(u"logs/DTF-01"_s))) {
        QVERIFY2(QFileInfo(fleet.sharePath(u"logs/DTF-01/"_s + folder)).size() < 8 * 1024 * 1024, "a log without a bound");
    }
    ALL_IS_WELL(fleet);
}

/// It knows its browser's port; an agent must not take that for a reason to run the file again.
void GroundPipelines::oneThatKillsItsBrowser()
{
    ONLY_IN_THE_LONG_RUN
    Fleet fleet(scriptNodes(1,
        {u"/bin/sh"_s, u"-c"_s,
            u"echo x >> \"$DTF_TEST_FLEET/started\"; "
            u"grep -q kill \"$1\" && for p in /proc/[0-9]*; do tr '\\0' ' ' < $p/cmdline 2>/dev/null | "
            u"grep -q -- \"--remote-debugging-port=$DTF_BROWSER_PORT "
            u".*--user-data-dir\\|--user-data-dir.*--remote-debugging-port=$DTF_BROWSER_PORT\" "
            u"&& kill -9 ${p#/proc/}; done; cp -- \"$1\" \"$DTF_OUT/copy\"; sleep 3; exit 0"_s,
            u"kill"_s, u"{file}"_s}));
    BEGIN(fleet);
    const qint64 browser = fleet.agent(1).browserPid();
    fleet.drop("killer.csv", "kill");
    UNTIL(fleet.agent(1).browserPid() != browser, seconds(40));
    UNTIL(fleet.allDone(1), seconds(40)); // it says that it went well, and left what it had to
    QCOMPARE(fleet.api().jobNamed(u"killer.csv"_s).attempts, 1);
    UNTIL(fleet.api().isReady("DTF-01"), seconds(40));
    fleet.drop("next.csv", "harmless");
    UNTIL(fleet.allDone(2), seconds(40));
    QFile ledger(fleet.folder() + u"/started"_s);
    QVERIFY(ledger.open(QIODevice::ReadOnly));
    QCOMPARE(ledger.readAll().count('x'), 2);
    ALL_IS_WELL(fleet);
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::GroundPipelines)
#include "tst_pipelines.moc"
