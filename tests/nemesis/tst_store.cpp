// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/comparewords.h"
#include "tests/support/fleet.h"
#include "tests/support/historycheck.h"

#include <QTest>

#include <algorithm>
#include <filesystem>

namespace dtf {

using namespace Qt::StringLiterals;
namespace fs = std::filesystem;

/// The orchestrator's memory is lost, or yesterday's is put back, while machines are at work.
class LostStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theShareTellsWhereEverythingIs_data();
    void theShareTellsWhereEverythingIs();
};

void LostStore::theShareTellsWhereEverythingIs_data()
{
    QTest::addColumn<bool>("backup");
    QTest::newRow("yesterday's backup is put back") << true;
    QTest::newRow("lost") << false;
}

void LostStore::theShareTellsWhereEverythingIs()
{
    QFETCH(bool, backup);
    FleetPlan plan = scriptNodes(2,
        {u"/bin/sh"_s, u"-c"_s,
            u"echo begun; until [ -e \"$DTF_TEST_FLEET/go-$2\" ]; do sleep 0.2; done; cp -- \"$1\" \"$DTF_OUT/copy\""_s,
            u"wait"_s, u"{file}"_s, u"{name}"_s});
    Fleet fleet(plan);
    BEGIN(fleet);
    const auto go = [&](const char *name) { return writeFile(fleet.folder() + u"/go-"_s + QString::fromLatin1(name), {}); };
    const auto is = [&](const char *name, JobState state) {
        const JobView job = fleet.api().jobNamed(QString::fromLatin1(name));
        return !job.job.isNull() && job.state == state;
    };
    // What the backup knows: one done, one that runs and goes on after it.
    QVERIFY(go("old-done.csv"));
    fleet.drop("old-done.csv", "1");
    fleet.drop("old-running.csv", "2");
    UNTIL(is("old-done.csv", JobState::Done) && is("old-running.csv", JobState::Running), seconds(60));
    QVERIFY(fleet.orchestrator().stop());
    const fs::path store((fleet.folder() + u"/store"_s).toStdString());
    const fs::path copy((fleet.folder() + u"/backup"_s).toStdString());
    fs::copy(store, copy, fs::copy_options::recursive);
    QVERIFY(fleet.startOrchestrator());
    UNTIL(fleet.waitReady(), seconds(60));

    // What it does not know.
    QVERIFY(go("old-running.csv") && go("new-done.csv"));
    fleet.drop("new-done.csv", "3");
    UNTIL(is("old-running.csv", JobState::Done) && is("new-done.csv", JobState::Done), seconds(60));
    fleet.drop("new-running.csv", "4");
    fleet.drop("new-other.csv", "5");
    UNTIL(is("new-running.csv", JobState::Running) && is("new-other.csv", JobState::Running), seconds(60));
    fleet.drop("new-assigned.csv", "6");
    UNTIL(is("new-assigned.csv", JobState::Assigned), seconds(60));
    fleet.drop("new-held.csv", "7");
    UNTIL(is("new-held.csv", JobState::Assigned) || is("new-held.csv", JobState::Waiting), seconds(60));
    QCOMPARE(fleet.api().command(fleet.api().jobNamed(u"new-held.csv"_s).job, JobAction::Hold).status, 200);
    UNTIL(is("new-held.csv", JobState::Hold), seconds(60));
    const QList<PlacedToken> before = fleet.share().tokens();
    const qsizetype starts = readStarts(fleet.folder() + u"/starts"_s).size();

    fleet.killOrchestrator();
    fs::remove_all(store);
    if (backup) {
        fs::copy(copy, store, fs::copy_options::recursive);
    }
    fleet.expectAuditGap();
    QVERIFY(fleet.startOrchestrator());
    UNTIL(fleet.waitReady(), seconds(60));
    UNTIL(is("new-running.csv", JobState::Running) && is("new-other.csv", JobState::Running)
            && is("new-assigned.csv", JobState::Assigned) && is("new-held.csv", JobState::Hold),
        seconds(60));
    QCOMPARE(fleet.share().tokens().size(), before.size());
    for (const PlacedToken &token : before) {
        const QList<PlacedToken> now = fleet.share().tokensOf(token.token.name);
        QCOMPARE(now.size(), 1);
        QCOMPARE(now.first().path, token.path); // nothing was moved for it
    }
    QCOMPARE(readStarts(fleet.folder() + u"/starts"_s).size(), starts);
    const QList<AuditRow> audit = fleet.api().audit();
    QVERIFY2(std::any_of(audit.begin(), audit.end(), [](const AuditRow &r) { return r.event.kind == AuditKind::Gap; }),
        "nobody is told that history is missing");

    for (const char *name : {"new-running.csv", "new-other.csv", "new-assigned.csv", "new-held.csv"}) {
        QVERIFY(go(name));
    }
    UNTIL(is("new-running.csv", JobState::Done) && is("new-other.csv", JobState::Done) && is("new-assigned.csv", JobState::Done),
        seconds(60));
    const JobView held = fleet.api().jobNamed(u"new-held.csv"_s);
    OperatorRequest request;
    request.reason = u"the start ledger says that it never ran"_s;
    const ApiClient::Answer answer = fleet.api().command(held.job, JobAction::Requeue, request);
    QVERIFY2(answer.status == 200, qUtf8Printable(answer.reply.detail));
    UNTIL(is("new-held.csv", JobState::Done), seconds(60));
    const auto done = readStarts(fleet.folder() + u"/starts"_s);
    QCOMPARE(done.size(), 7); // each file once
    ALL_IS_WELL(fleet);
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::LostStore)
#include "tst_store.moc"
