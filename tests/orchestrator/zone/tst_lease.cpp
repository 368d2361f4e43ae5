// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/zone/lease.h"
#include "tests/common/share/tempshare.h"

#include <QTest>

using namespace dtf;

namespace {

BootId boot(const char *text)
{
    return *BootId::parse(text);
}

Now at(int seconds)
{
    return {{milliseconds(1'000 + seconds * 1'000)}, {}};
}

} // namespace

class TestLease : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void takenAndKept();
    void aLivingOtherIsLeftAlone();
    void aDeadOtherIsTakenOverLate();
    void theSameStoreTakesItAtOnce();
    void aReleasedOneIsFree();
    void theOneTakenOverNoticesAndStops();
    void garbageIsFree();
    void aSnapshotOfUsIsNotUs();

private:
    Lease::Standing step(Lease &lease, int seconds)
    {
        const Result<Lease::Look> look = lease.step(*m_share->operator->(), at(seconds));
        if (!look) {
            qFatal("%s", qUtf8Printable(look.error().detail));
        }
        return look->standing;
    }
    std::unique_ptr<TempShare> m_share;

private Q_SLOTS:
    void init() { m_share = std::make_unique<TempShare>(); }
};

void TestLease::takenAndKept()
{
    Lease mine(boot("aaaaaaaa"), "host:/a");
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(step(mine, 2 * i), Lease::Standing::Held);
        QCOMPARE(TempShare::read(m_share->path(layout::lease())), "aaaaaaaa " + QByteArray::number(i + 1) + " host:/a\n");
    }
}

void TestLease::aLivingOtherIsLeftAlone()
{
    Lease first(boot("aaaaaaaa"), "host:/a");
    Lease second(boot("bbbbbbbb"), "host:/b");
    QCOMPARE(step(first, 0), Lease::Standing::Held);
    QCOMPARE(step(second, 1), Lease::Standing::Waiting);
    QCOMPARE(step(first, 2), Lease::Standing::Held);
    QCOMPARE(step(second, 3), Lease::Standing::Other);
    QCOMPARE(step(first, 4), Lease::Standing::Held);
}

void TestLease::aDeadOtherIsTakenOverLate()
{
    Lease dead(boot("aaaaaaaa"), "host:/a");
    Lease next(boot("bbbbbbbb"), "host:/b");
    QCOMPARE(step(dead, 0), Lease::Standing::Held);
    for (int second = 1; second < 13; second += 2) {
        QCOMPARE(step(next, second), Lease::Standing::Waiting);
    }
    QCOMPARE(step(next, 13), Lease::Standing::Held);
}

void TestLease::theSameStoreTakesItAtOnce()
{
    Lease dead(boot("aaaaaaaa"), "host:/a");
    Lease next(boot("bbbbbbbb"), "host:/a"); // the store's lock proves that the first one is dead
    QCOMPARE(step(dead, 0), Lease::Standing::Held);
    QCOMPARE(step(next, 1), Lease::Standing::Held);
}

void TestLease::aReleasedOneIsFree()
{
    Lease first(boot("aaaaaaaa"), "host:/a");
    Lease next(boot("bbbbbbbb"), "host:/b");
    QCOMPARE(step(first, 0), Lease::Standing::Held);
    first.release(*m_share->operator->());
    QCOMPARE(step(next, 1), Lease::Standing::Held);
    first.release(*m_share->operator->()); // a second time does nothing
    QVERIFY(TempShare::read(m_share->path(layout::lease())).startsWith("bbbbbbbb "));
}

void TestLease::theOneTakenOverNoticesAndStops()
{
    Lease frozen(boot("aaaaaaaa"), "host:/a");
    Lease next(boot("bbbbbbbb"), "host:/b");
    QCOMPARE(step(frozen, 0), Lease::Standing::Held);
    QCOMPARE(step(next, 1), Lease::Standing::Waiting);
    QCOMPARE(step(next, 13), Lease::Standing::Held);
    QCOMPARE(step(frozen, 14), Lease::Standing::Other);
    QCOMPARE(step(next, 15), Lease::Standing::Held);
}

void TestLease::garbageIsFree()
{
    m_share->put(layout::lease(), "half");
    Lease mine(boot("aaaaaaaa"), "host:/a");
    QCOMPARE(step(mine, 0), Lease::Standing::Held);
}

/// The machine is copied while it runs: two with one boot. The one that is behind ends.
void TestLease::aSnapshotOfUsIsNotUs()
{
    Lease first(boot("aaaaaaaa"), "host:/a");
    QCOMPARE(step(first, 0), Lease::Standing::Held);
    Lease second = first;
    QCOMPARE(step(first, 2), Lease::Standing::Held);
    QCOMPARE(step(first, 4), Lease::Standing::Held);
    QCOMPARE(step(second, 5), Lease::Standing::Other);
    QCOMPARE(step(first, 6), Lease::Standing::Held);
}

QTEST_APPLESS_MAIN(TestLease)
#include "tst_lease.moc"
