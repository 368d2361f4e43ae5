// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/policy/liveness.h"
#include "orchestrator/policy/lostrun.h"
#include "tests/support/comparewords.h"

using namespace dtf;

namespace {

constexpr milliseconds longUp(3'600'000); ///< far beyond the start grace

} // namespace

Q_DECLARE_METATYPE(dtf::Liveness)

class TestLiveness : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void judge_data();
    void judge();
    void ourFault_data();
    void ourFault();
    void stall_data();
    void stall();
    void lostRun_data();
    void lostRun();
    void release_data();
    void release();
};

void TestLiveness::judge_data()
{
    QTest::addColumn<Liveness>("before");
    QTest::addColumn<int>("silence");
    QTest::addColumn<int>("sinceStart");
    QTest::addColumn<Liveness>("after");
    const auto row = [](const char *name, Liveness before, int silence, int sinceStart, Liveness after) {
        QTest::newRow(name) << before << silence << sinceStart << after;
    };
    const int up = int(longUp.count());
    row("heard now", Liveness::Alive, 0, up, Liveness::Alive);
    row("one beat late", Liveness::Alive, 19'999, up, Liveness::Alive);
    row("suspect", Liveness::Alive, 20'000, up, Liveness::Suspect);
    row("not lost yet", Liveness::Suspect, 29'999, up, Liveness::Suspect);
    row("lost", Liveness::Suspect, 30'000, up, Liveness::Lost);
    row("lost without a look at suspect", Liveness::Alive, 30'000, up, Liveness::Lost);
    row("never lost in the start grace", Liveness::Alive, 59'999, 59'999, Liveness::Suspect);
    row("lost as soon as the grace ends", Liveness::Suspect, 60'000, 60'000, Liveness::Lost);
    row("a young orchestrator waits for an unseen node", Liveness::Unseen, 59'999, 59'999, Liveness::Unseen);
    row("unseen is never suspect", Liveness::Unseen, 25'000, up, Liveness::Unseen);
    row("unseen for too long is lost", Liveness::Unseen, 60'000, 60'000, Liveness::Lost);
    row("lost stays lost without a heartbeat", Liveness::Lost, 0, up, Liveness::Lost);
    row("suspect stays suspect without a heartbeat", Liveness::Suspect, 0, up, Liveness::Suspect);
}

void TestLiveness::judge()
{
    QFETCH(Liveness, before);
    QFETCH(int, silence);
    QFETCH(int, sinceStart);
    QFETCH(Liveness, after);
    COMPARE_WORDS(judgeLiveness(before, milliseconds(silence), milliseconds(sinceStart), {}), after);
}

void TestLiveness::ourFault_data()
{
    QTest::addColumn<int>("late");
    QTest::addColumn<int>("pool");
    QTest::addColumn<bool>("ours");
    QTest::newRow("nobody") << 0 << 0 << false;
    QTest::newRow("the only node may really die") << 1 << 1 << false;
    QTest::newRow("one of two") << 1 << 2 << false;
    QTest::newRow("both of two") << 2 << 2 << true;
    QTest::newRow("exactly half is not more than half") << 2 << 4 << false;
    QTest::newRow("two of three") << 2 << 3 << true;
    QTest::newRow("five of ten") << 5 << 10 << false;
    QTest::newRow("six of ten") << 6 << 10 << true;
}

void TestLiveness::ourFault()
{
    QFETCH(int, late);
    QFETCH(int, pool);
    QTEST(looksLikeOurFault(late, pool), "ours");
}

void TestLiveness::stall_data()
{
    QTest::addColumn<int>("gap");
    QTest::addColumn<int>("stall");
    QTest::newRow("early") << 200 << 0;
    QTest::newRow("on time") << 1'000 << 0;
    QTest::newRow("jitter is no stall") << 2'000 << 0;
    QTest::newRow("a stall counts whole") << 2'001 << 1'001;
    QTest::newRow("a sleeping VM") << 61'000 << 60'000;
}

void TestLiveness::stall()
{
    QFETCH(int, gap);
    QFETCH(int, stall);
    QCOMPARE(ownStall(milliseconds(gap), milliseconds(1'000)).count(), stall);
}

void TestLiveness::lostRun_data()
{
    QTest::addColumn<int>("silence");
    QTest::addColumn<bool>("witness");
    QTest::addColumn<int>("policy");
    QTest::addColumn<int>("verdict");
    const int limit = 600'000 + 60'000;
    const auto row = [](const char *name, int silence, bool witness, LostRunPolicy policy, LostRunVerdict verdict) {
        QTest::newRow(name) << silence << witness << int(policy) << int(verdict);
    };
    row("it may still run", limit - 1, false, LostRunPolicy::Safe, LostRunVerdict::Wait);
    row("a person decides", limit, false, LostRunPolicy::Safe, LostRunVerdict::Hold);
    row("hold as configured", limit, false, LostRunPolicy::Hold, LostRunVerdict::Hold);
    row("an idempotent pipeline runs again", limit, false, LostRunPolicy::Requeue, LostRunVerdict::Requeue);
    row("not even that one earlier", limit - 1, false, LostRunPolicy::Requeue, LostRunVerdict::Wait);
    row("the alive file protects it", limit * 10, true, LostRunPolicy::Safe, LostRunVerdict::Wait);
    row("also from a second run", limit * 10, true, LostRunPolicy::Requeue, LostRunVerdict::Wait);
}

void TestLiveness::lostRun()
{
    QFETCH(int, silence);
    QFETCH(bool, witness);
    QFETCH(int, policy);
    QFETCH(int, verdict);
    const DoubtfulRun run {milliseconds(silence), witness, LostRunPolicy(policy), milliseconds(600'000)};
    QCOMPARE(int(judgeLostRun(run)), verdict);
}

void TestLiveness::release_data()
{
    QTest::addColumn<int>("attempts");
    QTest::addColumn<int>("most");
    QTest::addColumn<bool>("again");
    QTest::newRow("never started") << 0 << 3 << true;
    QTest::newRow("second of three") << 2 << 3 << true;
    QTest::newRow("third of three") << 3 << 3 << false;
    QTest::newRow("more than allowed") << 4 << 3 << false;
    QTest::newRow("only one try") << 1 << 1 << false;
}

void TestLiveness::release()
{
    QFETCH(int, attempts);
    QFETCH(int, most);
    QFETCH(bool, again);
    QCOMPARE(judgeRelease(attempts, most) == ReleaseVerdict::RunAgain, again);
}

QTEST_APPLESS_MAIN(TestLiveness)
#include "tst_liveness.moc"
