// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/localsharefs.h"
#include "tests/common/share/tempshare.h"
#include "tests/support/comparewords.h"

#include <QTest>

#include <array>
#include <atomic>
#include <barrier>
#include <thread>

using namespace dtf;

/// Two agents and an orchestrator want the same token at the same time.
class TestRace : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void exactlyOneWins();
    void cancelEndsAWait();
};

void TestRace::exactlyOneWins()
{
    constexpr int contenders = 3;
#ifdef Q_OS_WIN
    constexpr int rounds = 200; // wine reads the whole folder for each name
#else
    constexpr int rounds = 3000;
#endif
    TempShare share;
    std::array<std::atomic<int>, rounds> winners {};
    std::array<std::atomic<int>, rounds> losers {};
    std::barrier sync(contenders);
    std::array<std::thread, contenders> threads;
    for (int me = 0; me < contenders; ++me) {
        threads[static_cast<size_t>(me)] = std::thread([&, me] {
            ShareTiming timing = TempShare::timing();
            timing.busyRetry = std::chrono::seconds(30); // on Windows a winner's open handle makes a loser wait before it knows
            LocalShareFs fs(share.root(), timing);
            for (int round = 0; round < rounds; ++round) {
                const QByteArray name = QByteArray::number(round);
                if (me == 0) {
                    share.put("incoming/" + name, name);
                }
                sync.arrive_and_wait();
                const MoveResult result = fs.atomicMove("incoming/" + name, "hold/" + name + '.' + QByteArray::number(me));
                auto &count = result.outcome == MoveOutcome::Moved ? winners : losers;
                if (result.outcome == MoveOutcome::Moved || result.outcome == MoveOutcome::Lost) {
                    ++count[static_cast<size_t>(round)];
                }
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    for (size_t round = 0; round < rounds; ++round) {
        QCOMPARE(winners[round].load(), 1);
        QCOMPARE(losers[round].load(), contenders - 1);
    }
    const auto left = share->list("incoming", false);
    QVERIFY(left);
    QVERIFY(left->isEmpty());
    QCOMPARE(share->list("hold", false)->size(), rounds);
}

void TestRace::cancelEndsAWait()
{
    TempShare share;
    LocalShareFs patient(share.root(), {std::chrono::hours(1), std::chrono::hours(1)});
    std::thread other([&] { patient.cancel(); });
    const MoveResult result = patient.atomicMove("incoming/nothing", "hold/nothing"); // would look for its target for an hour
    other.join();
    COMPARE_WORDS(result.outcome, MoveOutcome::Ambiguous);
    COMPARE_WORDS(result.error.code, ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(TestRace)
#include "tst_race.moc"
