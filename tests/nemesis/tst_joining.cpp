// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/nemesis/virtualmachine.h"
#include "tests/support/comparewords.h"

#include "common/core/joincode.h"
#include "common/net/jsonclient.h"
#include "common/protocol/codec.h"
#include "common/protocol/version.h"

#include <QDir>
#include <QElapsedTimer>
#include <QTest>

#include <cstdio>

namespace dtf {

using namespace Qt::StringLiterals;

/// Machines made from one disk join the pool by themselves: real agents with real browsers, each a machine of its own as far as
/// it can see.
class Joining : public QObject
{
    Q_OBJECT

public:
    explicit Joining(QString noNetwork)
        : m_noNetwork(std::move(noNetwork))
    { }

private Q_SLOTS:
    void initTestCase()
    {
        if (!m_noNetwork.isEmpty()) {
            QSKIP(qPrintable(m_noNetwork));
        }
    }
    void threeClonesOfOneImageAreThreeNodes();
    void aCloneOfAJoinedMachineJoinsAnew_data();
    void aCloneOfAJoinedMachineJoinsAnew();
    void aLostAnswerMakesNoSecondNode();
    void clonesThatNothingTellsApartStartedAtOnce();
    void aLostStoreKnowsThemAgainByAFreshCode();

private:
    QString m_noNetwork;
};

namespace {

constexpr int machines = 3;

/// The pool without a node, the machines' networks, and the image.
struct Site
{
    explicit Site(const QStringList &script)
        : links(0)
    {
        FleetPlan plan;
        plan.portal = false;
        plan.orchestrator.set("listen", "address", "0.0.0.0");
        plan.orchestrator.set("liveness", "start_grace_seconds", 1);
        fleet = std::make_unique<Fleet>(plan);
        good = fleet->prepare() && fleet->startOrchestrator();
        for (int n = 1; n <= machines; ++n) {
            good = good && links.addNamespace(n);
        }
        home = fleet->folder() + u"/image"_s;
        good = good && QDir().mkpath(home)
            && writeFile(home + u"/agent.toml"_s,
                joiningAgent(home, *fleet, NodeLinks::orchestratorAddress(1), ledgered(script)).toToml());
    }
    ~Site() { vms.clear(); }

    QString ctl(const QStringList &words, int *code = nullptr)
    {
        const QString token = fleet->folder() + u"/anna.token"_s;
        if (!QFile::exists(token) && !writeFile(token, Fleet::operatorToken("anna"), true)) {
            return {};
        }
        ChildProgram program(QStringLiteral(DTF_TEST_CTL),
            words + QStringList {u"--server"_s, u"http://127.0.0.1:%1"_s.arg(fleet->port()), u"--token-file"_s, token},
            fleet->folder() + u"/ctl.log"_s, fleet->folder());
        const bool ended = program.start() && program.waitForEnd(seconds(60));
        if (code) {
            *code = ended ? program.exitCode() : -1;
        }
        return program.output();
    }
    /// A code as dtf-ctl prints it.
    QByteArray code(int uses)
    {
        const QString said = ctl({u"join-code"_s, u"--uses"_s, QString::number(uses), u"--reason"_s, u"a test"_s});
        static const QRegularExpression form(u"[0-9A-Z]{5}(-[0-9A-Z]{5}){5}"_s);
        return form.match(said).captured().toLatin1();
    }
    VirtualMachine &add(const VirtualMachine::Identity &identity)
    {
        vms.push_back(std::make_unique<VirtualMachine>(*fleet, int(vms.size()) + 1, identity, home));
        return *vms.back();
    }
    bool ready(const char *node) { return fleet->api().isReady(node); }

    NodeLinks links;
    bool good = true;
    std::unique_ptr<Fleet> fleet;
    QString home;
    std::vector<std::unique_ptr<VirtualMachine>> vms; ///< go before the fleet looks for what is left
};

QByteArray board(int n)
{
    return "4c4c4544-0039-4a10-8050-b7c04f4d370" + QByteArray::number(n);
}

const QStringList copying {u"/bin/sh"_s, u"-c"_s, u"sleep 1; cp -- \"$1\" \"$DTF_OUT/copy\""_s, u"copy"_s, u"{file}"_s};
const QStringList waiting {u"/bin/sh"_s, u"-c"_s,
    u"until [ -e \"$DTF_TEST_FLEET/go\" ]; do sleep 0.2; done; cp -- \"$1\" \"$DTF_OUT/copy\""_s, u"wait"_s, u"{file}"_s};

QStringList leftInScratch(const VirtualMachine &vm)
{
    return QDir(vm.folder(u"scratch"_s)).entryList({u"*.e*"_s}, QDir::AllEntries | QDir::NoDotAndDotDot);
}

} // namespace

void Joining::threeClonesOfOneImageAreThreeNodes()
{
    Site site(copying);
    QVERIFY2(site.good, site.fleet->problem());
    const QByteArray code = site.code(machines);
    QVERIFY(JoinCode::parse(code));
    QVERIFY(writeFile(site.home + u"/join-code"_s, code + '\n', true));
    QElapsedTimer time;
    time.start();
    for (int n = 1; n <= machines; ++n) {
        VirtualMachine &vm = site.add({board(n), u"golden.example"_s});
        QVERIFY(vm.copyFrom(site.home));
        QVERIFY(vm.start(site.links));
    }
    ApiClient &api = site.fleet->api();
    UNTIL(site.ready("GOLDEN") && site.ready("GOLDEN-2") && site.ready("GOLDEN-3"), seconds(300));
    std::printf("    three clones were three ready nodes after %lld ms\n", static_cast<long long>(time.elapsed()));
    QCOMPARE(api.state().nodes.size(), 3);

    for (int i = 0; i < 12; ++i) {
        const QByteArray name = "file-" + QByteArray::number(i) + ".csv";
        site.fleet->drop(name, "content of " + name);
    }
    UNTIL(site.fleet->allDone(12), seconds(240));
    QCOMPARE(site.fleet->doneByNode().size(), 3);
    const QString codes = site.ctl({u"join-codes"_s});
    QVERIFY2(codes.contains(u"used-up"_s) && codes.contains(u"3 of 3"_s), qPrintable(codes));

    // Out and back, one command each; then gone for good.
    int exit = 0;
    QString said = site.ctl({u"take-out"_s, u"GOLDEN-3"_s, u"--reason"_s, u"memory"_s}, &exit);
    QVERIFY2(exit == 0 && said.contains(u"it may be switched off"_s), qPrintable(said));
    said = site.ctl({u"put-back"_s, u"GOLDEN-3"_s, u"--reason"_s, u"memory"_s}, &exit);
    QVERIFY2(exit == 0 && said.contains(u"takes files again"_s), qPrintable(said));
    said = site.ctl({u"forget-node"_s, u"GOLDEN-3"_s, u"--reason"_s, u"scrapped"_s}, &exit);
    QVERIFY2(exit == 1 && said.contains(u"switch it off first"_s), qPrintable(said));
    site.vms.back()->agent().kill();
    UNTIL(api.node("GOLDEN-3").state == "lost"_L1, seconds(90));
    said = site.ctl({u"forget-node"_s, u"GOLDEN-3"_s, u"--reason"_s, u"scrapped"_s}, &exit);
    QVERIFY2(exit == 0, qPrintable(said));
    QCOMPARE(api.state().nodes.size(), 2);
    for (const auto &vm : site.vms) {
        QCOMPARE(leftInScratch(*vm), QStringList());
    }
    site.vms.clear();
    ALL_IS_WELL(*site.fleet);
}

void Joining::aCloneOfAJoinedMachineJoinsAnew_data()
{
    QTest::addColumn<QByteArray>("first");
    QTest::addColumn<QByteArray>("second");
    QTest::newRow("another board") << board(1) << board(2);
    QTest::newRow("nothing tells them apart") << QByteArray() << QByteArray();
}

void Joining::aCloneOfAJoinedMachineJoinsAnew()
{
    QFETCH(QByteArray, first);
    QFETCH(QByteArray, second);
    Site site(waiting);
    QVERIFY2(site.good, site.fleet->problem());
    QVERIFY(writeFile(site.home + u"/join-code"_s, site.code(5) + '\n', true));
    VirtualMachine &original = site.add({first, u"payroll-1"_s});
    QVERIFY(original.copyFrom(site.home) && original.start(site.links));
    ApiClient &api = site.fleet->api();
    UNTIL(site.ready("PAYROLL-1"), seconds(180));
    site.fleet->drop("a.csv", "content of a");
    site.fleet->drop("b.csv", "content of b");
    UNTIL(api.count(JobState::Running) == 1 && api.count(JobState::Assigned) == 1, seconds(90));
    const BootId boot = api.node("PAYROLL-1").beat.boot;

    VirtualMachine &clone = site.add({second, u"payroll-1"_s}); // whoever cloned it forgot its host name
    QVERIFY(clone.copyFrom(original.folder()) && clone.start(site.links));
    QElapsedTimer time;
    time.start();
    UNTIL(site.ready("PAYROLL-1-2"), seconds(240));
    std::printf("    the clone was a node of its own after %lld ms\n", static_cast<long long>(time.elapsed()));
    QVERIFY(QFile::exists(clone.folder(u"state/of-another-machine-1/enrolment"_s)));
    QVERIFY(QFile::exists(clone.folder(u"state/of-another-machine-1/journal.dtf"_s)));
    QCOMPARE(api.node("PAYROLL-1").beat.boot, boot); // undisturbed
    QCOMPARE(site.fleet->share().tokens("running").size(), 1);

    // A clone without a code says so and touches nothing.
    VirtualMachine &mute = site.add({board(3), u"payroll-1"_s});
    QVERIFY(mute.copyFrom(original.folder()));
    if (!first.isEmpty()) {
        QVERIFY(QFile::remove(mute.folder(u"join-code"_s)));
        QVERIFY(mute.start(site.links));
        QVERIFY(mute.agent().waitForEnd(seconds(60)));
        QCOMPARE(mute.agent().exitCode(), 1);
        QVERIFY2(mute.agent().output().contains(u"of which this one is a clone"_s), qPrintable(mute.agent().output()));
    }

    QVERIFY(writeFile(site.fleet->folder() + u"/go"_s, {}));
    UNTIL(site.fleet->allDone(2), seconds(120));
    for (const JobView &job : api.jobs()) {
        QCOMPARE(job.attempts, 1);
    }
    site.fleet->drop("c.csv", "content of c");
    UNTIL(site.fleet->allDone(3), seconds(120));
    site.vms.clear();
    ALL_IS_WELL(*site.fleet);
}

/// Asked over plain HTTP, as an agent does; the orchestrator is killed before the answer counts, the folder can't be made.
void Joining::aLostAnswerMakesNoSecondNode()
{
    Site site(copying);
    QVERIFY2(site.good, site.fleet->problem());
    const QByteArray code = site.code(1);
    const auto ask = [&](const QByteArray &with, const QByteArray &machine) {
        EnrolRequest request;
        request.protocol = protocolVersion;
        request.code = QString::fromLatin1(with);
        request.node = *NodeName::parse("VM-7");
        request.machine = machine;
        request.request = "0123456789abcdef";
        request.boot = BootId::generate();
        JsonClient::Options options;
        options.base = QUrl(u"http://127.0.0.1:%1"_s.arg(site.fleet->port()));
        JsonClient client(options);
        std::optional<JsonReply> got;
        client.post(u"/api/v1/enrol"_s, toJson(request), &client, [&](const JsonReply &reply) { got = reply; });
        (void)until([&] { return got.has_value(); }, seconds(30));
        return got.value_or(JsonReply {fail(ErrorCode::Timeout), 0, {}});
    };
    QCOMPARE(ask("7K2QD-0X9FA-00000-11111-22222-33333", "board-x").status, 403);
    const QString blocked = site.fleet->sharePath(u"processing/VM-7"_s);
    QVERIFY(writeFile(blocked, "somebody's file where the folder should be")); // also for root
    const JsonReply first = ask(code, "board-x");
    QCOMPARE(first.status, 200);
    site.fleet->killOrchestrator(); // the answer is not used: as if it had never come
    QVERIFY(site.fleet->startOrchestrator());
    JsonReply second {fail(ErrorCode::Timeout), 0, {}}; // refused at first: another of its kind may only not have spoken yet
    UNTIL((second = ask(code, "board-x")).status == 200, seconds(60));
    QCOMPARE(second.body["node"_L1], first.body["node"_L1]);
    QVERIFY(second.body["token"_L1] != first.body["token"_L1]);
    QCOMPARE(ask(code, "board-y").status, 403); // used up, for anybody else
    QCOMPARE(site.fleet->api().state().nodes.size(), 1);

    const auto beatStatus = [&](const QJsonObject &answer) {
        Heartbeat beat;
        beat.protocol = protocolVersion;
        beat.node = *NodeName::parse("VM-7");
        beat.boot = *BootId::parse("abcdefgh");
        beat.seq = 1;
        JsonClient::Options options;
        options.base = QUrl(u"http://127.0.0.1:%1"_s.arg(site.fleet->port()));
        options.token = answer["token"_L1].toString().toLatin1();
        JsonClient client(options);
        std::optional<int> status;
        client.post(u"/api/v1/heartbeat"_s, toJson(beat), &client, [&](const JsonReply &reply) { status = reply.status; });
        (void)until([&] { return status.has_value(); }, seconds(30));
        return status.value_or(0);
    };
    QCOMPARE(beatStatus(first.body), 401); // the token before counts no more
    QCOMPARE(beatStatus(second.body), 200);

    QVERIFY(site.fleet->api().state().summary.shareOk); // one folder is one node's trouble
    QVERIFY(QFile::remove(blocked));
    UNTIL(QDir(blocked + u"/running"_s).exists(), seconds(60));
    ALL_IS_WELL(*site.fleet);
}

/// No firmware's number, one machine id, one host name: three agents ask before any of them has spoken.
void Joining::clonesThatNothingTellsApartStartedAtOnce()
{
    Site site(copying);
    QVERIFY2(site.good, site.fleet->problem());
    QVERIFY(writeFile(site.home + u"/join-code"_s, site.code(machines) + '\n', true));
    for (int n = 1; n <= machines; ++n) {
        QVERIFY(site.add({QByteArray(), u"golden"_s}).copyFrom(site.home));
    }
    QElapsedTimer time;
    time.start();
    for (const auto &vm : site.vms) {
        QVERIFY(vm->start(site.links));
    }
    UNTIL(site.ready("GOLDEN") && site.ready("GOLDEN-2") && site.ready("GOLDEN-3"), seconds(300));
    std::printf("    three clones that nothing tells apart were three ready nodes after %lld ms\n",
        static_cast<long long>(time.elapsed()));
    QCOMPARE(site.fleet->api().state().nodes.size(), machines);
    for (int i = 0; i < 9; ++i) {
        const QByteArray name = "file-" + QByteArray::number(i) + ".csv";
        site.fleet->drop(name, "content of " + name);
    }
    UNTIL(site.fleet->allDone(9), seconds(240));
    QCOMPARE(site.fleet->doneByNode().size(), machines);
    site.vms.clear();
    ALL_IS_WELL(*site.fleet);
}

/// The tokens of those who have joined are in the store alone.
void Joining::aLostStoreKnowsThemAgainByAFreshCode()
{
    Site site(waiting);
    QVERIFY2(site.good, site.fleet->problem());
    QVERIFY(writeFile(site.home + u"/join-code"_s, site.code(3) + '\n', true));
    VirtualMachine &vm = site.add({board(1), u"payroll-1"_s});
    QVERIFY(vm.copyFrom(site.home) && vm.start(site.links));
    ApiClient &api = site.fleet->api();
    UNTIL(site.ready("PAYROLL-1"), seconds(180));
    site.fleet->drop("a.csv", "content of a");
    site.fleet->drop("b.csv", "content of b");
    UNTIL(api.count(JobState::Running) == 1 && api.count(JobState::Assigned) == 1, seconds(90));

    site.fleet->killOrchestrator();
    site.fleet->expectAuditGap();
    const QString store = site.fleet->folder() + u"/store"_s;
    QVERIFY(QDir(store).removeRecursively() && QDir().mkpath(store));
    QVERIFY(site.fleet->startOrchestrator());
    UNTIL(vm.agent().output().contains(u"does not know this node"_s), seconds(60));
    QVERIFY(writeFile(vm.folder(u"join-code"_s), site.code(2) + '\n', true));
    QVERIFY(writeFile(site.fleet->folder() + u"/go"_s, {}));
    UNTIL(site.ready("PAYROLL-1"), seconds(240));
    QCOMPARE(api.state().nodes.size(), 1);
    UNTIL(site.fleet->allDone(2), seconds(240));
    QCOMPARE(vm.agent().output().count(u"known again"_s), 1);

    // Forgotten on purpose it stays out, though the code it came back with is good.
    vm.agent().kill();
    UNTIL(api.node("PAYROLL-1").state == "lost"_L1, seconds(90));
    int exit = 0;
    const QString said = site.ctl({u"forget-node"_s, u"PAYROLL-1"_s, u"--reason"_s, u"scrapped"_s}, &exit);
    QVERIFY2(exit == 0, qPrintable(said));
    QVERIFY(vm.start(site.links)); // its output begins anew
    UNTIL(vm.agent().output().contains(u"does not know this node"_s), seconds(120));
    QCOMPARE(api.state().nodes.size(), 0);
    site.vms.clear();
    ALL_IS_WELL(*site.fleet);
}

} // namespace dtf

DTF_PRIVATE_NETWORK_MAIN(dtf::Joining)
#include "tst_joining.moc"
