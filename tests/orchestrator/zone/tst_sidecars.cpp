// SPDX-License-Identifier: GPL-3.0-or-later
// Reasons beside tokens in hold/ and failed/: they go with their token, at once or later.
#include "orchestrator/zone/shareactions.h"
#include "orchestrator/zone/sidecartidier.h"
#include "tests/common/share/tempshare.h"
#include "tests/support/comparewords.h"

using namespace dtf;
using namespace Qt::StringLiterals;

class TestSidecars : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void itGoesWithItsToken_data();
    void itGoesWithItsToken();
    void itStaysWhenTheMoveDidNotHappen();
    void aReasonThatCanNotGoStopsNobody();
    void anOrphanGoesAfterTwoLooksFarApart();
    void aTokenThatIsJsonNeverGoes();
    void anOrphanWhoseTokenComesBackIsNone();
    void aForeignShareIsNotTouched();

private:
    LocalShareFs &fs() { return *m_share->operator->(); }
    QByteArray uuid() { return fs().identity()->uuid; }
    bool exists(const SharePath &path) { return QFile::exists(m_share->path(path)); }
    /// A token with its reason beside it, as an agent leaves them.
    SharePath put(const SharePath &token)
    {
        m_share->put(token, "token");
        m_share->put(layout::sidecar(token), reason());
        return token;
    }
    QByteArray reason() const { return "{\"job\":\"" + m_job.toBytes26() + "\"}"; }
    [[nodiscard]] TokenName token() const { return {m_job, 1, *BootId::parse("bbbbbbbb"), "a.csv"}; }
    ShareAction action(ActionKind kind, const SharePath &source, const SharePath &target)
    {
        ShareAction made;
        made.kind = kind;
        made.job = m_job;
        made.source = source;
        made.target = target;
        made.name = "a.csv";
        made.sidecar = reason();
        made.stage = {m_job, 1, *BootId::parse("cccccccc")};
        return made;
    }
    ActionDone run(const ShareAction &made) { return performAll(fs(), uuid(), {made}, false).value(0); }
    static MonoTime at(int seconds) { return {milliseconds(1'000'000 + seconds * 1000)}; }

    std::unique_ptr<TempShare> m_share;
    JobId m_job = *JobId::parse("01JDCQ5T3M8YZKX4W9RVN7B2HC");
};

void TestSidecars::init()
{
    m_share = std::make_unique<TempShare>();
}

void TestSidecars::itGoesWithItsToken_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<int>("kind");
    QTest::newRow("held, runs again") << QByteArray("hold") << int(ActionKind::Dispatch);
    QTest::newRow("failed, runs again") << QByteArray("failed") << int(ActionKind::Dispatch);
    QTest::newRow("held, done by hand") << QByteArray("hold") << int(ActionKind::MarkDone);
    QTest::newRow("failed, done by hand") << QByteArray("failed") << int(ActionKind::MarkDone);
    QTest::newRow("failed, held") << QByteArray("failed") << int(ActionKind::Hold);
}

void TestSidecars::itGoesWithItsToken()
{
    QFETCH(QByteArray, from);
    QFETCH(int, kind);
    const SharePath source = put(from == "hold" ? layout::hold(token()) : layout::failed(token()));
    const SharePath target = ActionKind(kind) == ActionKind::Dispatch
        ? layout::assigned(TempShare::node(), {m_job, 2, {}, "a.csv"})
        : ActionKind(kind) == ActionKind::Hold ? layout::hold({m_job, 1, {}, "a.csv"})
                                               : layout::completed({1'795'000'000'000}, m_job, "a.csv");
    COMPARE_WORDS(run(action(ActionKind(kind), source, target)).outcome, MoveOutcome::Moved);
    QVERIFY(!exists(source));
    QVERIFY(!exists(layout::sidecar(source)));
    QVERIFY(exists(target));
    QCOMPARE(exists(layout::sidecar(target)), ActionKind(kind) == ActionKind::Hold); // the new reason stays
}

void TestSidecars::itStaysWhenTheMoveDidNotHappen()
{
    const SharePath source = put(layout::hold(token()));
    const SharePath nowhere = "processing/DTF-09/" + format(TokenName {m_job, 2, {}, "a.csv"}); // no such folder
    QVERIFY(run(action(ActionKind::Dispatch, source, nowhere)).outcome != MoveOutcome::Moved);
    QVERIFY(exists(source));
    QVERIFY(exists(layout::sidecar(source)));
    QVERIFY(QFile::remove(m_share->path(source))); // somebody else was quicker
    COMPARE_WORDS(run(action(ActionKind::Dispatch, source, layout::assigned(TempShare::node(), {m_job, 2, {}, "a.csv"}))).outcome,
        MoveOutcome::Lost);
    QVERIFY(exists(layout::sidecar(source)));
}

void TestSidecars::aReasonThatCanNotGoStopsNobody()
{
    const SharePath source = layout::hold(token());
    m_share->put(source, "token");
    QVERIFY(QDir().mkpath(m_share->path(layout::sidecar(source)))); // a folder in its place
    const SharePath target = layout::assigned(TempShare::node(), {m_job, 2, {}, "a.csv"});
    COMPARE_WORDS(run(action(ActionKind::Dispatch, source, target)).outcome, MoveOutcome::Moved);
    QVERIFY(exists(target));
}

void TestSidecars::anOrphanGoesAfterTwoLooksFarApart()
{
    const SharePath here = put(layout::hold(token()));
    const SharePath orphan = layout::sidecar(layout::failed(token()));
    m_share->put(orphan, reason());
    SidecarTidier tidier(milliseconds(15'000));
    QCOMPARE(tidier.look(fs(), uuid(), at(0)), 0); // it may be a listing out of an old cache
    QCOMPARE(tidier.look(fs(), uuid(), at(30)), 0); // not due
    QVERIFY(exists(orphan));
    QCOMPARE(tidier.look(fs(), uuid(), at(60)), 1);
    QVERIFY(!exists(orphan));
    QVERIFY(exists(here) && exists(layout::sidecar(here)));
    SidecarTidier patient(milliseconds(100'000)); // caches that live long
    m_share->put(orphan, reason());
    for (const int second : {0, 60, 120, 180}) {
        QCOMPARE(patient.look(fs(), uuid(), at(second)), 0);
    }
    QCOMPARE(patient.look(fs(), uuid(), at(240)), 1);
}

void TestSidecars::aTokenThatIsJsonNeverGoes()
{
    const SharePath json = layout::hold({m_job, 1, *BootId::parse("bbbbbbbb"), "a.json"});
    m_share->put(json, "{\"job\":\"payroll\"}");
    SidecarTidier tidier(milliseconds(0));
    for (int minute = 0; minute < 10; ++minute) {
        QCOMPARE(tidier.look(fs(), uuid(), at(60 * minute)), 0);
    }
    QVERIFY(exists(json));
}

void TestSidecars::anOrphanWhoseTokenComesBackIsNone()
{
    const SharePath place = layout::hold(token());
    m_share->put(layout::sidecar(place), reason());
    SidecarTidier tidier(milliseconds(0));
    QCOMPARE(tidier.look(fs(), uuid(), at(0)), 0);
    m_share->put(place, "token");
    QCOMPARE(tidier.look(fs(), uuid(), at(60)), 0);
    QVERIFY(QFile::remove(m_share->path(place)));
    QCOMPARE(tidier.look(fs(), uuid(), at(120)), 0); // counts anew
    QCOMPARE(tidier.look(fs(), uuid(), at(180)), 1);
}

void TestSidecars::aForeignShareIsNotTouched()
{
    const SharePath orphan = layout::sidecar(layout::hold(token()));
    m_share->put(orphan, reason());
    SidecarTidier tidier(milliseconds(0));
    for (int minute = 0; minute < 5; ++minute) {
        QCOMPARE(tidier.look(fs(), "another-uuid", at(60 * minute)), 0);
    }
    QVERIFY(exists(orphan));
}

QTEST_APPLESS_MAIN(TestSidecars)
#include "tst_sidecars.moc"
