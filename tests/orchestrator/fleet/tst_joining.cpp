// SPDX-License-Identifier: GPL-3.0-or-later
// Machines that join by a code, and how they leave.
#include "tests/orchestrator/fleet/fleetbench.h"

#include "common/core/joincode.h"
#include "orchestrator/policy/joining.h"

using namespace dtf;
using namespace Qt::StringLiterals;

class TestJoining : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aMachineJoinsAndIsANode();
    void aNameThatIsTakenGetsANumber();
    void aLostAnswerIsGivenAgain();
    void aCodeThatDoesNotCount_data();
    void aCodeThatDoesNotCount();
    void theSameMachineGetsItsNameBackOnceItIsSilent();
    void aMachineLikeALivingOneIsProvenToBeAClone();
    void aTwinIsToldOnlyWithProof();
    void aStallProvesNothing();
    void itIsAllThereAfterARestart();
    void onlyASilentEmptyJoinedNodeIsForgotten();
    void otherNodesKeepTheirFilesWhenOneIsForgotten();
    void whoHasBeenANodeComesBackAsThatNodeOrNotAtAll();
    void twinsThatAskAtOnceAreOneNodeEach();
    void afterAStartNobodyIsTakenForSilentAtOnce();
    void namesFit();
};

namespace {

const JoinCode theCode = *JoinCode::parse("7K2QD-0X9FA-00000-11111-22222-33333");

OperatorReply makeCode(FleetBench &bench, int uses = 3, int hours = 24, const JoinCode &code = theCode)
{
    JoinCodeRequest body;
    body.reason = u"new machines"_s;
    body.uses = uses;
    body.hours = hours;
    return bench.apply(JoinCodeMade {1, body, code.digest(), "operator:anna"}).replies.value(0).second;
}

EnrolRequest asking(const QByteArray &wanted, const QByteArray &machine, const QByteArray &request = "request-1-xxxxxxxx")
{
    EnrolRequest body;
    body.protocol = protocolVersion;
    body.node = wanted.isEmpty() ? NodeName() : *NodeName::parse(wanted);
    body.machine = machine;
    body.request = request;
    body.boot = FleetBench::boot("cccccccc");
    return body;
}

Result<EnrolReply> enrol(FleetBench &bench, const EnrolRequest &body, const QByteArray &token = "token-of-the-first-answer",
    const JoinCode &code = theCode)
{
    const Step step = bench.apply(EnrolAsked {9, body, code.digest(), token, "machine@10.0.0.7"});
    return step.enrolments.isEmpty() ? Result<EnrolReply>(fail(ErrorCode::Internal)) : step.enrolments.first().second.reply;
}

Heartbeat beatOf(const NodeName &node, const char *boot, qint64 seq)
{
    Heartbeat beat;
    beat.protocol = protocolVersion;
    beat.node = node;
    beat.boot = FleetBench::boot(boot);
    beat.seq = seq;
    beat.machine = "installation";
    beat.machineBoot = QByteArray("started-") + boot;
    beat.browserConnected = true;
    beat.browserState = BrowserState::Ready;
    return beat;
}

} // namespace

void TestJoining::aMachineJoinsAndIsANode()
{
    FleetBench bench(0);
    bench.open(0);
    QVERIFY(makeCode(bench).ok);
    const Step step = bench.apply(EnrolAsked {9, asking("VM-1", "board-1"), theCode.digest(), "the-token", "machine@10.0.0.7"});
    QVERIFY(step.membersChanged);
    QCOMPARE(step.store.members.size(), 1);
    QCOMPARE(step.store.members.first().tokenDigest, sha256Of("the-token"));
    QCOMPARE(step.store.joinCodes.first().used, 1);
    const auto reply = step.enrolments.first().second.reply;
    QVERIFY(reply);
    QCOMPARE(reply->node.toString(), u"VM-1"_s);
    QCOMPARE(reply->token, u"the-token"_s);
    QCOMPARE(bench.audited(AuditKind::NodeJoined), 1);
    QCOMPARE(bench.state.joinedNodes().size(), 1);

    (void)bench.apply(BeatReceived {beatOf(reply->node, "cccccccc", 1)});
    const JobId id = bench.file("a.csv");
    QCOMPARE(bench.actions.value(0).target, layout::assigned(reply->node, {id, 1, {}, "a.csv"}));
}

void TestJoining::aNameThatIsTakenGetsANumber()
{
    FleetBench bench(1); // DTF-01 is in the configuration
    bench.open(1);
    QVERIFY(makeCode(bench, 5).ok);
    QCOMPARE(enrol(bench, asking("DTF-01", "board-1", "request-1-xxxxxxxx"))->node.toString(), u"DTF-01-2"_s);
    QCOMPARE(enrol(bench, asking("DTF-01", "board-2", "request-2-xxxxxxxx"))->node.toString(), u"DTF-01-3"_s);
    QCOMPARE(enrol(bench, asking("", "board-3", "request-3-xxxxxxxx"))->node.toString(), u"NODE"_s);
    QCOMPARE(enrol(bench, asking("", "", "request-4-xxxxxxxx"))->node.toString(), u"NODE-2"_s); // knows no hardware
    QCOMPARE(enrol(bench, asking("", "", "request-5-xxxxxxxx"))->node.toString(), u"NODE-3"_s); // so this is another one
}

void TestJoining::aLostAnswerIsGivenAgain()
{
    FleetBench bench(0);
    bench.open(0);
    QVERIFY(makeCode(bench, 1, 1).ok);
    const auto first = enrol(bench, asking("VM-1", "board-1"), "token-1");
    QVERIFY(first);
    bench.wait(2 * 3'600); // meanwhile the code has expired; it is used up, too
    const auto second = enrol(bench, asking("VM-1", "board-1"), "token-2");
    QVERIFY2(second, qPrintable(second ? QString() : second.error().detail));
    QCOMPARE(second->node, first->node);
    QCOMPARE(bench.state.members().size(), 1);
    QCOMPARE(bench.state.members().first().tokenDigest, sha256Of("token-2")); // the one before counts no more
    QCOMPARE(bench.state.joinCodes(bench.now).codes.first().used, 1);
    QVERIFY(!enrol(bench, asking("VM-1", "board-2"))); // the same words from another machine
    QCOMPARE(bench.state.members().size(), 1);
}

void TestJoining::aCodeThatDoesNotCount_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("told");
    QTest::newRow("wrong") << u"wrong"_s << u"not known here"_s;
    QTest::newRow("expired") << u"expired"_s << u"has expired"_s;
    QTest::newRow("used up") << u"used up"_s << u"good for 1 machines and all have joined"_s;
    QTest::newRow("revoked") << u"revoked"_s << u"was revoked by operator:bernd"_s;
}

void TestJoining::aCodeThatDoesNotCount()
{
    QFETCH(QString, what);
    QFETCH(QString, told);
    FleetBench bench(0);
    bench.open(0);
    QVERIFY(makeCode(bench, 1).ok);
    if (what == "expired"_L1) {
        bench.skip(24 * 3'600);
    } else if (what == "used up"_L1) {
        QVERIFY(enrol(bench, asking("VM-9", "board-9", "request-9-xxxxxxxx")));
    } else if (what == "revoked"_L1) {
        OperatorRequest body;
        body.reason = u"lost"_s;
        QVERIFY(bench.apply(JoinCodeRevoked {1, 1, body, "operator:bernd"}).replies.value(0).second.ok);
        QCOMPARE(bench.apply(JoinCodeRevoked {1, 1, body, "operator:bernd"}).replies.value(0).second.code, u"stale"_s);
        QCOMPARE(bench.apply(JoinCodeRevoked {1, 7, body, "operator:bernd"}).replies.value(0).second.code, u"not-found"_s);
    }
    const qsizetype before = bench.state.members().size();
    const JoinCode used = what == "wrong"_L1 ? JoinCode::generate() : theCode;
    for (int again = 0; again < 3; ++again) {
        const auto reply = enrol(bench, asking("VM-1", "board-1"), "token", used);
        QVERIFY(!reply);
        COMPARE_WORDS(reply.error().code, ErrorCode::Forbidden);
        QVERIFY2(reply.error().detail.contains(told) && reply.error().detail.contains(u"dtf-ctl join-code"_s),
            qPrintable(reply.error().detail));
    }
    QCOMPARE(bench.state.members().size(), before);
    QCOMPARE(bench.audited(AuditKind::CommandRefused), what == "revoked"_L1 ? 3 : 1); // told once, however often it asks
}

void TestJoining::theSameMachineGetsItsNameBackOnceItIsSilent()
{
    FleetBench bench(0);
    bench.open(0);
    QVERIFY(makeCode(bench).ok);
    const NodeName node = enrol(bench, asking("VM-1", "board-1"), "token-1")->node;
    (void)bench.apply(BeatReceived {beatOf(node, "dddddddd", 1)});
    const auto early = enrol(bench, asking("OTHER", "board-1", "request-2-xxxxxxxx"), "token-2");
    QVERIFY(!early);
    COMPARE_WORDS(early.error().code, ErrorCode::Stale);
    QCOMPARE(bench.state.members().first().tokenDigest, sha256Of("token-1"));
    bench.wait(25);
    const auto late = enrol(bench, asking("OTHER", "board-1", "request-2-xxxxxxxx"), "token-2");
    QVERIFY2(late, qPrintable(late ? QString() : late.error().detail));
    QCOMPARE(late->node, node);
    QCOMPARE(bench.state.members().size(), 1);
    QCOMPARE(bench.state.members().first().tokenDigest, sha256Of("token-2"));
}

void TestJoining::aMachineLikeALivingOneIsProvenToBeAClone()
{
    FleetBench bench(0);
    bench.open(0);
    QVERIFY(makeCode(bench).ok);
    const NodeName node = enrol(bench, asking("VM-1", "system-1"), "token-1")->node;
    (void)bench.apply(BeatReceived {beatOf(node, "dddddddd", 1)});
    COMPARE_WORDS(enrol(bench, asking("VM-1", "system-1", "request-2-xxxxxxxx")).error().code, ErrorCode::Stale);
    bench.skip(3);
    (void)bench.apply(BeatReceived {beatOf(node, "dddddddd", 2)});
    COMPARE_WORDS(enrol(bench, asking("VM-1", "system-1", "request-2-xxxxxxxx")).error().code, ErrorCode::Stale);
    bench.skip(3);
    (void)bench.apply(BeatReceived {beatOf(node, "dddddddd", 3)});
    COMPARE_WORDS(enrol(bench, asking("VM-1", "system-1", "request-2-xxxxxxxx")).error().code, ErrorCode::AlreadyExists);
    QCOMPARE(enrol(bench, asking("VM-1", "system-1-twin-77", "request-3-xxxxxxxx"))->node.toString(), u"VM-1-2"_s);
}

void TestJoining::aTwinIsToldOnlyWithProof()
{
    FleetBench bench(0);
    bench.open(0);
    QVERIFY(makeCode(bench).ok);
    const NodeName node = enrol(bench, asking("VM-1", "system-1"))->node;
    const auto told = [&](const char *boot, qint64 seq) {
        (void)bench.apply(BeatReceived {beatOf(node, boot, seq)});
        return bench.state.heartbeatReply(node, bench.now, 15);
    };
    QVERIFY(told("dddddddd", 1).accepted);
    bench.skip(1);
    HeartbeatReply reply = told("eeeeeeee", 1);
    QVERIFY(!reply.accepted && !reply.twin); // the first may be on its way out
    bench.skip(2);
    QVERIFY(told("dddddddd", 2).accepted); // its last word?
    reply = told("eeeeeeee", 2);
    QVERIFY(!reply.accepted && !reply.twin);
    bench.skip(4);
    QVERIFY(told("dddddddd", 3).accepted);
    reply = told("eeeeeeee", 3);
    QVERIFY(!reply.accepted && reply.twin);
    reply = told("dddddddd", 4);
    QVERIFY(reply.accepted && !reply.twin);
    bench.wait(30);
    reply = told("eeeeeeee", 4); // the first has gone after all
    QVERIFY(reply.accepted && !reply.twin);
}

void TestJoining::aStallProvesNothing()
{
    FleetBench bench(0);
    bench.open(0);
    QVERIFY(makeCode(bench).ok);
    const NodeName node = enrol(bench, asking("VM-1", "system-1"))->node;
    (void)bench.apply(BeatReceived {beatOf(node, "dddddddd", 1)});
    (void)bench.apply(Tick {});
    bench.skip(2);
    (void)bench.apply(BeatReceived {beatOf(node, "eeeeeeee", 1)}); // after a reboot of the machine
    bench.skip(60); // the orchestrator sleeps
    (void)bench.apply(Tick {}); // and grants everybody what it slept
    (void)bench.apply(BeatReceived {beatOf(node, "eeeeeeee", 2)});
    const HeartbeatReply reply = bench.state.heartbeatReply(node, bench.now, 15);
    QVERIFY(!reply.accepted && !reply.twin);
}

void TestJoining::itIsAllThereAfterARestart()
{
    FleetBench bench(1);
    bench.open(1);
    QVERIFY(makeCode(bench, 2).ok);
    QVERIFY(enrol(bench, asking("VM-1", "board-1"), "token-1"));
    StoreSnapshot snapshot;
    snapshot.members = bench.state.members();
    JoinCodeRecord code;
    code.number = 1;
    code.digest = theCode.digest();
    code.until = {bench.now.wall.msecsSinceEpoch + 120'000};
    code.uses = 2;
    code.used = 1;
    snapshot.joinCodes = {code};
    FleetState later(bench.config, FleetBench::boot("aaaaaaab"));
    (void)later.restore(snapshot, bench.now);
    QCOMPARE(later.nodeNames().size(), 2);
    QCOMPARE(later.joinedNodes().size(), 1);
    const EnrolAsked repeated {9, asking("VM-1", "board-1"), theCode.digest(), "token-2", "machine@x"};
    const auto early = later.apply(repeated, bench.now).enrolments; // it may be alive and not have spoken yet
    QVERIFY(!early.first().second.reply);
    bench.skip(61);
    const auto again = later.apply(repeated, bench.now).enrolments;
    QVERIFY(again.first().second.reply);
    QCOMPARE(again.first().second.reply->node.toString(), u"VM-1"_s);
    QCOMPARE(later.nodeNames().size(), 2);

    bench.config.nodes.append({*NodeName::parse("VM-1"), 1, 1}); // it came into the configuration: one node, not two
    FleetState configured(bench.config, FleetBench::boot("aaaaaaac"));
    (void)configured.restore(snapshot, bench.now);
    QCOMPARE(configured.nodeNames().size(), 2);
}

void TestJoining::onlyASilentEmptyJoinedNodeIsForgotten()
{
    FleetBench bench(1);
    bench.open(0);
    QVERIFY(makeCode(bench).ok);
    const NodeName node = enrol(bench, asking("VM-1", "board-1"))->node;
    const auto forget = [&](const NodeName &name) {
        OperatorRequest body;
        body.reason = u"scrapped"_s;
        return bench.apply(NodeForgotten {1, name, body, "operator:anna"}).replies.value(0).second;
    };
    QCOMPARE(forget(*NodeName::parse("NOBODY")).code, u"not-found"_s);
    QCOMPARE(forget(FleetBench::node(1)).code, u"forbidden"_s); // in the configuration
    (void)bench.apply(BeatReceived {beatOf(node, "dddddddd", 1)});
    QCOMPARE(forget(node).code, u"illegal-transition"_s); // heard
    const JobId id = bench.assigned("a.csv");
    QCOMPARE(bench.jobs[id].node, node);
    bench.skip(59);
    (void)bench.apply(Tick {});
    bench.wait(62);
    QCOMPARE(bench.state.nodeView(node, bench.now)->state, u"lost"_s);
    QCOMPARE(forget(node).code, u"illegal-transition"_s); // its file is still on the way back
    (void)bench.beat(1);
    (void)bench.answer();
    const OperatorReply reply = forget(node);
    QVERIFY2(reply.ok, qPrintable(reply.detail));
    QVERIFY(!bench.state.nodeView(node, bench.now));
    QVERIFY(!bench.alert(AlertKind::NodeLost, node.bytes()));
    QCOMPARE(bench.audited(AuditKind::NodeForgotten), 1);
    QVERIFY(bench.state.members().isEmpty());
}

void TestJoining::otherNodesKeepTheirFilesWhenOneIsForgotten()
{
    FleetBench bench(0);
    bench.open(0);
    QVERIFY(makeCode(bench).ok);
    const NodeName first = enrol(bench, asking("VM-1", "board-1", "request-1-xxxxxxxx"))->node;
    const NodeName second = enrol(bench, asking("VM-2", "board-2", "request-2-xxxxxxxx"))->node;
    (void)bench.apply(BeatReceived {beatOf(second, "dddddddd", 1)});
    const JobId id = bench.assigned("a.csv");
    QCOMPARE(bench.jobs[id].node, second);
    OperatorRequest body;
    body.reason = u"scrapped"_s;
    QVERIFY(bench.apply(NodeForgotten {1, first, body, "operator:anna"}).replies.value(0).second.ok);
    QCOMPARE(bench.state.jobView(id)->node, second);
    QCOMPARE(bench.state.nodeView(second, bench.now)->assigned, 1);
    QCOMPARE(enrol(bench, asking("VM-1", "board-3", "request-3-xxxxxxxx"))->node, first); // the name is free again
}

/// A store that was lost: the share still has a file in the folder of a node that nobody knows.
void TestJoining::whoHasBeenANodeComesBackAsThatNodeOrNotAtAll()
{
    FleetBench bench(1);
    bench.open(0);
    QVERIFY(makeCode(bench, 9).ok);
    EnrolRequest back = asking("VM-7", "board-7");
    back.returns = true;

    // Without a file of its own there: its name is free.
    const auto free = enrol(bench, back);
    QVERIFY2(free && free->node.bytes() == "VM-7", free ? "" : qPrintable(free.error().detail));
    QVERIFY(bench.state.joinedNodes().contains(*NodeName::parse("VM-7")));

    // With a file there, for which the orchestrator has taken the node in without knowing it: the file waits for its agent.
    const NodeName known = FleetBench::node(9);
    const TokenName token {*JobId::parse("01KA0000000000000000000001"), 4, {}, "a.csv"};
    (void)bench.apply(bench.zone({FleetBench::seen(SeenWhere::Assigned, 9, token, layout::assigned(known, token))}));
    EnrolRequest stranger = asking("DTF-09", "board-1", "request-5-xxxxxxxx"); // of the same host name
    const auto numbered = enrol(bench, stranger);
    QVERIFY2(numbered && numbered->node.bytes() == "DTF-09-2", numbered ? numbered->node.bytes().constData() : "refused");
    EnrolRequest owner = asking("DTF-09", "board-2", "request-6-xxxxxxxx");
    owner.returns = true;
    const auto own = enrol(bench, owner);
    QVERIFY2(own && own->node == known, own ? own->node.bytes().constData() : qPrintable(own.error().detail));
    (void)bench.beat(9);
    QVERIFY(bench.state.heartbeatReply(known, bench.now, 10).mayClaim);
    bench.wait(120, {1, 9});
    QCOMPARE(bench.actions.size(), 0);

    // Another machine's by now: neither that name nor another one.
    EnrolRequest late = asking("VM-7", "board-8", "request-2-xxxxxxxx");
    late.returns = true;
    const auto taken = enrol(bench, late);
    QVERIFY(!taken);
    COMPARE_WORDS(taken.error().code, ErrorCode::Forbidden);
    QVERIFY2(taken.error().detail.contains(u"another machine"_s), qPrintable(taken.error().detail));

    // In the configuration: it has a token there.
    EnrolRequest configured = asking("DTF-01", "board-9", "request-3-xxxxxxxx");
    configured.returns = true;
    const auto fixed = enrol(bench, configured);
    QVERIFY(!fixed && fixed.error().detail.contains(u"configuration"_s));

    // Known as another one: not under two names.
    EnrolRequest other = asking("VM-9", "board-7", "request-4-xxxxxxxx");
    other.returns = true;
    const auto twice = enrol(bench, other);
    QVERIFY(!twice && twice.error().detail.contains(u"VM-7"_s));
    QVERIFY(!bench.state.joinedNodes().contains(*NodeName::parse("VM-9")));
}

/// Clones that nothing tells apart, started at the same moment: the second asks before the first has spoken.
void TestJoining::twinsThatAskAtOnceAreOneNodeEach()
{
    FleetBench bench(0);
    bench.open(0);
    bench.wait(120, {}); // long after its start
    QVERIFY(makeCode(bench, 3).ok);
    const NodeName name = *NodeName::parse("VM");
    QVERIFY(enrol(bench, asking("VM", "same", "request-1-xxxxxxxx")));
    EnrolRequest second = asking("VM", "same", "request-2-xxxxxxxx");
    second.boot = FleetBench::boot("dddddddd");
    const auto early = enrol(bench, second, "token-of-the-second-one-x");
    QVERIFY(!early);
    COMPARE_WORDS(early.error().code, ErrorCode::Stale);
    EnrolRequest cloned = asking("VM", "same", "request-1-xxxxxxxx"); // of an image whose question lay on the disk
    cloned.boot = FleetBench::boot("eeeeeeee");
    QVERIFY(!enrol(bench, cloned));

    for (qint64 seq = 1; seq < 8; ++seq) { // the first one speaks
        bench.wait(2, {});
        (void)bench.apply(BeatReceived {beatOf(name, "ffffffff", seq)});
    }
    COMPARE_WORDS(enrol(bench, second).error().code, ErrorCode::AlreadyExists);
    COMPARE_WORDS(enrol(bench, cloned).error().code, ErrorCode::AlreadyExists);
    EnrolRequest own = asking("VM", "same-twin-1", "request-3-xxxxxxxx");
    own.boot = second.boot;
    const auto numbered = enrol(bench, own);
    QVERIFY(numbered && numbered->node.bytes() == "VM-2");

    // One that asks twice because its answer was lost is no twin, and one that never spoke is not waited for forever.
    EnrolRequest third = asking("VM-9", "board-9", "request-4-xxxxxxxx");
    QVERIFY(enrol(bench, third) && enrol(bench, third));
    third.boot = FleetBench::boot("gggggggg");
    QVERIFY(!enrol(bench, third));
    bench.wait(61, {});
    QVERIFY(enrol(bench, third));
}

void TestJoining::afterAStartNobodyIsTakenForSilentAtOnce()
{
    StoreSnapshot snapshot;
    {
        FleetBench before(0);
        before.open(0);
        QVERIFY(makeCode(before, 3).ok);
        const Step step =
            before.apply(EnrolAsked {9, asking("VM", "same"), theCode.digest(), "token-of-the-first-answer", "machine@10.0.0.7"});
        snapshot.members = step.store.members;
        snapshot.joinCodes = step.store.joinCodes;
    }
    QCOMPARE(snapshot.members.size(), 1);
    FleetBench bench(0);
    bench.remember(bench.state.restore(snapshot, bench.now));
    bench.open(0);
    EnrolRequest clone = asking("VM", "same", "request-2-xxxxxxxx");
    clone.boot = FleetBench::boot("dddddddd");
    COMPARE_WORDS(enrol(bench, clone).error().code, ErrorCode::Stale);
    bench.wait(61, {});
    QVERIFY(enrol(bench, clone)); // nobody was there
}

void TestJoining::namesFit()
{
    const auto named = [](const QByteArray &wanted, int taken) {
        return freeName(*NodeName::parse(wanted), [&, n = taken](const NodeName &) mutable { return n-- > 0; }).toString();
    };
    QCOMPARE(named("VM-1", 0), u"VM-1"_s);
    QCOMPARE(named("VM-1", 1), u"VM-1-2"_s);
    QCOMPARE(named(QByteArray(32, 'A'), 1), QString(30, u'A') + u"-2"_s);
    QCOMPARE(named(QByteArray(29, 'A') + "-BC", 1), QString(29, u'A') + u"-2"_s);
    QVERIFY(freeName({}, [](const NodeName &) { return true; }).isEmpty());
}

QTEST_GUILESS_MAIN(TestJoining)
#include "tst_joining.moc"
