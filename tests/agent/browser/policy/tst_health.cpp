// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/browser/policy/browserhealth.h"

#include <QTest>

using namespace dtf;

class TestHealth : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aHealthyBrowserIsAskedAllDayAndNeverHung()
    {
        start();
        int pings = 0;
        int probes = 0;
        for (int ms = 0; ms <= 600'000; ms += 50) {
            const BrowserHealth::Plan plan = m_health.tick(at(ms));
            QVERIFY(plan.hung.isEmpty());
            QVERIFY(!plan.probeOwn);
            if (plan.ping) {
                ++pings;
                m_health.pong(at(ms));
            }
            if (plan.probePage) {
                ++probes;
                m_health.pageAnswered(at(ms));
            }
        }
        QCOMPARE(pings, 120);
        QCOMPARE(probes, 121);
    }

    void aStoppedProcessIsHungWithinFifteenSeconds_data()
    {
        QTest::addColumn<int>("stoppedAt");
        for (int ms = 20'000; ms <= 25'000; ms += 250) {
            QTest::addRow("stopped at %d", ms) << ms;
        }
    }
    void aStoppedProcessIsHungWithinFifteenSeconds()
    {
        QFETCH(int, stoppedAt);
        start();
        for (int ms = 0; ms <= stoppedAt + 15'000; ms += 50) {
            const BrowserHealth::Plan plan = m_health.tick(at(ms));
            if (!plan.hung.isEmpty()) {
                QVERIFY(ms > stoppedAt);
                return;
            }
            if (plan.ping && ms < stoppedAt) {
                m_health.pong(at(ms));
            }
            if (plan.probePage && ms < stoppedAt) {
                m_health.pageAnswered(at(ms));
            }
        }
        QFAIL("not noticed");
    }

    void onePingLateIsForgiven()
    {
        start();
        QVERIFY(m_health.tick(at(5'000)).ping);
        QVERIFY(m_health.tick(at(9'000)).ping); // the second question, at once
        m_health.pong(at(9'500));
        QVERIFY(m_health.tick(at(13'000)).hung.isEmpty());
    }

    void aMachineThatSleptCostsOneMissOnly()
    {
        start();
        QVERIFY(m_health.tick(at(5'000)).ping);
        const BrowserHealth::Plan plan = m_health.tick(at(3'600'000)); // an hour later, the pong is still in the socket
        QVERIFY(plan.hung.isEmpty());
        QVERIFY(plan.ping);
        m_health.pong(at(3'600'001));
        QVERIFY(m_health.tick(at(3'604'500)).hung.isEmpty());
    }

    void aSilentPageAloneNeverRestarts()
    {
        start();
        for (int ms = 0, asked = -1; ms <= 3'600'000; ms += 50) {
            const BrowserHealth::Plan plan = m_health.tick(at(ms));
            QVERIFY(plan.hung.isEmpty());
            if (plan.ping) {
                m_health.pong(at(ms));
            }
            if (plan.probePage) {
                asked = ms;
            }
            if (asked >= 0 && ms - asked >= 5'000) {
                m_health.pageMissed(at(ms));
                asked = -1;
            }
            if (plan.probeOwn) {
                m_health.ownAnswered();
            }
            if (ms == 10'050) {
                QVERIFY(m_health.pageSilent()); // two misses of 5 s
            }
        }
        m_health.pageAnswered(at(3'600'050));
        QVERIFY(!m_health.pageSilent());
    }

    void aSilentPageAndASilentProbeOfOursIsHung()
    {
        start();
        QVERIFY(m_health.tick(at(0)).probePage);
        m_health.pageMissed(at(5'000));
        QVERIFY(m_health.tick(at(5'000)).probeOwn);
        m_health.ownMissed();
        QVERIFY(m_health.tick(at(10'000)).hung.isEmpty());
        m_health.ownMissed();
        QVERIFY(!m_health.tick(at(10'001)).hung.isEmpty());
    }

    void withoutAPageOurOwnIsAsked()
    {
        start();
        QVERIFY(m_health.tick(at(0)).probePage);
        m_health.pageAbsent(at(0));
        QVERIFY(m_health.tick(at(1)).probeOwn);
        QVERIFY(!m_health.tick(at(2)).probeOwn); // one question at a time
    }

    void changesAskAgainSoonButNotWithoutEnd()
    {
        start();
        QVERIFY(m_health.tick(at(0)).probePage);
        m_health.pageAnswered(at(10));
        int probes = 0;
        for (int ms = 11; ms < 1'011; ++ms) {
            m_health.probeSoon(at(ms)); // a page that changes its address a thousand times a second
            if (m_health.tick(at(ms)).probePage) {
                ++probes;
                m_health.pageAnswered(at(ms));
            }
        }
        QVERIFY(probes >= 5 && probes <= 10);
    }

    void wakeAtIsNeverTooLate()
    {
        start();
        int ms = 0;
        for (int i = 0; i < 200; ++i) {
            const BrowserHealth::Plan plan = m_health.tick(at(ms));
            if (plan.ping) {
                m_health.pong(at(ms));
            }
            if (plan.probePage) {
                m_health.pageAnswered(at(ms));
            }
            QVERIFY(m_health.wakeAt().has_value());
            const int next = static_cast<int>(m_health.wakeAt()->value.count());
            QVERIFY(next > ms && next <= ms + 5'000);
            const BrowserHealth::Plan then = m_health.tick(at(next));
            QVERIFY(then.ping || then.probePage);
            if (then.ping) {
                m_health.pong(at(next));
            }
            if (then.probePage) {
                m_health.pageAnswered(at(next));
            }
            ms = next;
        }
    }

private:
    static MonoTime at(int ms) { return {milliseconds {ms}}; }
    void start()
    {
        m_health = BrowserHealth(BrowserLimits {}, milliseconds {5'000});
        m_health.begin(at(0));
    }
    BrowserHealth m_health {BrowserLimits {}, milliseconds {5'000}};
};

QTEST_APPLESS_MAIN(TestHealth)
#include "tst_health.moc"
