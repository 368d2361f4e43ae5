// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/zone/shareactions.h"
#include "tests/common/share/tempshare.h"
#include "tests/support/comparewords.h"
#include "tests/support/watchedio.h"

using namespace dtf;
using namespace Qt::StringLiterals;

class TestActions : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void dispatchMoves();
    void changedBeforeIsNotTouched_data();
    void changedBeforeIsNotTouched();
    void anotherFileOfTheNameIsNotHeld();
    void changedDuringTheMoveIsTold();
    void goneIsLost();
    void whatWasTakenBackHoldsNobodyUp();
    void anAnswerForEachInOrder();
    void heldWithItsReasonBeside();
    void heldAgainWhereItLies();
    void markDone();
    void markDoneGoesOnWhereItStopped();
    void markDoneLeavesACommittedStageWhole();
    void rollForward();
    void aForeignShareIsNotTouched();
#ifdef Q_OS_UNIX
    void aLinkIsRejectedAsItIs();
#endif

private:
    LocalShareFs &fs()
    {
        return *m_share->operator->();
    }
    QByteArray uuid()
    {
        return fs().identity()->uuid;
    }
    ActionDone run(const ShareAction &action)
    {
        return performAll(fs(), uuid(), {action}, true).value(0);
    }
    QByteArray read(const SharePath &path)
    {
        return TempShare::read(m_share->path(path));
    }
    ShareAction dispatch(const QByteArray &name)
    {
        const EntryInfo info = *fs().look(layout::incoming(name));
        ShareAction action;
        action.kind = ActionKind::Dispatch;
        action.job = m_ids.next({1'795'000'000'000});
        action.source = layout::incoming(name);
        action.target = layout::assigned(TempShare::node(), {action.job, 1, {}, name});
        action.name = name;
        action.checkStamp = true;
        action.size = info.size;
        action.mtimeNs = info.mtimeNs;
        action.stamp = fileStamp(info.fileId);
        return action;
    }
    ShareAction doneByHand()
    {
        ShareAction action;
        action.kind = ActionKind::MarkDone;
        action.job = m_ids.next({1'795'000'000'000});
        action.name = "a.csv";
        action.source = layout::hold({action.job, 1, boot(), action.name});
        action.target = layout::completed({1'795'000'000'000}, action.job, action.name);
        action.stage = {action.job, 1, *BootId::parse("cccccccc")};
        action.sidecar = "{}";
        m_share->put(action.source, "input");
        return action;
    }
    static BootId boot()
    {
        return *BootId::parse("bbbbbbbb");
    }
    std::unique_ptr<TempShare> m_share;
    JobIdGenerator m_ids;
};

void TestActions::init()
{
    m_share = std::make_unique<TempShare>();
}

void TestActions::dispatchMoves()
{
    m_share->put("incoming/a.csv", "1;2");
    const ShareAction action = dispatch("a.csv");
    const ActionDone done = run(action);
    COMPARE_WORDS(done.outcome, MoveOutcome::Moved);
    QVERIFY(!done.changedBefore && !done.changedAfter);
    QCOMPARE(done.place, action.target);
    QCOMPARE(read(action.target), QByteArray("1;2"));
    QVERIFY(!QFile::exists(m_share->path(action.source)));
}

void TestActions::changedBeforeIsNotTouched_data()
{
    QTest::addColumn<int>("size");
    QTest::addColumn<int>("mtime");
    QTest::addColumn<int>("stamp");
    QTest::newRow("other size") << 1 << 0 << 0;
    QTest::newRow("other time") << 0 << 1 << 0;
    QTest::newRow("other file under the same name") << 0 << 0 << 1;
}

void TestActions::changedBeforeIsNotTouched()
{
    QFETCH(int, size);
    QFETCH(int, mtime);
    QFETCH(int, stamp);
    m_share->put("incoming/a.csv", "1;2");
    ShareAction action = dispatch("a.csv");
    action.size += size;
    action.mtimeNs += mtime;
    action.stamp += quint64(stamp);
    const ActionDone done = run(action);
    QVERIFY(done.changedBefore);
    COMPARE_WORDS(done.outcome, MoveOutcome::Failed);
    QCOMPARE(read("incoming/a.csv"), QByteArray("1;2"));
    QVERIFY(!QFile::exists(m_share->path(action.target)));
}

void TestActions::anotherFileOfTheNameIsNotHeld()
{
    m_share->put("incoming/a.csv", "1;2");
    ShareAction action = dispatch("a.csv");
    action.kind = ActionKind::Hold;
    action.target = layout::hold({action.job, 0, {}, "a.csv"});
    ShareAction another = action;
    another.size += 1;
    QVERIFY(run(another).changedBefore);
    QCOMPARE(read("incoming/a.csv"), QByteArray("1;2"));
    COMPARE_WORDS(run(action).outcome, MoveOutcome::Moved);
    QCOMPARE(read(action.target), QByteArray("1;2"));
}

void TestActions::changedDuringTheMoveIsTold()
{
    m_share->put("incoming/a.csv", "1;2");
    const ShareAction action = dispatch("a.csv");
    LocalShareFs share(std::make_unique<WatchedIo>(m_share->root(),
                           [this](const SharePath &source) { m_share->put(source, "1;2;3"); }), // after the look, before the move
        TempShare::timing());
    const ActionDone done = performAll(share, uuid(), {action}, true).value(0);
    COMPARE_WORDS(done.outcome, MoveOutcome::Moved);
    QVERIFY(!done.changedBefore);
    QVERIFY(done.changedAfter);
}

void TestActions::goneIsLost()
{
    m_share->put("incoming/a.csv", "1;2");
    const ShareAction action = dispatch("a.csv");
    QVERIFY(QFile::remove(m_share->path(action.source)));
    const ActionDone done = run(action);
    COMPARE_WORDS(done.outcome, MoveOutcome::Lost);
    QVERIFY(!done.changedBefore);
}

/// A hundred files that were dropped by mistake and taken back at once.
void TestActions::whatWasTakenBackHoldsNobodyUp()
{
    LocalShareFs network(m_share->root(), {milliseconds(200), milliseconds(60'000)}); // caches that live for a minute
    m_share->put("incoming/a.csv", "1;2");
    m_share->put("incoming/b.csv", "1;2");
    const QList<ShareAction> actions {dispatch("a.csv"), dispatch("b.csv")};
    QVERIFY(QFile::remove(m_share->path("incoming/a.csv")));
    QElapsedTimer took;
    took.start();
    const QList<ActionDone> done = performAll(network, uuid(), actions, true);
    COMPARE_WORDS(done[0].outcome, MoveOutcome::Lost);
    COMPARE_WORDS(done[1].outcome, MoveOutcome::Moved);
    QVERIFY(took.elapsed() < 30'000);
}

void TestActions::anAnswerForEachInOrder()
{
    QList<ShareAction> actions;
    for (const char *name : {"a.csv", "b.csv", "c.csv"}) {
        m_share->put(layout::incoming(name), name);
        actions.append(dispatch(name));
    }
    QVERIFY(QFile::remove(m_share->path(actions[1].source)));
    const QList<ActionDone> done = performAll(fs(), uuid(), actions, false);
    QCOMPARE(done.size(), 3);
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(done[i].job, actions[i].job);
        COMPARE_WORDS(done[i].outcome, i == 1 ? MoveOutcome::Lost : MoveOutcome::Moved); // one failure stops nobody
    }
}

void TestActions::heldWithItsReasonBeside()
{
    m_share->put("incoming/a.csv", "1;2");
    ShareAction action = dispatch("a.csv");
    action.kind = ActionKind::Hold;
    action.target = layout::hold({action.job, 0, {}, "a.csv"});
    action.sidecar = "{\"why\":1}";
    COMPARE_WORDS(run(action).outcome, MoveOutcome::Moved);
    QCOMPARE(read(action.target), QByteArray("1;2"));
    QCOMPARE(read(layout::sidecar(action.target)), action.sidecar);
}

/// Held, released, and held again before a node had it: it stays, and its newest reason with it.
void TestActions::heldAgainWhereItLies()
{
    m_share->put("incoming/a.csv", "1;2");
    ShareAction action = dispatch("a.csv");
    action.kind = ActionKind::Hold;
    action.target = layout::hold({action.job, 0, {}, "a.csv"});
    action.sidecar = "{\"why\":1}";
    COMPARE_WORDS(run(action).outcome, MoveOutcome::Moved);
    action.source = action.target;
    action.sidecar = "{\"why\":2}";
    COMPARE_WORDS(run(action).outcome, MoveOutcome::Moved);
    QCOMPARE(read(action.target), QByteArray("1;2"));
    QCOMPARE(read(layout::sidecar(action.target)), action.sidecar);
    QVERIFY(QFile::remove(m_share->path(action.target)));
    COMPARE_WORDS(run(action).outcome, MoveOutcome::Lost);
}

void TestActions::markDone()
{
    const ShareAction action = doneByHand();
    const ActionDone done = run(action);
    COMPARE_WORDS(done.outcome, MoveOutcome::Moved);
    QCOMPARE(read(action.target + "/a.csv"), QByteArray("input"));
    QCOMPARE(read(action.target + "/manifest.json"), QByteArray("{}"));
    QVERIFY(!QFile::exists(m_share->path(action.source)));
    QVERIFY(!QFile::exists(m_share->path(layout::stage(action.stage))));
}

void TestActions::markDoneGoesOnWhereItStopped()
{
    const ShareAction action = doneByHand();
    QVERIFY(fs().makeFolder(layout::stage(action.stage)));
    COMPARE_WORDS(run(action).outcome, MoveOutcome::Moved); // stopped after the folder was made
    QCOMPARE(read(action.target + "/a.csv"), QByteArray("input"));

    const ShareAction committed = doneByHand();
    QVERIFY(fs().makeFolder(layout::stage(committed.stage)));
    QVERIFY(fs().writeSmall(layout::stagedManifest(committed.stage), "{}", false));
    COMPARE_WORDS(fs().atomicMove(committed.source, layout::stagedToken(committed.stage, "a.csv")).outcome, MoveOutcome::Moved);
    COMPARE_WORDS(run(committed).outcome, MoveOutcome::Moved); // stopped after the commit
    QCOMPARE(read(committed.target + "/a.csv"), QByteArray("input"));
}

/// The token in an agent's stage belongs to the results there.
void TestActions::markDoneLeavesACommittedStageWhole()
{
    ShareAction action = doneByHand();
    const StageName agents {action.job, 1, boot()};
    action.source = layout::stagedToken(agents, "a.csv");
    QVERIFY(fs().makeFolder(layout::stage(agents)) && fs().makeFolder(layout::stagedResults(agents)));
    m_share->put(action.source, "input");
    m_share->put(layout::stagedResults(agents) + "/r.csv", "result");
    COMPARE_WORDS(run(action).outcome, MoveOutcome::Lost); // the fleet looks again
    QCOMPARE(read(action.source), QByteArray("input"));
    QVERIFY(!QFile::exists(m_share->path(action.target)));
    QVERIFY(!QFile::exists(m_share->path(layout::stage(action.stage))));
}

void TestActions::rollForward()
{
    ShareAction action = doneByHand();
    action.kind = ActionKind::RollForward;
    QVERIFY(fs().makeFolder(layout::stage(action.stage)));
    m_share->put(layout::stagedManifest(action.stage), "made by the agent");
    m_share->put(layout::stagedToken(action.stage, "a.csv"), "input");
    COMPARE_WORDS(run(action).outcome, MoveOutcome::Moved);
    QCOMPARE(read(action.target + "/manifest.json"), QByteArray("made by the agent"));
    QVERIFY(run(action).outcome != MoveOutcome::Failed); // the second time finds it there or gone, and breaks nothing
    QCOMPARE(read(action.target + "/a.csv"), QByteArray("input"));
}

void TestActions::aForeignShareIsNotTouched()
{
    m_share->put("incoming/a.csv", "1;2");
    const ShareAction action = dispatch("a.csv");
    const QList<ActionDone> done = performAll(fs(), "another-uuid", {action, action}, true);
    QCOMPARE(done.size(), 2);
    COMPARE_WORDS(done[0].outcome, MoveOutcome::Failed);
    COMPARE_WORDS(done[0].error.code, ErrorCode::ShareWrong);
    QCOMPARE(read("incoming/a.csv"), QByteArray("1;2"));
}

#ifdef Q_OS_UNIX
void TestActions::aLinkIsRejectedAsItIs()
{
    TempShare::write(m_share->local("secret"), "not yours");
    QVERIFY(QFile::link(m_share->local("secret"), m_share->path("incoming/link.csv")));
    ShareAction action = dispatch("link.csv");
    action.kind = ActionKind::Reject;
    action.target = layout::rejected(action.job, "link.csv");
    action.checkStamp = false; // as the fleet asks for it: what is refused need not be a file
    COMPARE_WORDS(run(action).outcome, MoveOutcome::Moved);
    QVERIFY(QFileInfo(m_share->path(action.target)).isSymLink());
    QCOMPARE(TempShare::read(m_share->local("secret")), QByteArray("not yours"));
}
#endif

QTEST_APPLESS_MAIN(TestActions)
#include "tst_actions.moc"
