// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/comparewords.h"
#include "tests/support/fleet.h"
#include "tests/support/markedprocesses.h"

#include <QElapsedTimer>
#include <QStandardPaths>
#include <QTest>

#include <algorithm>
#include <csignal>
#include <cstdio>

namespace dtf {

using namespace Qt::StringLiterals;

/// A browser's trouble as the whole fleet has it. (The browser alone, its locks, ports and orphans: tests/agent/browser.)
class BrowserTrouble : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stoppedInMidUpload_data();
    void stoppedInMidUpload();
    void aCrashLoopTakesOneNodeOut();
};

namespace {

QString browserProgram()
{
    const QString given = qEnvironmentVariable("DTF_TEST_BROWSER");
    for (const QString &name : {given, u"google-chrome-stable"_s, u"google-chrome"_s, u"chromium"_s}) {
        if (const QString found = name.isEmpty() ? QString() : QStandardPaths::findExecutable(name); !found.isEmpty()) {
            return found;
        }
    }
    return {};
}

QList<pid_t> renderers(Fleet &fleet, const QString &node)
{
    QList<pid_t> pids;
    for (const MarkedProcess &process : markedProcesses((fleet.folder() + u'/' + node + u"/profile"_s).toUtf8())) {
        if (process.command.contains("--type=renderer")) {
            pids += process.pid;
        }
    }
    return pids;
}

} // namespace

void BrowserTrouble::stoppedInMidUpload_data()
{
    QTest::addColumn<bool>("wholeBrowser");
    QTest::newRow("the browser") << true;
    QTest::newRow("its pages' processes") << false;
}

void BrowserTrouble::stoppedInMidUpload()
{
    QFETCH(bool, wholeBrowser);
    FleetPlan plan = portalNodes(2);
    plan.agents.set("pipeline", "soft_limit_seconds", 40);
    plan.agents.set("pipeline", "hard_limit_seconds", 50);
    Fleet fleet(plan);
    BEGIN(fleet);
    QVERIFY(fleet.portal().admin(u"slow"_s, {{u"ms"_s, 6'000}, {u"where"_s, u"answer"_s}}));
    const QList<SampleFile> files = fleet.samples(4);
    fleet.drop(files.first().name, files.first().content);
    UNTIL(fleet.portal().uploadsOf(files.first().sha256) == 1, seconds(60));
    const JobView running = fleet.api().jobNamed(QString::fromUtf8(files.first().name));
    const QByteArray name = running.node.bytes();
    AgentProcess &agent = fleet.agent(name == "DTF-01" ? 1 : 2);
    const QList<pid_t> stopped =
        wholeBrowser ? QList<pid_t> {static_cast<pid_t>(agent.browserPid())} : renderers(fleet, agent.name());
    QVERIFY(!stopped.isEmpty() && stopped.first() > 1);
    for (const pid_t pid : stopped) {
        ::kill(pid, SIGSTOP);
    }
    QElapsedTimer time;
    time.start();
    UNTIL(fleet.api().node(name.constData()).beat.browserState != BrowserState::Ready, seconds(60));
    const qint64 noticed = time.elapsed();
    std::printf("    noticed by the orchestrator after %.1f s\n", double(noticed) / 1000);
    QVERIFY2(noticed < 30'000, "far beyond the 15 s that are wanted");
    QVERIFY(fleet.portal().admin(u"slow"_s, {{u"ms"_s, 0}}));
    fleet.drop(files.mid(1)); // the other machine does them
    UNTIL(fleet.api().count(JobState::Done) >= 3, seconds(90));
    UNTIL(fleet.api().job(running.job).state == JobState::Hold || fleet.api().job(running.job).state == JobState::Done,
        seconds(90));
    if (fleet.api().job(running.job).state == JobState::Hold) {
        OperatorRequest request;
        request.reason = u"it is in the portal"_s;
        QCOMPARE(fleet.api().command(running.job, JobAction::Done, request).status, 200);
    }
    UNTIL(fleet.allDone(4), seconds(60));
    for (const pid_t pid : stopped) {
        const QList<MarkedProcess> left = markedProcesses(fleet.folder().toUtf8());
        if (std::any_of(left.begin(), left.end(), [pid](const MarkedProcess &p) { return p.pid == pid; })) {
            ::kill(pid, SIGCONT); // a page's process may be let live
        }
    }
    UNTIL(fleet.api().isReady(name.constData()), seconds(60)); // by itself, and signed in
    QCOMPARE(fleet.portal().uploadsOf(files.first().sha256), 1);
    ALL_IS_WELL(fleet);
}

void BrowserTrouble::aCrashLoopTakesOneNodeOut()
{
    const QString real = browserProgram();
    if (real.isEmpty()) {
        QSKIP("no browser is installed");
    }
    FleetPlan plan = scriptNodes(2, {u"/bin/sh"_s, u"-c"_s, u"cp -- \"$1\" \"$DTF_OUT/copy\""_s, u"copy"_s, u"{file}"_s});
    plan.orchestrator.set("alerts", "browser_down_seconds", 3);
    QTemporaryDir tools;
    const QString wrapper = tools.filePath(u"browser"_s);
    QVERIFY(writeFile(wrapper,
        "#!/bin/sh\nif [ -e '" + tools.filePath(u"broken"_s).toUtf8() + "' ]; then echo >> '"
            + tools.filePath(u"tries"_s).toUtf8() + "'; exit 1; fi\nexec '" + real.toUtf8() + "' \"$@\"\n"));
    QVERIFY(QFile::setPermissions(wrapper, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    plan.nodes[0].settings.set("browser", "program", wrapper);
    Fleet fleet(plan);
    BEGIN(fleet);
    QVERIFY(writeFile(tools.filePath(u"broken"_s), {}));
    fleet.agent(1).killBrowser();
    UNTIL(fleet.api().node("DTF-01").beat.browserState != BrowserState::Ready, seconds(30));
    UNTIL(fleet.api().alert(AlertKind::BrowserDown), seconds(60));
    for (int i = 1; i <= 6; ++i) {
        const QByteArray name = QByteArray::number(i) + ".csv";
        fleet.drop(name, "content of " + name);
    }
    UNTIL(fleet.allDone(6), seconds(90));
    QCOMPARE(fleet.doneByNode(), (QMap<QByteArray, int> {{"DTF-02", 6}}));
    UNTIL(fleet.api().node("DTF-01").beat.browserState == BrowserState::Paused, seconds(120)); // 1, 2, 4 s … and no more
    const auto tries = [&] { return QFile(tools.filePath(u"tries"_s)).size(); };
    const qint64 made = tries();
    QVERIFY2(made >= 3 && made <= 8, qPrintable(QString::number(made)));
    QVERIFY(stays([&] { return tries() == made; }, seconds(5)));

    QVERIFY(QFile::remove(tools.filePath(u"broken"_s))); // a person has mended it
    QCOMPARE(fleet.api().command("DTF-01", NodeAction::RestartBrowser).status, 200);
    UNTIL(fleet.api().isReady("DTF-01"), seconds(60));
    UNTIL(!fleet.api().alert(AlertKind::BrowserDown), seconds(30));
    QCOMPARE(fleet.api().command("DTF-02", NodeAction::Pause).status, 200);
    fleet.drop("7.csv", "content of 7");
    UNTIL(fleet.allDone(7), seconds(60));
    ALL_IS_WELL(fleet);
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::BrowserTrouble)
#include "tst_browser.moc"
