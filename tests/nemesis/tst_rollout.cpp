// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/comparewords.h"
#include "tests/support/fleet.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTest>

#include <csignal>
#include <cstdio>

namespace dtf {

using namespace Qt::StringLiterals;

/// dtf-ctl rollout on real nodes under load: the upgrade replaces the agent's program by one that reports another version.
class RolloutStory : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void threeNodesUnderLoad();
    void aFailingCommandStopsAtTheFirstNode();
};

namespace {

/// A service manager: keeps the program at $1 running, whatever it is by then. SIGTERM ends both.
constexpr char supervisor[] = R"sh(bin=$1
shift 2
stop=
trap 'stop=1; kill -TERM $child 2>/dev/null' TERM
while [ -z "$stop" ]; do
    "$bin" "$@" &
    child=$!
    echo $child > "$bin.pid"
    wait $child
    [ -n "$stop" ] && wait $child
done
exit 0
)sh";

/// What a package's upgrade does: another program under the same name, and a restart.
constexpr char upgrade[] = R"sh(set -e
bin="$1/$2/bin/dtf-agent"
cp "$3" "$bin.new"
mv "$bin.new" "$bin"
kill -TERM "$(cat "$bin.pid")"
)sh";

const QString next = u"9.9.9"_s;

struct Site
{
    Site()
    {
        FleetPlan plan =
            scriptNodes(3, {u"/bin/sh"_s, u"-c"_s, u"sleep 0.5; cp -- \"$1\" \"$DTF_OUT/copy\""_s, u"copy"_s, u"{file}"_s});
        fleet = std::make_unique<Fleet>(plan);
        good = writeFile(path(u"supervise"_s), supervisor) && writeFile(path(u"upgrade"_s), upgrade)
            && writeFile(path(u"anna.token"_s), Fleet::operatorToken("anna"), true);
        for (NodePlan &node : fleet->plan().nodes) {
            const QString bin = path(node.name + u"/bin/dtf-agent"_s);
            good = good && QDir().mkpath(path(node.name + u"/bin"_s)) && QFile::copy(QStringLiteral(DTF_TEST_AGENT), bin);
            node.launcher = {u"/bin/sh"_s, path(u"supervise"_s), bin};
        }
    }
    [[nodiscard]] QString path(const QString &below) const { return fleet->folder() + u'/' + below; }
    [[nodiscard]] std::unique_ptr<ChildProgram> rollout(const QStringList &words) const
    {
        return std::make_unique<ChildProgram>(QStringLiteral(DTF_TEST_CTL),
            QStringList {u"rollout"_s, u"--server"_s, u"http://127.0.0.1:%1"_s.arg(fleet->port()), u"--token-file"_s,
                path(u"anna.token"_s), u"--back-timeout"_s, u"300"_s}
                + words,
            path(u"rollout.log"_s), fleet->folder());
    }
    [[nodiscard]] QString command() const
    {
        return u"sh '%1' '%2' {node} '%3'"_s.arg(path(u"upgrade"_s), fleet->folder(), QStringLiteral(DTF_TEST_NEXT_AGENT));
    }
    [[nodiscard]] int ofVersion(const QString &version) const
    {
        int count = 0;
        for (const NodeView &node : fleet->api().state().nodes) {
            count += node.beat.version == version ? 1 : 0;
        }
        return count;
    }
    std::unique_ptr<Fleet> fleet;
    bool good = false;
};

} // namespace

void RolloutStory::threeNodesUnderLoad()
{
    Site site;
    QVERIFY(site.good);
    Fleet &fleet = *site.fleet;
    BEGIN(fleet);
    const QStringList wish {u"--command"_s, site.command(), u"--to-version"_s, next};
    const auto dry = site.rollout(wish + QStringList {u"--dry-run"_s});
    QVERIFY(dry->start() && dry->waitForEnd(seconds(60)));
    QVERIFY2(dry->exitCode() == 0 && dry->output().contains(u"nothing was changed"_s) && dry->output().contains(u"DTF-03"_s),
        qUtf8Printable(dry->output()));
    QCOMPARE(site.ofVersion(next), 0);

    int dropped = 0;
    const auto load = [&] { // so that something is always on its way
        if (fleet.api().count(JobState::Waiting) < 4) {
            const QByteArray name = "file-" + QByteArray::number(++dropped) + ".csv";
            fleet.drop(name, "content of " + name);
        }
    };
    load();
    const auto rollout = site.rollout(wish);
    QElapsedTimer time;
    time.start();
    QVERIFY(rollout->start());
    bool mixed = false;
    UNTIL((load(), mixed = mixed || (site.ofVersion(next) > 0 && site.ofVersion(next) < 3), !rollout->isRunning()), seconds(300));
    QVERIFY2(rollout->exitCode() == 0, qUtf8Printable(rollout->output()));
    std::printf("    three nodes were upgraded in %lld ms, %d files dropped meanwhile\n", static_cast<long long>(time.elapsed()),
        dropped);
    QVERIFY(mixed);
    QCOMPARE(site.ofVersion(next), 3);
    QVERIFY2(rollout->output().contains(u"Done: 3 of 3"_s), qUtf8Printable(rollout->output()));
    UNTIL(fleet.allDone(dropped), seconds(120));
    const auto startedOnce = [&fleet] { // a file may be seen where it ended before its agent's reports have come
        const QList<JobView> jobs = fleet.api().jobs();
        return std::all_of(jobs.begin(), jobs.end(), [](const JobView &job) { return job.attempts == 1; });
    };
    UNTIL(startedOnce(), seconds(60));
    for (const NodeView &node : fleet.api().state().nodes) {
        QVERIFY2(!node.draining && !node.paused, node.node.bytes().constData());
    }
    const auto again = site.rollout(wish);
    QVERIFY(again->start() && again->waitForEnd(seconds(60)));
    QVERIFY2(
        again->exitCode() == 0 && again->output().contains(u"it has version 9.9.9 already"_s), qUtf8Printable(again->output()));
    ALL_IS_WELL(fleet);
}

void RolloutStory::aFailingCommandStopsAtTheFirstNode()
{
    Site site;
    QVERIFY(site.good);
    Fleet &fleet = *site.fleet;
    BEGIN(fleet);
    const auto failing = site.rollout({u"--command"_s, u"sh -c 'exit 7'"_s, u"--to-version"_s, next});
    QVERIFY(failing->start() && failing->waitForEnd(seconds(120)));
    QCOMPARE(failing->exitCode(), 1);
    QString said = failing->output();
    QVERIFY2(said.contains(u"exit code 7"_s) && said.contains(u"dtf-ctl put-back DTF-01"_s), qUtf8Printable(said));
    QVERIFY(fleet.api().node("DTF-01").draining);
    QVERIFY(!fleet.api().node("DTF-02").draining);

    const auto refused = site.rollout({u"--command"_s, site.command(), u"--to-version"_s, next});
    QVERIFY(refused->start() && refused->waitForEnd(seconds(60)));
    QVERIFY2(refused->exitCode() == 1 && refused->output().contains(u"--continue"_s), qUtf8Printable(refused->output()));

    const auto stopped = site.rollout({u"--command"_s, u"sleep 600"_s, u"--to-version"_s, next, u"--continue"_s});
    QVERIFY(stopped->start());
    QVERIFY(stopped->printed(QRegularExpression(u"DTF-01: sleep 600"_s), seconds(60)).hasMatch());
    stopped->signal(SIGINT);
    QVERIFY(stopped->waitForEnd(seconds(30)));
    QCOMPARE(stopped->exitCode(), 3);
    QVERIFY2(stopped->output().contains(u"interrupted"_s) && stopped->output().contains(u"DTF-01 is drained"_s),
        qUtf8Printable(stopped->output()));

    // Upgraded, and then the rollout is cut short: to go on, the command need not do it again.
    const auto halfway = site.rollout({u"--command"_s, u"sh -c '%1; exit 9'"_s.arg(site.command().replace(u'\'', u'"')),
        u"--to-version"_s, next, u"--continue"_s, u"--nodes"_s, u"DTF-01"_s});
    QVERIFY(halfway->start() && halfway->waitForEnd(seconds(120)));
    QVERIFY2(halfway->exitCode() == 1 && halfway->output().contains(u"exit code 9"_s), qUtf8Printable(halfway->output()));
    UNTIL(site.ofVersion(next) == 1, seconds(60));
    const auto rest =
        site.rollout({u"--command"_s, u"false"_s, u"--to-version"_s, next, u"--continue"_s, u"--nodes"_s, u"DTF-01"_s});
    QVERIFY(rest->start() && rest->waitForEnd(seconds(300)));
    QVERIFY2(rest->exitCode() == 0 && rest->output().contains(u"Done: 1 of 1"_s), qUtf8Printable(rest->output()));

    const auto going = site.rollout({u"--command"_s, site.command(), u"--to-version"_s, next, u"--continue"_s});
    QVERIFY(going->start() && going->waitForEnd(seconds(300)));
    QVERIFY2(going->exitCode() == 0, qUtf8Printable(going->output()));
    QCOMPARE(site.ofVersion(next), 3);
    fleet.drop("a.csv", "content of a");
    UNTIL(fleet.allDone(1), seconds(60));
    ALL_IS_WELL(fleet);
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::RolloutStory)
#include "tst_rollout.moc"
