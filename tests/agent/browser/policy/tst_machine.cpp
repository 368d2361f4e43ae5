// SPDX-License-Identifier: GPL-3.0-or-later
// The browser's life as tables: phase × event → actions.
#include "agent/browser/policy/browsermachine.h"

#include <QRandomGenerator>
#include <QTest>

using namespace dtf;
using namespace Qt::StringLiterals;
using K = BrowserEvent::Kind;
using P = BrowserPhase;
using A = BrowserAction;

namespace {

const QList<K> allKinds {K::Start, K::Found, K::NotFound, K::Blocked, K::Cleared, K::ClearFailed, K::Launched, K::LaunchFailed,
    K::Listening, K::WrongListener, K::Connected, K::Lost, K::ProcessGone, K::Hung, K::Restart, K::Detach, K::Tick};

/// A machine and its clock.
struct Life
{
    BrowserMachine machine {BrowserLimits {}, milliseconds {30'000}};
    MonoTime now;
    QList<A> feed(K kind, const QString &text = u"why"_s) { return machine.apply({kind, text}, now); }
    void after(int ms) { now = now + milliseconds {ms}; }
    /// The way to a phase.
    void to(P phase)
    {
        switch (phase) {
        case P::Off:
            return;
        case P::Looking:
            feed(K::Start);
            return;
        case P::Blocked:
            to(P::Looking);
            feed(K::Blocked);
            return;
        case P::Clearing:
            to(P::Looking);
            feed(K::NotFound);
            return;
        case P::Waiting:
            to(P::Clearing);
            feed(K::Cleared);
            feed(K::Launched);
            return;
        case P::Connecting:
            to(P::Waiting);
            feed(K::Listening);
            return;
        case P::Up:
            to(P::Connecting);
            feed(K::Connected);
            return;
        case P::Closing:
            to(P::Up);
            feed(K::Restart);
            return;
        case P::Cooling:
            to(P::Waiting);
            feed(K::ProcessGone);
            return;
        case P::Paused:
            to(P::Waiting);
            while (machine.phase() != P::Paused) {
                feed(K::ProcessGone);
                after(60'000 - (machine.phase() == P::Cooling ? 30'000 : 0));
                feed(K::Tick); // Looking
                feed(K::NotFound);
                feed(K::Cleared);
            }
            return;
        }
    }
};

} // namespace

Q_DECLARE_METATYPE(dtf::BrowserPhase)
Q_DECLARE_METATYPE(dtf::BrowserEvent::Kind)
Q_DECLARE_METATYPE(QList<dtf::BrowserAction>)

class TestMachine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void step_data()
    {
        QTest::addColumn<P>("from");
        QTest::addColumn<K>("event");
        QTest::addColumn<P>("to");
        QTest::addColumn<QList<A>>("actions");
        const QList<A> end {A::Drop, A::Forget};
        QTest::newRow("start looks first") << P::Off << K::Start << P::Looking << QList<A> {A::LookUp};
        QTest::newRow("a living browser is adopted") << P::Looking << K::Found << P::Waiting << QList<A> {A::Poll};
        QTest::newRow("none: leftovers first") << P::Looking << K::NotFound << P::Clearing << QList<A> {A::ClearLeftovers};
        QTest::newRow("somebody's: explained") << P::Looking << K::Blocked << P::Blocked << QList<A> {};
        QTest::newRow("somebody's, seen late") << P::Clearing << K::Blocked << P::Looking << QList<A> {A::LookUp};
        QTest::newRow("clean: launch") << P::Clearing << K::Cleared << P::Waiting << QList<A> {A::Launch};
        QTest::newRow("listening: connect") << P::Waiting << K::Listening << P::Connecting << QList<A> {A::Connect};
        QTest::newRow("connected") << P::Connecting << K::Connected << P::Up << QList<A> {A::BeginHealth};
        QTest::newRow("not yet") << P::Connecting << K::Lost << P::Waiting << QList<A> {A::Poll};
        QTest::newRow("connection lost, process lives: no restart")
            << P::Up << K::Lost << P::Waiting << QList<A> {A::Drop, A::Poll};
        QTest::newRow("gone: at once") << P::Up << K::ProcessGone << P::Clearing
                                       << QList<A> {A::Drop, A::Forget, A::ClearLeftovers};
        QTest::newRow("hung: ended, at once") << P::Up << K::Hung << P::Clearing << QList<A> {A::Drop, A::Forget, A::ClearAll};
        QTest::newRow("ended at its start: waits") << P::Waiting << K::ProcessGone << P::Cooling << end;
        QTest::newRow("can't be launched: waits") << P::Waiting << K::LaunchFailed << P::Cooling << end;
        QTest::newRow("port snatched: waits") << P::Waiting << K::WrongListener << P::Cooling << end;
        QTest::newRow("operator, up: closed properly") << P::Up << K::Restart << P::Closing << QList<A> {A::Close};
        QTest::newRow("closed") << P::Closing << K::ProcessGone << P::Clearing << QList<A> {A::Drop, A::Forget, A::ClearAll};
        QTest::newRow("closing loses the connection first") << P::Closing << K::Lost << P::Closing << QList<A> {};
        QTest::newRow("operator, paused") << P::Paused << K::Restart << P::Clearing << QList<A> {A::Drop, A::Forget, A::ClearAll};
        QTest::newRow("operator, blocked: ends it")
            << P::Blocked << K::Restart << P::Clearing << QList<A> {A::Drop, A::Forget, A::ClearAll};
        QTest::newRow("operator, off: nothing") << P::Off << K::Restart << P::Off << QList<A> {};
        QTest::newRow("detach leaves it running") << P::Up << K::Detach << P::Off << QList<A> {A::Drop};
        QTest::newRow("paused stays paused") << P::Paused << K::Tick << P::Paused << QList<A> {};
        QTest::newRow("a late answer") << P::Up << K::Cleared << P::Up << QList<A> {};
    }
    void step()
    {
        QFETCH(P, from);
        QFETCH(K, event);
        QFETCH(P, to);
        QFETCH(QList<A>, actions);
        Life life;
        life.to(from);
        QVERIFY(life.machine.phase() == from);
        QVERIFY(life.feed(event) == actions);
        QVERIFY(life.machine.phase() == to);
    }

    void everyWaitEnds_data()
    {
        QTest::addColumn<P>("phase");
        QTest::addColumn<int>("limit");
        QTest::addColumn<QList<A>>("actions");
        QTest::newRow("launched, never listening") << P::Waiting << 30'000 << QList<A> {A::Drop, A::Forget};
        QTest::newRow("never connected") << P::Connecting << 30'000 << QList<A> {A::Drop, A::Forget};
        QTest::newRow("leftovers stay") << P::Clearing << 10'000 << QList<A> {A::Drop, A::Forget};
        QTest::newRow("doesn't close") << P::Closing << 5'000 << QList<A> {A::Drop, A::Forget, A::ClearAll};
        QTest::newRow("blocked: looked at again") << P::Blocked << 5'000 << QList<A> {A::LookUp};
        QTest::newRow("cooled: looked for first") << P::Cooling << 1'000 << QList<A> {A::LookUp};
    }
    void everyWaitEnds()
    {
        QFETCH(P, phase);
        QFETCH(int, limit);
        QFETCH(QList<A>, actions);
        Life life;
        life.to(phase);
        QVERIFY(life.machine.wakeAt() == life.now + milliseconds {limit});
        life.after(limit - 1);
        QVERIFY(life.feed(K::Tick).isEmpty());
        life.after(1);
        QVERIFY(life.feed(K::Tick) == actions);
        QVERIFY(life.machine.phase() != phase);
    }

    void anAdoptedBrowserThatDoesNotAnswerIsEnded()
    {
        Life life;
        life.to(P::Looking);
        life.feed(K::Found);
        life.after(15'000);
        QVERIFY(life.feed(K::Tick) == (QList<A> {A::Drop, A::Forget}));
        life.after(1'000);
        QVERIFY(life.feed(K::Tick) == QList<A> {A::ClearAll});
    }

    void aLostConnectionHasTenSecondsAndNoStartTime()
    {
        Life life;
        life.to(P::Up);
        life.after(3'600'000);
        life.feed(K::Lost);
        QVERIFY(life.machine.reconnecting());
        life.feed(K::Listening);
        life.after(9'999);
        QVERIFY(life.feed(K::Lost) == QList<A> {A::Poll}); // going round doesn't lengthen it
        life.after(1);
        QVERIFY(life.feed(K::Tick) == (QList<A> {A::Drop, A::Forget, A::ClearAll})); // it was up: at once
    }

    void leftoversThatStayNeverTurnIntoAKillOfALivingBrowser()
    {
        Life life;
        life.to(P::Clearing);
        for (int i = 0; i < 5; ++i) {
            QVERIFY(!life.feed(K::ClearFailed).contains(A::ClearAll));
            life.after(60'000);
            QVERIFY(life.feed(K::Tick) == QList<A> {A::LookUp});
            QVERIFY(life.feed(K::NotFound) == QList<A> {A::ClearLeftovers});
        }
    }

    void fiveRestartsInFiveMinutesPause()
    {
        Life life;
        life.to(P::Up);
        int restarts = 0;
        while (life.machine.phase() != P::Paused) {
            life.feed(K::ProcessGone, u"it fell over"_s);
            QVERIFY(restarts <= 5);
            if (life.machine.phase() == P::Cooling) {
                life.now = *life.machine.wakeAt();
                life.feed(K::Tick);
                if (life.machine.phase() == P::Looking) {
                    life.feed(K::NotFound);
                }
            }
            restarts += life.feed(K::Cleared).contains(A::Launch) ? 1 : 0;
            life.feed(K::Launched);
            life.feed(K::Listening);
            life.feed(K::Connected);
        }
        QCOMPARE(restarts, 5);
        QVERIFY(life.machine.why().contains("it fell over"_L1));
        QVERIFY(!life.machine.wakeAt());
    }

    /// Whatever comes in whatever order: never a launch without a clearing just before, nothing at all after detach, paused only
    /// left by an operator.
    void anyOrderIsSafe()
    {
        QRandomGenerator random(20261123);
        for (int round = 0; round < 2'000; ++round) {
            Life life;
            bool clean = false;
            bool all = false; // the last clearing was one of everything
            for (int i = 0; i < 60; ++i) {
                life.after(static_cast<int>(random.bounded(20'000)));
                const K kind = allKinds.at(random.bounded(static_cast<int>(allKinds.size())));
                const P before = life.machine.phase();
                const QList<A> actions = life.feed(kind);
                if (before == P::Off && kind != K::Start) {
                    QVERIFY(actions.isEmpty());
                }
                if (before == P::Paused && kind != K::Restart && kind != K::Detach) {
                    QVERIFY(actions.isEmpty() && life.machine.phase() == P::Paused);
                }
                for (const A action : actions) {
                    if (action == A::Launch) {
                        QVERIFY(clean && kind == K::Cleared);
                    }
                    clean = action == A::ClearAll || action == A::ClearLeftovers;
                    if (action == A::ClearAll) {
                        // an operator (and going on with what one began), a browser that hangs or lost its port, the end of
                        // waiting for one
                        QVERIFY(kind == K::Restart || kind == K::Hung || kind == K::WrongListener || kind == K::Tick
                            || before == P::Closing || (kind == K::ClearFailed && all));
                    }
                    all = clean ? action == A::ClearAll : all;
                }
                const P phase = life.machine.phase();
                const bool waits = phase == P::Blocked || phase == P::Clearing || phase == P::Waiting || phase == P::Connecting
                    || phase == P::Closing || phase == P::Cooling;
                QCOMPARE(life.machine.wakeAt().has_value(), waits); // every wait has a deadline
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestMachine)
#include "tst_machine.moc"
