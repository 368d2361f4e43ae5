// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fleet.h"

#include <QDir>
#include <QTest>

#include <algorithm>
#include <cstdio>

namespace dtf {

using namespace Qt::StringLiterals;

/// The ground under everybody: the share goes away, somebody else claims it, a machine works without it.
class Ground : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theShareIsGoneForAWhile();
    void anEmptyFolderIsNoShare();
    void aSecondOrchestratorRefuses();
    void anOfflineAgentWorksAlone();
};

namespace {

FleetPlan waitingNode()
{
    return scriptNodes(1,
        {u"/bin/sh"_s, u"-c"_s,
            u"echo begun; until [ -e \"$DTF_TEST_FLEET/go\" ]; do sleep 0.2; done; cp -- \"$1\" \"$DTF_OUT/copy\""_s, u"wait"_s,
            u"{file}"_s});
}

bool move(const QString &from, const QString &to)
{
    return std::rename(qUtf8Printable(from), qUtf8Printable(to)) == 0;
}

bool everybodySaysTheShareIs(Fleet &fleet, bool ok)
{
    const StateView state = fleet.api().state();
    return !state.nodes.isEmpty() && state.summary.shareOk == ok
        && std::all_of(state.nodes.begin(), state.nodes.end(), [ok](const NodeView &n) { return n.beat.shareOk == ok; });
}

} // namespace

void Ground::theShareIsGoneForAWhile()
{
    Fleet fleet(waitingNode());
    BEGIN(fleet);
    for (const char *name : {"a.csv", "b.csv", "c.csv"}) {
        fleet.drop(name, QByteArray("content of ") + name);
    }
    UNTIL(fleet.api().count(JobState::Running) == 1 && fleet.api().count(JobState::Assigned) == 1
            && fleet.api().count(JobState::Waiting) == 1,
        seconds(60));
    const QString away = fleet.folder() + u"/share-unplugged"_s;
    QVERIFY(move(fleet.sharePath(), away));
    UNTIL(!fleet.api().state().summary.shareOk, seconds(10));
    UNTIL(everybodySaysTheShareIs(fleet, false), seconds(20));
    QVERIFY(!fleet.api().state().summary.shareDetail.isEmpty());
    const QList<Alert> alerts = fleet.api().state().alerts;
    QVERIFY(std::any_of(alerts.begin(), alerts.end(), [](const Alert &a) { return a.kind == AlertKind::ShareDown; }));
    QVERIFY(writeFile(fleet.folder() + u"/go"_s, {})); // the running file ends meanwhile
    QVERIFY2(stays([&] { return !QDir(fleet.sharePath()).exists(); }, seconds(5)), "somebody made a folder where the share was");
    const ShareLook unplugged(away.toStdString());
    QCOMPARE(unplugged.tokens("running").size(), 1);
    QCOMPARE(unplugged.tokens("assigned").size(), 1);
    QCOMPARE(unplugged.incoming().size(), 1);

    QVERIFY(move(away, fleet.sharePath()));
    UNTIL(everybodySaysTheShareIs(fleet, true), seconds(30)); // by itself
    UNTIL(fleet.allDone(3), seconds(90));
    for (const JobView &job : fleet.api().jobs()) {
        QCOMPARE(job.attempts, 1);
    }
    ALL_IS_WELL(fleet);
}

void Ground::anEmptyFolderIsNoShare()
{
    Fleet fleet(waitingNode());
    BEGIN(fleet);
    QVERIFY(writeFile(fleet.folder() + u"/go"_s, {}));
    // An unmounted share leaves its mount point: a folder without the sentinel.
    const QString away = fleet.folder() + u"/share-unmounted"_s;
    QVERIFY(move(fleet.sharePath(), away) && QDir().mkpath(fleet.sharePath(u"incoming"_s)));
    UNTIL(everybodySaysTheShareIs(fleet, false), seconds(30));
    QVERIFY(writeFile(fleet.sharePath(u"incoming/into-nowhere.csv"_s), "written to the local disk"));
    QVERIFY(stays(
        [&] {
            return QDir(fleet.sharePath()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot)
                == QStringList {u"incoming"_s}
            && fleet.share().incoming().size() == 1;
        },
        seconds(5)));
    QVERIFY(fleet.api().jobs().isEmpty());
    QVERIFY(QDir(fleet.sharePath()).removeRecursively() && move(away, fleet.sharePath()));
    UNTIL(everybodySaysTheShareIs(fleet, true), seconds(30));

    // Another share mounted here: the sentinel says so.
    QVERIFY(move(fleet.sharePath(u"DTF_SHARE_ID"_s), fleet.folder() + u"/sentinel"_s));
    QVERIFY(writeFile(fleet.sharePath(u"DTF_SHARE_ID"_s), "8d5ba07d-6b0a-4d0c-9e0b-0123456789ab\n1\n"));
    UNTIL(everybodySaysTheShareIs(fleet, false), seconds(30));
    fleet.drop("a.csv", "content");
    QVERIFY(stays([&] { return fleet.share().incoming().size() == 1; }, seconds(4)));
    QVERIFY(move(fleet.folder() + u"/sentinel"_s, fleet.sharePath(u"DTF_SHARE_ID"_s)));
    UNTIL(fleet.allDone(1), seconds(60));
    ALL_IS_WELL(fleet);
}

void Ground::aSecondOrchestratorRefuses()
{
    Fleet fleet(waitingNode());
    BEGIN(fleet);
    QVERIFY(writeFile(fleet.folder() + u"/go"_s, {}));
    QString words;
    QCOMPARE(fleet.runOrchestrator({}, &words), 1); // the same database
    QVERIFY2(words.contains(u"another orchestrator uses this database"_s), qUtf8Printable(words));

    // A second machine: a database and a port of its own, the same share.
    QFile config(fleet.folder() + u"/orchestrator.toml"_s);
    QVERIFY(config.open(QIODevice::ReadOnly));
    QByteArray text = config.readAll();
    text.replace("/store/dtf.sqlite", "/store/second.sqlite");
    text.replace(QByteArray("port = ") + QByteArray::number(fleet.port()), "port = " + QByteArray::number(freePort()));
    const QString secondConfig = fleet.folder() + u"/second.toml"_s;
    QVERIFY(writeFile(secondConfig, text));
    ChildProgram second(
        fleet.orchestrator().program(), {u"--config"_s, secondConfig}, fleet.folder() + u"/second.log"_s, fleet.folder());
    fleet.drop("a.csv", "content");
    QVERIFY(second.start());
    QVERIFY2(second.waitForEnd(seconds(30)), "two orchestrators on one share");
    QCOMPARE(second.exitCode(), 3);
    QVERIFY2(second.output().contains(u"another orchestrator"_s), qUtf8Printable(second.output()));
    UNTIL(fleet.allDone(1), seconds(60));
    fleet.drop("b.csv", "more content"); // the first one works on
    UNTIL(fleet.allDone(2), seconds(60));
    ALL_IS_WELL(fleet);
}

/// A developer's machine: no orchestrator, no share, files dropped by hand.
void Ground::anOfflineAgentWorksAlone()
{
    FleetPlan plan = scriptNodes(
        1, {u"/bin/sh"_s, u"-c"_s, u"grep -q bad \"$1\" && exit 3; cp -- \"$1\" \"$DTF_OUT/copy\""_s, u"x"_s, u"{file}"_s});
    Fleet fleet(plan);
    const QString home = fleet.folder() + u"/alone"_s;
    plan.nodes[0].settings.set("node", "offline", true);
    plan.nodes[0].settings.set("node", "offline_dir", home);
    AgentProcess agent(plan.nodes[0], {fleet.folder(), 1, {}, {}, {}});
    QVERIFY(agent.start());
    UNTIL(QDir(home + u"/incoming"_s).exists(), seconds(30));
    const auto drop = [&](const QString &name, const QByteArray &content) {
        return writeFile(home + u"/incoming/."_s + name, content)
            && move(home + u"/incoming/."_s + name, home + u"/incoming/"_s + name);
    };
    QVERIFY(drop(u"AgencyA.csv"_s, "good content"));
    QVERIFY(drop(u"AgencyB.csv"_s, "bad content"));
    QVERIFY(drop(u"AgencyC.exe"_s, "no table"));
    const ShareLook look(home.toStdString());
    UNTIL(look.tokens("done").size() == 1 && look.tokens("hold").size() == 1 && look.tokens("rejected").size() == 1, seconds(60));
    QCOMPARE(look.tokens().size(), 3);
    QCOMPARE(look.incoming(), QList<QByteArray>());
    QCOMPARE(look.tokens("done").first().token.name, QByteArray("AgencyA.csv"));
    QCOMPARE(look.contentOf(look.tokens("done").first().path + "/results/copy"), QByteArray("good content"));
    QCOMPARE(look.tokens("hold").first().token.name, QByteArray("AgencyB.csv"));
    UNTIL(look.tokenComplaints().isEmpty(), seconds(10)); // the reasons are beside them
    QCOMPARE(look.manifestComplaints(), QStringList());
    QVERIFY(!QDir(fleet.sharePath()).exists());
    for (const char *word : {"AgencyA.csv: done", "AgencyB.csv: on hold (exit-code)", "AgencyC.exe: rejected: this type"}) {
        UNTIL(agent.program().output().contains(QString::fromLatin1(word)), seconds(10));
    }

    ChildProgram check(agent.program().program(), {u"--check"_s, u"--config"_s, agent.configFile()},
        fleet.folder() + u"/check.log"_s, fleet.folder());
    QVERIFY(check.start() && check.waitForEnd(seconds(30)));
    QVERIFY2(check.exitCode() == 0 && check.output().contains(home + u"/incoming"_s), qUtf8Printable(check.output()));
    QVERIFY(agent.stop());

    // Pointed at a pool's share by mistake it does nothing at all.
    QVERIFY(writeFile(home + u"/.dtf/lease-orchestrator"_s, "somebody 1 store\n"));
    QVERIFY(agent.start());
    QVERIFY(agent.program().waitForEnd(seconds(30)));
    QCOMPARE(agent.program().exitCode(), 1);
    QVERIFY2(agent.program().output().contains(u"pool's share"_s), qUtf8Printable(agent.program().output()));
    agent.killBrowser();
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::Ground)
#include "tst_ground.moc"
