// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/atomicmove.h"
#include "tests/support/comparewords.h"

#include <QTest>

using namespace dtf;
using namespace std::chrono_literals;

namespace {

/// A share of one token in fake time: what each rename answers and does, and what looks can see when.
class FakeMove final : public MoveOps
{
public:
    struct Answer
    {
        std::optional<IoKind> error; ///< nullopt: fine
        bool applied = false; ///< whether it was done on the server, whatever was answered
    };

    QList<Answer> answers; ///< the last one repeats
    bool source = true;
    bool target = false;
    milliseconds targetSeenFrom {0}; ///< before that a cache says "not there"
    bool looksFail = false;
    int cancelAtWait = -1;
    QList<Io<void>> proofs; ///< what opening the target says after a good answer; the last one repeats
    int renames = 0;
    int waits = 0;
    milliseconds time {0};
    QList<milliseconds> waited;

    Io<void> rename() override
    {
        const Answer answer = answers[qMin<qsizetype>(renames, answers.size() - 1)];
        ++renames;
        if (answer.applied) {
            source = false;
            target = true;
        }
        return answer.error ? Io<void>(ioFail(*answer.error, 5)) : Io<void>();
    }
    Presence lookAtSource() override { return looksFail ? Presence::Unknown : source ? Presence::Present : Presence::Absent; }
    Presence lookAtTarget() override
    {
        return looksFail ? Presence::Unknown : target && time >= targetSeenFrom ? Presence::Present : Presence::Absent;
    }
    MonoTime now() override { return {time}; }
    double random() override { return 0.5; }
    bool wait(milliseconds length) override
    {
        waited.append(length);
        time += length;
        return waits++ != cancelAtWait;
    }
    Io<void> proveTarget() override
    {
        const Io<void> said = proofs.value(0);
        if (proofs.size() > 1) {
            proofs.removeFirst();
        }
        target = target && (said || said.error().kind != IoKind::NotFound); // somebody has moved it on
        return said;
    }
};

const ShareTiming realShare {60s, 15s};
const ShareTiming localDisk {60s, 0ms};

} // namespace

class TestAtomicMove : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aCleanAnswerIsBelieved();
    void aLostReplyIsRecovered_data();
    void aLostReplyIsRecovered();
    void aLostRaceIsSaidOnlyWhenNoCacheCanLie();
    void conclusions_data();
    void conclusions();
    void certainRefusalsWaitForNothing_data();
    void certainRefusalsWaitForNothing();
    void aBusyFileIsTriedAgain();
    void aFileBusyForTooLongIsLeft();
    void retriesSpreadOutAndSlowDown();
    void cancelEndsTheRetry();
    void cancelWhileInDoubtIsAmbiguous();
    void busyThenLostReply();
    void unknownErrorsAreDoubt();
    void aSecondWinnerTakesItAway_data();
    void aSecondWinnerTakesItAway();
    void aTargetThatIsHeldIsWaitedFor();
    void aTargetHeldForTooLongIsInDoubt();
};

void TestAtomicMove::aCleanAnswerIsBelieved()
{
    FakeMove share;
    share.answers = {{std::nullopt, true}};
    const MoveResult result = moveWith(share, realShare, "a");
    COMPARE_WORDS(result.outcome, MoveOutcome::Moved);
    QVERIFY(!result.verified);
    QVERIFY(share.waited.isEmpty());
}

void TestAtomicMove::aLostReplyIsRecovered_data()
{
    QTest::addColumn<IoKind>("answer");
    QTest::addColumn<int>("seenAfterMs");
    QTest::newRow("I/O error, visible at once") << IoKind::Trouble << 0;
    QTest::newRow("I/O error, visible when the cache has died") << IoKind::Trouble << 14'900;
    QTest::newRow("replayed rename finds nothing") << IoKind::NotFound << 5'000;
    QTest::newRow("replayed rename finds its own target") << IoKind::Exists << 0;
}

void TestAtomicMove::aLostReplyIsRecovered()
{
    QFETCH(IoKind, answer);
    QFETCH(int, seenAfterMs);
    FakeMove share;
    share.answers = {{answer, true}};
    share.targetSeenFrom = milliseconds(seenAfterMs);
    const MoveResult result = moveWith(share, realShare, "a");
    COMPARE_WORDS(result.outcome, MoveOutcome::Moved);
    QVERIFY(result.verified);
    QCOMPARE(share.renames, 1); // a second one could take somebody else's new file of that name
}

void TestAtomicMove::aLostRaceIsSaidOnlyWhenNoCacheCanLie()
{
    FakeMove share;
    share.source = false;
    share.answers = {{IoKind::NotFound, false}};
    COMPARE_WORDS(moveWith(share, realShare, "a").outcome, MoveOutcome::Lost);
    QVERIFY(share.time > realShare.cacheLifetime);

    FakeMove disk;
    disk.source = false;
    disk.answers = {{IoKind::NotFound, false}};
    COMPARE_WORDS(moveWith(disk, localDisk, "a").outcome, MoveOutcome::Lost);
    QVERIFY(disk.waited.isEmpty());
}

void TestAtomicMove::conclusions_data()
{
    QTest::addColumn<IoKind>("why");
    QTest::addColumn<Presence>("source");
    QTest::addColumn<Presence>("target");
    QTest::addColumn<MoveOutcome>("outcome");
    const auto row = [](const char *title, IoKind why, Presence source, Presence target, MoveOutcome outcome) {
        QTest::newRow(title) << why << source << target << outcome;
    };
    using enum Presence;
    row("not found, target mine", IoKind::NotFound, Absent, Present, MoveOutcome::Moved);
    row("not found, a new source came after my move", IoKind::NotFound, Present, Present, MoveOutcome::Moved);
    row("not found, both gone", IoKind::NotFound, Absent, Absent, MoveOutcome::Lost);
    row("not found, source there after all", IoKind::NotFound, Present, Absent, MoveOutcome::Ambiguous);
    row("not found, source not visible", IoKind::NotFound, Unknown, Absent, MoveOutcome::Ambiguous);
    row("not found, target not visible", IoKind::NotFound, Absent, Unknown, MoveOutcome::Ambiguous);
    row("trouble, target mine", IoKind::Trouble, Absent, Present, MoveOutcome::Moved);
    row("trouble, source provably there", IoKind::Trouble, Present, Absent, MoveOutcome::Failed);
    row("trouble, both gone", IoKind::Trouble, Absent, Absent, MoveOutcome::Ambiguous);
    row("trouble, nothing visible", IoKind::Trouble, Unknown, Unknown, MoveOutcome::Ambiguous);
    row("trouble, target not visible", IoKind::Trouble, Present, Unknown, MoveOutcome::Ambiguous);
    row("exists, and mine is still there", IoKind::Exists, Present, Present, MoveOutcome::Failed);
    row("exists, and mine has gone into it", IoKind::Exists, Absent, Present, MoveOutcome::Moved);
    row("exists, and is gone", IoKind::Exists, Present, Absent, MoveOutcome::Ambiguous);
    row("exists, source not visible", IoKind::Exists, Unknown, Present, MoveOutcome::Ambiguous);
}

void TestAtomicMove::conclusions()
{
    QFETCH(IoKind, why);
    QFETCH(Presence, source);
    QFETCH(Presence, target);
    QFETCH(MoveOutcome, outcome);
    COMPARE_WORDS(conclude(why, source, target), outcome);
}

void TestAtomicMove::certainRefusalsWaitForNothing_data()
{
    QTest::addColumn<IoKind>("answer");
    QTest::addColumn<ErrorCode>("code");
    QTest::newRow("cross device") << IoKind::CrossDevice << ErrorCode::CrossDevice;
    QTest::newRow("read-only") << IoKind::ReadOnly << ErrorCode::ReadOnly;
    QTest::newRow("full") << IoKind::NoSpace << ErrorCode::NoSpace;
    QTest::newRow("denied") << IoKind::Denied << ErrorCode::PermissionDenied;
    QTest::newRow("link") << IoKind::NotRegular << ErrorCode::NotRegular;
    QTest::newRow("target folder missing") << IoKind::NoFolder << ErrorCode::NotFound;
    QTest::newRow("share exchanged") << IoKind::RootGone << ErrorCode::ShareDown;
    QTest::newRow("name too long") << IoKind::Invalid << ErrorCode::InvalidArgument;
}

void TestAtomicMove::certainRefusalsWaitForNothing()
{
    QFETCH(IoKind, answer);
    QFETCH(ErrorCode, code);
    FakeMove share;
    share.answers = {{answer, false}};
    const MoveResult result = moveWith(share, realShare, "a");
    COMPARE_WORDS(result.outcome, MoveOutcome::Failed);
    COMPARE_WORDS(result.error.code, code);
    QCOMPARE(share.renames, 1);
    QVERIFY(share.waited.isEmpty());
}

void TestAtomicMove::aBusyFileIsTriedAgain()
{
    FakeMove share;
    share.answers = {{IoKind::Busy, false}, {IoKind::Busy, false}, {IoKind::Busy, false}, {std::nullopt, true}};
    const MoveResult result = moveWith(share, realShare, "a");
    COMPARE_WORDS(result.outcome, MoveOutcome::Moved);
    QCOMPARE(share.renames, 4);
}

void TestAtomicMove::aFileBusyForTooLongIsLeft()
{
    FakeMove share;
    share.answers = {{IoKind::Busy, false}};
    const MoveResult result = moveWith(share, realShare, "a");
    COMPARE_WORDS(result.outcome, MoveOutcome::Busy);
    COMPARE_WORDS(result.error.code, ErrorCode::Busy);
    QCOMPARE(share.time, milliseconds(realShare.busyRetry));
    QVERIFY(share.renames > 10);
    QVERIFY(share.renames < 60); // no busy loop

    FakeMove impatient;
    impatient.answers = {{IoKind::Busy, false}};
    COMPARE_WORDS(moveWith(impatient, {0ms, 15s}, "a").outcome, MoveOutcome::Busy);
    QCOMPARE(impatient.renames, 1);
}

void TestAtomicMove::retriesSpreadOutAndSlowDown()
{
    FakeMove share;
    share.answers = {{IoKind::Busy, false}};
    (void)moveWith(share, realShare, "a");
    QCOMPARE(share.waited.first(), 56ms); // 50 ms and half of a quarter, by this random
    QVERIFY(share.waited[3] > share.waited[0] * 7);
    QVERIFY(*std::max_element(share.waited.cbegin(), share.waited.cend()) <= 2500ms);
}

void TestAtomicMove::cancelEndsTheRetry()
{
    FakeMove share;
    share.answers = {{IoKind::Busy, false}};
    share.cancelAtWait = 2;
    const MoveResult result = moveWith(share, realShare, "a");
    COMPARE_WORDS(result.outcome, MoveOutcome::Busy); // nothing changed: certain
    COMPARE_WORDS(result.error.code, ErrorCode::Cancelled);
    QCOMPARE(share.renames, 3);
}

void TestAtomicMove::cancelWhileInDoubtIsAmbiguous()
{
    FakeMove share;
    share.answers = {{IoKind::Trouble, true}};
    share.targetSeenFrom = 10s;
    share.cancelAtWait = 0;
    const MoveResult result = moveWith(share, realShare, "a");
    COMPARE_WORDS(result.outcome, MoveOutcome::Ambiguous);
    COMPARE_WORDS(result.error.code, ErrorCode::Cancelled);
}

void TestAtomicMove::busyThenLostReply()
{
    FakeMove share;
    share.answers = {{IoKind::Busy, false}, {IoKind::Trouble, true}};
    share.targetSeenFrom = 3s;
    const MoveResult result = moveWith(share, realShare, "a");
    COMPARE_WORDS(result.outcome, MoveOutcome::Moved);
    QVERIFY(result.verified);
}

void TestAtomicMove::unknownErrorsAreDoubt()
{
    FakeMove share;
    share.answers = {{classify(9999), false}};
    share.looksFail = true;
    const MoveResult result = moveWith(share, realShare, "some\nname");
    COMPARE_WORDS(result.outcome, MoveOutcome::Ambiguous);
    COMPARE_WORDS(result.error.code, ErrorCode::IoError);
    QVERIFY(!result.error.detail.contains(QLatin1Char('\n')));
    QVERIFY(share.time > realShare.cacheLifetime);
}

void TestAtomicMove::aSecondWinnerTakesItAway_data()
{
    QTest::addColumn<bool>("heldFirst");
    QTest::newRow("before the proof") << false;
    QTest::newRow("while the proof waits for it") << true;
}

void TestAtomicMove::aSecondWinnerTakesItAway()
{
    QFETCH(bool, heldFirst);
    FakeMove share;
    share.answers = {{std::nullopt, true}};
    if (heldFirst) {
        share.proofs.append(ioFail(IoKind::Busy, 5));
    }
    share.proofs.append(ioFail(IoKind::NotFound, 5));
    COMPARE_WORDS(moveWith(share, realShare, "a").outcome, MoveOutcome::Lost);
    QCOMPARE(share.renames, 1);
    QVERIFY(share.time > realShare.cacheLifetime); // "not there" may be a cached lie about my own target
}

void TestAtomicMove::aTargetThatIsHeldIsWaitedFor()
{
    FakeMove share;
    share.answers = {{std::nullopt, true}};
    share.proofs = {ioFail(IoKind::Busy, 5), ioFail(IoKind::Busy, 5), {}};
    COMPARE_WORDS(moveWith(share, realShare, "a").outcome, MoveOutcome::Moved);
    QCOMPARE(share.waits, 2);
    QCOMPARE(share.renames, 1);
}

void TestAtomicMove::aTargetHeldForTooLongIsInDoubt()
{
    FakeMove share;
    share.answers = {{std::nullopt, true}};
    share.proofs = {ioFail(IoKind::Busy, 5)};
    const MoveResult result = moveWith(share, realShare, "a");
    COMPARE_WORDS(result.outcome, MoveOutcome::Ambiguous);
    COMPARE_WORDS(result.error.code, ErrorCode::Busy);
    QVERIFY(share.time >= realShare.busyRetry);
}

QTEST_GUILESS_MAIN(TestAtomicMove)
#include "tst_atomicmove.moc"
