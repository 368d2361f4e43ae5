// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/browser/policy/restartpolicy.h"

#include <QTest>

using namespace dtf;

class TestRestart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theFirstAfterALongHealthyTimeIsImmediate()
    {
        RestartPolicy policy {BrowserLimits {}};
        policy.noteHealthy();
        QCOMPARE(policy.decide(at(0)), (RestartPolicy::Decision {false, milliseconds {0}}));
        policy.noteHealthy();
        QCOMPARE(policy.decide(at(59'999)).wait, milliseconds {1'000}); // up again, but not for long
        policy.noteHealthy();
        QCOMPARE(policy.decide(at(119'999)).wait, milliseconds {0});
    }

    void itWaitsLongerEachTimeAndThenPauses()
    {
        RestartPolicy policy {BrowserLimits {}};
        const QList<int> waits {1, 2, 4, 8, 16};
        int now = 0;
        for (const int wait : waits) {
            const RestartPolicy::Decision decision = policy.decide(at(now));
            QVERIFY(!decision.pause);
            QCOMPARE(decision.wait, milliseconds {wait * 1'000});
            now += wait * 1'000;
        }
        QVERIFY(policy.decide(at(now)).pause);
        QVERIFY(policy.decide(at(299'999)).pause); // asking does not count
    }

    void restartsFurtherApartNeverPauseAndNeverWaitOverAMinute()
    {
        RestartPolicy policy {BrowserLimits {}};
        milliseconds last {0};
        for (int i = 0; i < 50; ++i) {
            const RestartPolicy::Decision decision = policy.decide(at(i * 60'000));
            QVERIFY(!decision.pause);
            QVERIFY(decision.wait >= last);
            last = decision.wait;
        }
        QCOMPARE(last, milliseconds {60'000});
    }

    void anOperatorForgivesEverything()
    {
        RestartPolicy policy {BrowserLimits {}};
        while (!policy.decide(at(0)).pause) { }
        policy.reset();
        QCOMPARE(policy.decide(at(0)), (RestartPolicy::Decision {false, milliseconds {0}}));
        QCOMPARE(policy.decide(at(0)).wait, milliseconds {1'000});
    }

private:
    static MonoTime at(int ms) { return {milliseconds {ms}}; }
};

QTEST_APPLESS_MAIN(TestRestart)
#include "tst_restart.moc"
