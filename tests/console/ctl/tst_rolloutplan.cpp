// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/ctl/arguments.h"
#include "console/ctl/rolloutplan.h"
#include "tests/support/comparewords.h"

#include <QTest>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

NodeName named(const char *name)
{
    return *NodeName::parse(name);
}

NodeView node(const char *name, const QString &state = u"ready"_s, const QString &version = u"1.2.0"_s)
{
    NodeView view;
    view.node = named(name);
    view.state = state;
    view.beat.seq = 1;
    view.beat.version = version;
    view.draining = state == "draining"_L1;
    view.paused = state == "paused"_L1;
    view.pausedBy = u"operator:bernd"_s;
    view.pausedReason = u"memory"_s;
    return view;
}

} // namespace

class TestRolloutPlan : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void allByNameOrTheseInOrder();
    void whatIsInTheWay();
    void whatIsDoneAlready();
    void whatAnEarlierOneLeft();
    void whoElseCouldWork();
    void theCommandIsWordsNotAShell();
    void theArguments();
};

void TestRolloutPlan::allByNameOrTheseInOrder()
{
    RolloutWish wish;
    const QList<NodeView> nodes {node("DTF-02"), node("DTF-01", u"busy"_s)};
    auto steps = planRollout(wish, nodes);
    QVERIFY(steps && steps->size() == 2);
    QCOMPARE(steps->first().node, named("DTF-01"));
    QCOMPARE(int(steps->first().turn), int(RolloutTurn::Do));
    wish.nodes = {named("DTF-02"), named("DTF-01")};
    QCOMPARE(planRollout(wish, nodes)->first().node, named("DTF-02"));
    wish.nodes = {named("DTF-09")};
    COMPARE_WORDS(planRollout(wish, nodes).error().code, ErrorCode::NotFound);
}

void TestRolloutPlan::whatIsInTheWay()
{
    NodeView never = node("DTF-04", u"unseen"_s);
    never.beat.seq = 0;
    const auto steps =
        planRollout({}, {node("DTF-01", u"paused"_s), node("DTF-02", u"draining"_s), node("DTF-03", u"lost"_s), never});
    for (const RolloutStep &step : *steps) {
        QCOMPARE(int(step.turn), int(RolloutTurn::Blocked));
        QVERIFY(!step.why.isEmpty());
    }
    QVERIFY(steps->first().why.contains(u"operator:bernd"_s));
    QVERIFY(steps->last().why.contains(u"--nodes"_s));
    // Afterwards nobody would log in, and the rollout would wait in vain for it to be ready.
    for (const QString &state : {u"login_required"_s, u"starting"_s, u"disconnected"_s}) {
        const RolloutStep step = planRollout({}, {node("DTF-01", state)})->first();
        QCOMPARE(int(step.turn), int(RolloutTurn::Blocked));
        QVERIFY2(step.why.contains(u"its browser is not ready (%1): log in first"_s.arg(state)), qPrintable(step.why));
    }
    QVERIFY(planRollout({}, {node("DTF-01", u"share_down"_s)})->first().why.contains(u"can't take files now (share_down)"_s));
    QCOMPARE(int(planRollout({}, {node("DTF-01", u"busy"_s)})->first().turn), int(RolloutTurn::Do));
}

void TestRolloutPlan::whatIsDoneAlready()
{
    RolloutWish wish;
    wish.version = u"1.3.0"_s;
    const auto steps =
        planRollout(wish, {node("DTF-01", u"ready"_s, u"1.3.0"_s), node("DTF-02"), node("DTF-03", u"lost"_s, u"1.3.0"_s)});
    QCOMPARE(int(steps->at(0).turn), int(RolloutTurn::Skip));
    QCOMPARE(int(steps->at(1).turn), int(RolloutTurn::Do));
    QCOMPARE(int(steps->at(2).turn), int(RolloutTurn::Blocked));
    wish.version.clear(); // no wish: everyone, whatever it has
    QCOMPARE(int(planRollout(wish, {node("DTF-01", u"ready"_s, u"1.3.0"_s)})->first().turn), int(RolloutTurn::Do));
}

void TestRolloutPlan::whatAnEarlierOneLeft()
{
    RolloutWish wish;
    wish.version = u"1.3.0"_s;
    NodeView left = node("DTF-01", u"draining"_s);
    left.pausedReason = u"rollout: upgrade to 1.3.0"_s;
    QCOMPARE(int(planRollout(wish, {left})->first().turn), int(RolloutTurn::Blocked));
    QVERIFY(planRollout(wish, {left})->first().why.contains(u"--continue"_s));
    wish.goOn = true;
    QCOMPARE(int(planRollout(wish, {left})->first().turn), int(RolloutTurn::TakeUp));
    QCOMPARE(
        int(planRollout(wish, {node("DTF-01", u"draining"_s)})->first().turn), int(RolloutTurn::Blocked)); // bernd's, not ours
}

void TestRolloutPlan::whoElseCouldWork()
{
    QVERIFY(!anotherIsAtWork(named("DTF-01"), {node("DTF-01"), node("DTF-02", u"lost"_s), node("DTF-03", u"login_required"_s)}));
    QVERIFY(anotherIsAtWork(named("DTF-01"), {node("DTF-01"), node("DTF-02", u"busy"_s)}));
}

void TestRolloutPlan::theCommandIsWordsNotAShell()
{
    QCOMPARE(*rolloutCommand(u"ssh {host} sudo apt-get install -y 'dtf-agent=1.3.0'"_s, named("DTF-01")),
        (QStringList {u"ssh"_s, u"dtf-01"_s, u"sudo"_s, u"apt-get"_s, u"install"_s, u"-y"_s, u"dtf-agent=1.3.0"_s}));
    QCOMPARE(*rolloutCommand(u"sh -c 'echo \"{node}\"; exit 7' \"\" a'b 'c"_s, named("DTF-01")),
        (QStringList {u"sh"_s, u"-c"_s, u"echo \"DTF-01\"; exit 7"_s, QString(), u"ab c"_s}));
    COMPARE_WORDS(rolloutCommand(u"sh -c 'exit 7"_s, named("DTF-01")).error().code, ErrorCode::InvalidArgument);
    QCOMPARE(*rolloutCommand(u"run \"a b\" {node}; $(id) *"_s, named("DTF-01")),
        (QStringList {u"run"_s, u"a b"_s, u"DTF-01;"_s, u"$(id)"_s, u"*"_s}));
    COMPARE_WORDS(rolloutCommand(u"  "_s, named("DTF-01")).error().code, ErrorCode::InvalidArgument);
}

void TestRolloutPlan::theArguments()
{
    const auto parsed = [](const QStringList &words) { return parseArguments(words, {}); };
    const auto rollout = parsed({u"rollout"_s, u"--command"_s, u"x {node}"_s, u"--nodes"_s, u"DTF-02, DTF-01"_s,
        u"--to-version"_s, u"1.3.0"_s, u"--dry-run"_s, u"--continue"_s, u"--even-the-last"_s, u"--drain-timeout"_s, u"60"_s});
    QVERIFY2(rollout, qPrintable(rollout ? QString() : rollout.error().detail));
    QCOMPARE(rollout->rollout.nodes, (QList<NodeName> {named("DTF-02"), named("DTF-01")}));
    QVERIFY(rollout->rollout.dryRun && rollout->rollout.goOn && rollout->rollout.evenTheLast);
    QCOMPARE(rollout->rollout.drainTimeout, milliseconds(60'000));
    QVERIFY(parsed({u"rollout"_s}).error().detail.contains(u"--command"_s));
    QVERIFY(parsed({u"rollout"_s, u"--command"_s, u"x"_s, u"--continue"_s}).error().detail.contains(u"--to-version"_s));
    QCOMPARE(parsed({u"join-code"_s, u"--hours"_s, u"720"_s, u"--uses"_s, u"30"_s})->uses, 30);
    QVERIFY(!parsed({u"history"_s, u"--hours"_s, u"720"_s}));
    QVERIFY(!parsed({u"join-code"_s, u"--uses"_s, u"0"_s}));
    QCOMPARE(parsed({u"join-codes"_s, u"--revoke"_s, u"3"_s})->revoke, 3);
    QVERIFY(!parsed({u"forget-node"_s, u"DTF-01"_s}));
    QVERIFY(parsed({u"forget-node"_s, u"DTF-01"_s, u"--reason"_s, u"scrapped"_s}));
    // As the page for IT has them: one command, and the audit says how.
    QCOMPARE(parsed({u"take-out"_s, u"DTF-01"_s})->request.reason, u"taken out with dtf-ctl take-out"_s);
    QCOMPARE(parsed({u"put-back"_s, u"DTF-01"_s})->request.reason, u"put back with dtf-ctl put-back"_s);
    QCOMPARE(parsed({u"take-out"_s, u"DTF-01"_s, u"--reason"_s, u"memory"_s})->request.reason, u"memory"_s);
    QCOMPARE(parsed({u"take-out"_s, u"DTF-01"_s, u"--reason"_s, u"memory"_s})->wait, milliseconds(3'600'000));
}

QTEST_GUILESS_MAIN(TestRolloutPlan)
#include "tst_rolloutplan.moc"
