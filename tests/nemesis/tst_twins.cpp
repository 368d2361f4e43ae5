// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/nemesis/privatenetwork.h"
#include "tests/support/comparewords.h"
#include "tests/support/fleet.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace dtf {

using namespace Qt::StringLiterals;
namespace fs = std::filesystem;

/// A machine and its clone: the same disk, name, token and installation, started by itself. (Two orchestrators with stores of
/// their own, and a second one on the same store: tests/integration/tst_ground.cpp.)
class Twins : public QObject
{
    Q_OBJECT

public:
    explicit Twins(QString noNetwork)
        : m_noNetwork(std::move(noNetwork))
    { }

private Q_SLOTS:
    void initTestCase()
    {
        if (!m_noNetwork.isEmpty()) {
            QSKIP(qPrintable(m_noNetwork));
        }
    }
    void aClonedOrchestratorEndsAndTheFirstOneGoesOn();
    void aClonedAgentTouchesNothingOfTheFirstOnes_data();
    void aClonedAgentTouchesNothingOfTheFirstOnes();

private:
    QString m_noNetwork;
};

namespace {

/// Runs until the file "go" appears in the fleet's folder, then copies its input.
FleetPlan waitingNode()
{
    return scriptNodes(1,
        {u"/bin/sh"_s, u"-c"_s,
            u"echo begun; until [ -e \"$DTF_TEST_FLEET/go\" ]; do sleep 0.2; done; cp -- \"$1\" \"$DTF_OUT/copy\""_s, u"wait"_s,
            u"{file}"_s});
}

/// A program on a clone of the machine: `folder` is replaced by a copy as it is now, with processes and a machine start of its
/// own; `network` also with a network of its own.
std::unique_ptr<ChildProgram> cloneOf(Fleet &fleet, const QString &folder, const QStringList &command, bool network)
{
    static int number = 0;
    const QString name = u"clone-%1"_s.arg(++number);
    const QString copy = fleet.folder() + u'/' + name;
    std::error_code failed; // an agent's browser makes and removes files meanwhile: not ours to copy
    fs::copy(folder.toStdString(), copy.toStdString(), fs::copy_options::recursive | fs::copy_options::skip_symlinks, failed);
    if (!writeFile(copy + u".boot"_s, "11111111-2222-4333-8444-55555555555" + QByteArray::number(number) + "\n")) {
        return nullptr;
    }
    const QString script = u"ip link set lo up; mount --bind \"$1\" \"$2\" && mount --bind \"$1.boot\" "
                           "/proc/sys/kernel/random/boot_id && shift 2 && exec \"$@\""_s;
    QStringList arguments {u"--mount"_s, u"--pid"_s, u"--fork"_s, u"--kill-child"_s, u"--mount-proc"_s};
    if (network) {
        arguments += u"--net"_s;
    }
    arguments += QStringList {u"/bin/sh"_s, u"-c"_s, script, u"clone"_s, copy, folder} + command;
    return std::make_unique<ChildProgram>(
        u"/usr/bin/unshare"_s, arguments, fleet.folder() + u'/' + name + u".log"_s, fleet.folder());
}

qsizetype rows(Fleet &fleet, AuditKind kind)
{
    const QList<AuditRow> audit = fleet.api().audit();
    return std::count_if(audit.begin(), audit.end(), [kind](const AuditRow &r) { return r.event.kind == kind; });
}

} // namespace

void Twins::aClonedOrchestratorEndsAndTheFirstOneGoesOn()
{
    Fleet fleet(waitingNode());
    BEGIN(fleet);
    for (const char *name : {"a.csv", "b.csv", "c.csv"}) {
        fleet.drop(name, QByteArray("content of ") + name);
    }
    UNTIL(fleet.api().count(JobState::Running) == 1 && fleet.api().count(JobState::Assigned) == 1, seconds(60));
    const BootId first = fleet.api().state().summary.orchestratorBoot;
    const std::unique_ptr<ChildProgram> clone = cloneOf(fleet, fleet.folder() + u"/store"_s,
        {fleet.orchestrator().program(), u"--config"_s, fleet.folder() + u"/orchestrator.toml"_s}, true);
    QVERIFY(clone);
    QElapsedTimer time;
    time.start();
    QVERIFY(clone->start());
    QVERIFY2(clone->waitForEnd(seconds(30)), "two orchestrators on one share");
    std::printf("    the clone ended after %lld ms\n", static_cast<long long>(time.elapsed()));
    QVERIFY2(clone->exitCode() == 3 && clone->output().contains(u"another orchestrator"_s), qUtf8Printable(clone->output()));
    QVERIFY2(time.elapsed() < 15'000, "far beyond the 3 s that are wanted");

    QVERIFY(writeFile(fleet.folder() + u"/go"_s, {}));
    UNTIL(fleet.allDone(3), seconds(60));
    QVERIFY(fleet.orchestrator().isRunning());
    QCOMPARE(fleet.api().state().summary.orchestratorBoot, first);
    ALL_IS_WELL(fleet);
}

void Twins::aClonedAgentTouchesNothingOfTheFirstOnes_data()
{
    QTest::addColumn<bool>("orchestratorGone");
    QTest::newRow("the orchestrator tells") << false;
    QTest::newRow("nobody tells") << true;
}

void Twins::aClonedAgentTouchesNothingOfTheFirstOnes()
{
    QFETCH(bool, orchestratorGone);
    Fleet fleet(waitingNode());
    BEGIN(fleet);
    fleet.drop("a.csv", "content of a");
    fleet.drop("b.csv", "content of b");
    UNTIL(fleet.api().count(JobState::Running) == 1 && fleet.api().count(JobState::Assigned) == 1, seconds(60));
    const BootId first = fleet.api().node("DTF-01").beat.boot;
    if (orchestratorGone) {
        fleet.killOrchestrator();
    }
    const std::unique_ptr<ChildProgram> clone = cloneOf(fleet, fleet.folder() + u"/DTF-01"_s,
        {fleet.agent(1).program().program(), u"--config"_s, fleet.agent(1).configFile()}, false);
    QVERIFY(clone && clone->start());
    QVERIFY(clone->printed(QRegularExpression(u"the share is usable"_s)).hasMatch());
    QVERIFY(clone->printed(QRegularExpression(u"browser ready"_s)).hasMatch());
    if (orchestratorGone) {
        QVERIFY(stays([&] { return fleet.share().tokens("running").size() == 1; }, seconds(5)));
        QVERIFY(fleet.startOrchestrator());
        UNTIL(fleet.api().isReady("DTF-01"), seconds(30));
    } else {
        UNTIL(fleet.api().alert(AlertKind::ClonedNode), seconds(30));
    }
    QVERIFY(stays(
        [&] {
            return fleet.share().tokens("running").size() == 1 && fleet.share().tokens("assigned").size() == 1
                && fleet.agent(1).program().isRunning();
        },
        seconds(4)));
    QVERIFY(writeFile(fleet.folder() + u"/go"_s, {}));
    UNTIL(fleet.allDone(2), seconds(60));
    if (!orchestratorGone) {
        QCOMPARE(fleet.api().node("DTF-01").beat.boot, first);
        QVERIFY2(clone->output().contains(u"another agent was heard under the name DTF-01"_s), qUtf8Printable(clone->output()));
    }
    for (const JobView &job : fleet.api().jobs()) {
        QCOMPARE(job.attempts, 1);
    }
    QCOMPARE(rows(fleet, AuditKind::JobHeld), 0);
    clone->kill();
    ALL_IS_WELL(fleet);
}

} // namespace dtf

DTF_PRIVATE_NETWORK_MAIN(dtf::Twins)
#include "tst_twins.moc"
