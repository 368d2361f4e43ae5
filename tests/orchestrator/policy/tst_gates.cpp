// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/policy/dispatch.h"
#include "tests/support/comparewords.h"

#include <functional>

using namespace dtf;

namespace {

NodeName name(const char *text)
{
    return *NodeName::parse(text);
}

/// Everything open, for each row to spoil.
struct Scene
{
    FleetGates fleet {.maintenance = false, .shareOk = true, .storeOk = true, .settled = true, .frozen = false};
    NodeSlot node;
    WaitingFile file;
    bool alone = false;

    Scene()
    {
        node.node = name("DTF-01");
        node.liveness = Liveness::Alive;
        node.browser = BrowserState::Ready;
        node.shareOk = true;
    }

    [[nodiscard]] std::optional<Gate> closed() const
    {
        const std::optional<Gate> general = firstClosedGate(fleet, file);
        return general ? general : firstClosedGate(node, file, alone);
    }
};

using Spoil = std::function<void(Scene &)>;

/// In checking order: what closes each gate and no other.
const QList<std::pair<Gate, Spoil>> &gates()
{
    static const QList<std::pair<Gate, Spoil>> list {
        {Gate::Settled, [](Scene &s) { s.fleet.settled = false; }},
        {Gate::Share, [](Scene &s) { s.fleet.shareOk = false; }},
        {Gate::Store, [](Scene &s) { s.fleet.storeOk = false; }},
        {Gate::Maintenance, [](Scene &s) { s.fleet.maintenance = true; }},
        {Gate::Serial, [](Scene &s) { s.file.serialBlocked = true; }},
        {Gate::Pool, [](Scene &s) { s.node.liveness = Liveness::Suspect; }},
        {Gate::Version, [](Scene &s) { s.node.refused = true; }},
        {Gate::InService, [](Scene &s) { s.node.admin = AdminState::Draining; }},
        {Gate::NodeShare, [](Scene &s) { s.node.shareOk = false; }},
        {Gate::Browser, [](Scene &s) { s.node.browser = BrowserState::LoginRequired; }},
        {Gate::Agent, [](Scene &s) { s.node.agentClosed = true; }},
        {Gate::Disk,
            [](Scene &s) {
                s.node.diskFree = 99;
                s.node.minDiskFree = 100;
            }},
        {Gate::Wanted, [](Scene &s) { s.file.wanted = name("DTF-02"); }},
        {Gate::Excluded, [](Scene &s) { s.file.excluded = name("DTF-01"); }},
        {Gate::Affinity, [](Scene &s) { s.file.waitsFor = name("DTF-02"); }},
        {Gate::Capacity, [](Scene &s) { s.node.load = s.node.capacity; }},
    };
    return list;
}

} // namespace

Q_DECLARE_METATYPE(Spoil)

class TestGates : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void eachGateClosesAlone();
    void theFirstClosedOneIsTheAnswer();
    void theWalkEndsAtTheFirstClosedGate();
    void variants_data();
    void variants();
    void rank_data();
    void rank();
    void theBestOpenNodeIsChosen();
    void aFileGivenBackWaitsForAnotherNode();
    void affinityWait_data();
    void affinityWait();
};

void TestGates::eachGateClosesAlone()
{
    QVERIFY(!Scene().closed());
    for (const auto &[gate, spoil] : gates()) {
        Scene scene;
        spoil(scene);
        QVERIFY2(scene.closed(), toString(gate).data());
        COMPARE_WORDS(*scene.closed(), gate);
    }
    QCOMPARE(gates().size(), int(Gate::Capacity) + 1);
}

void TestGates::theFirstClosedOneIsTheAnswer()
{
    Scene scene;
    for (auto at = gates().crbegin(); at != gates().crend(); ++at) { // from the last gate to the first, all stay closed
        if (at->first == Gate::Excluded) { // a file that wants this node is not kept from it, so Wanted stays away for now
            continue;
        }
        at->second(scene);
        COMPARE_WORDS(*scene.closed(), at->first);
    }
}

void TestGates::theWalkEndsAtTheFirstClosedGate()
{
    for (const auto &[gate, spoil] : gates()) {
        Scene scene;
        spoil(scene);
        const auto walk = walkGates(scene.fleet, scene.node, scene.file, scene.alone);
        QCOMPARE(walk.size(), int(gate) + 1);
        for (int i = 0; i < walk.size(); ++i) {
            COMPARE_WORDS(walk[i].first, gates()[i].first);
            QCOMPARE(walk[i].second, i < int(gate));
        }
    }
    const Scene open;
    const auto walk = walkGates(open.fleet, open.node, open.file, open.alone);
    QCOMPARE(walk.size(), gates().size());
    QVERIFY(walk.last().second);
}

void TestGates::variants_data()
{
    QTest::addColumn<Spoil>("spoil");
    QTest::addColumn<int>("closed"); // -1: open
    const auto row = [](const char *rowName, const Spoil &spoil, std::optional<Gate> closed) {
        QTest::newRow(rowName) << spoil << (closed ? int(*closed) : -1);
    };
    row(
        "unseen node", [](Scene &s) { s.node.liveness = Liveness::Unseen; }, Gate::Pool);
    row(
        "lost node", [](Scene &s) { s.node.liveness = Liveness::Lost; }, Gate::Pool);
    row(
        "paused node", [](Scene &s) { s.node.admin = AdminState::Paused; }, Gate::InService);
    row(
        "browser gone", [](Scene &s) { s.node.browser = BrowserState::Disconnected; }, Gate::Browser);
    row(
        "browser starts", [](Scene &s) { s.node.browser = BrowserState::Starting; }, Gate::Browser);
    row(
        "browser in a crash loop", [](Scene &s) { s.node.browser = BrowserState::Paused; }, Gate::Browser);
    row(
        "unknown disk passes", [](Scene &s) { s.node.minDiskFree = 100; }, std::nullopt);
    row(
        "room for the file, too", [](Scene &s) { s.node.diskFree = 150, s.node.minDiskFree = 100, s.file.size = 50; },
        std::nullopt);
    row(
        "no room for the file", [](Scene &s) { s.node.diskFree = 149, s.node.minDiskFree = 100, s.file.size = 50; }, Gate::Disk);
    row(
        "just enough disk", [](Scene &s) { s.node.diskFree = s.node.minDiskFree = 100; }, std::nullopt);
    row(
        "one place left", [](Scene &s) { s.node.load = s.node.capacity - 1; }, std::nullopt);
    row(
        "over-full", [](Scene &s) { s.node.load = s.node.capacity + 1; }, Gate::Capacity);
    row(
        "the wanted node", [](Scene &s) { s.file.wanted = name("DTF-01"); }, std::nullopt);
    row(
        "another one gave it back", [](Scene &s) { s.file.excluded = name("DTF-02"); }, std::nullopt);
    row(
        "gave it back, but is the only one",
        [](Scene &s) {
            s.file.excluded = name("DTF-01");
            s.alone = true;
        },
        std::nullopt);
    row(
        "gave it back, but an operator wants it there", [](Scene &s) { s.file.excluded = s.file.wanted = name("DTF-01"); },
        std::nullopt);
    row(
        "stays for this very node", [](Scene &s) { s.file.waitsFor = name("DTF-01"); }, std::nullopt);
    row(
        "frozen removals stop nobody", [](Scene &s) { s.fleet.frozen = true; }, std::nullopt);
}

void TestGates::variants()
{
    QFETCH(Spoil, spoil);
    QFETCH(int, closed);
    Scene scene;
    spoil(scene);
    const std::optional<Gate> gate = scene.closed();
    QCOMPARE(gate ? int(*gate) : -1, closed);
}

void TestGates::rank_data()
{
    QTest::addColumn<Spoil>("better");
    QTest::addColumn<Spoil>("worse");
    const auto row = [](const char *rowName, const Spoil &better, const Spoil &worse) {
        QTest::newRow(rowName) << better << worse;
    };
    const Spoil nothing = [](Scene &) {};
    const Spoil loaded = [](Scene &s) { s.node.load = 1; };
    const Spoil failing = [](Scene &s) { s.node.errorRate = 0.5; };
    const Spoil busyLately = [](Scene &s) { s.node.idleSince = {milliseconds(10)}; };
    row(
        "affinity before load",
        [](Scene &s) {
            s.node.node = name("DTF-09");
            s.node.load = 1;
        },
        nothing);
    row("load before error rate", failing, loaded);
    row("error rate before idle time", busyLately, failing);
    row(
        "longest idle before name", [](Scene &s) { s.node.node = name("DTF-05"); }, busyLately);
    row("name at last", nothing, [](Scene &s) { s.node.node = name("DTF-02"); });
    row(
        "a small difference of error rates is none", [](Scene &s) { s.node.errorRate = 0.09; },
        [](Scene &s) { s.node.node = name("DTF-02"); });
}

void TestGates::rank()
{
    QFETCH(Spoil, better);
    QFETCH(Spoil, worse);
    Scene a;
    Scene b;
    better(a);
    worse(b);
    WaitingFile file;
    file.affinity = name("DTF-09");
    QVERIFY(ranksBefore(a.node, b.node, file));
    QVERIFY(!ranksBefore(b.node, a.node, file));
    QVERIFY(!ranksBefore(a.node, a.node, file));
}

void TestGates::theBestOpenNodeIsChosen()
{
    QList<NodeSlot> nodes;
    for (const char *text : {"DTF-01", "DTF-02", "DTF-03"}) {
        Scene scene;
        scene.node.node = name(text);
        nodes.append(scene.node);
    }
    nodes[0].browser = BrowserState::LoginRequired; // best by name, but closed
    nodes[1].load = 1;
    QCOMPARE(chooseNode(nodes, {}, false).value_or(-1), 2);
    nodes[2].liveness = Liveness::Suspect;
    QCOMPARE(chooseNode(nodes, {}, false).value_or(-1), 1);
    nodes[1].load = 2;
    QVERIFY(!chooseNode(nodes, {}, false));
    QVERIFY(!chooseNode({}, {}, true));
}

void TestGates::aFileGivenBackWaitsForAnotherNode()
{
    Scene scene;
    scene.file.excluded = name("DTF-01");
    QVERIFY(!chooseNode({scene.node}, scene.file, false)); // the other one is only full
    QCOMPARE(chooseNode({scene.node}, scene.file, true).value_or(-1), 0);
    scene.node.load = scene.node.capacity;
    QVERIFY(servesFiles(scene.node)); // full is still another choice
    scene.node.browser = BrowserState::LoginRequired;
    QVERIFY(!servesFiles(scene.node));
}

void TestGates::affinityWait_data()
{
    QTest::addColumn<Spoil>("spoil");
    QTest::addColumn<bool>("worksOnKey");
    QTest::addColumn<int>("waited");
    QTest::addColumn<int>("bound");
    QTest::addColumn<int>("left"); // -1: goes to any node
    const auto row = [](const char *rowName, const Spoil &spoil, bool works, int waited, int bound, int left) {
        QTest::newRow(rowName) << spoil << works << waited << bound << left;
    };
    const Spoil full = [](Scene &s) { s.node.load = s.node.capacity; };
    const auto fullAnd = [full](const Spoil &more) -> Spoil {
        return [full, more](Scene &s) {
            full(s);
            more(s);
        };
    };
    row("merely full", full, true, 0, 30'000, 30'000);
    row("for a while already", full, true, 29'999, 30'000, 1);
    row("long enough", full, true, 30'000, 30'000, -1);
    row("much too long", full, true, 300'000, 30'000, -1);
    row("never, as configured", full, true, 0, 0, -1);
    row("its node has no files of the key any more", full, false, 0, 30'000, -1);
    row(
        "its node has room", [](Scene &) {}, true, 0, 30'000, -1);
    row("lost", fullAnd([](Scene &s) { s.node.liveness = Liveness::Lost; }), true, 0, 30'000, -1);
    row("late", fullAnd([](Scene &s) { s.node.liveness = Liveness::Suspect; }), true, 0, 30'000, -1);
    row("refused", fullAnd([](Scene &s) { s.node.refused = true; }), true, 0, 30'000, -1);
    row("paused", fullAnd([](Scene &s) { s.node.admin = AdminState::Paused; }), true, 0, 30'000, -1);
    row("draining", fullAnd([](Scene &s) { s.node.admin = AdminState::Draining; }), true, 0, 30'000, -1);
    row("does not see the share", fullAnd([](Scene &s) { s.node.shareOk = false; }), true, 0, 30'000, -1);
    row("login page", fullAnd([](Scene &s) { s.node.browser = BrowserState::LoginRequired; }), true, 0, 30'000, -1);
    row("disk full", fullAnd([](Scene &s) { s.node.diskFree = s.node.minDiskFree - 1; }), true, 0, 30'000, -1);
    row("an operator chose another one", fullAnd([](Scene &s) { s.file.wanted = name("DTF-02"); }), true, 0, 30'000, -1);
    row("it gave the file back", fullAnd([](Scene &s) { s.file.excluded = name("DTF-01"); }), true, 0, 30'000, -1);
}

void TestGates::affinityWait()
{
    QFETCH(Spoil, spoil);
    QFETCH(bool, worksOnKey);
    QFETCH(int, waited);
    QFETCH(int, bound);
    QFETCH(int, left);
    Scene scene;
    scene.node.minDiskFree = 100;
    scene.node.diskFree = 100;
    scene.file.affinity = name("DTF-01");
    spoil(scene);
    const auto result = affinityWaitLeft(scene.node, worksOnKey, scene.file, milliseconds(waited), milliseconds(bound));
    QCOMPARE(result ? int(result->count()) : -1, left);
}

QTEST_APPLESS_MAIN(TestGates)
#include "tst_gates.moc"
