// SPDX-License-Identifier: GPL-3.0-or-later
// What became of the last hours: pure pictures of rows as tables, and the two long questions beside the store's thread.
#include "orchestrator/store/history.h"
#include "storefixture.h"

#include "tests/support/comparewords.h"

using namespace dtf;
using namespace dtf::test;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 minute = 60'000;
constexpr qint64 noon = 1'700'006'400'000; // 2023-11-15 00:00 UTC, a whole hour

HistoryQuery query(int hours, qint64 nowMinutes, const QList<LaneSeed> &nodes = {})
{
    HistoryQuery made;
    made.now = {noon + nowMinutes * minute};
    made.hours = hours;
    made.nodes = nodes;
    return made;
}

/// "5 started 1", "9 state paused: lunch", "0 orchestrator": minutes, what, job's number or the rest.
HistoryRow rowOf(const QString &text)
{
    const QStringList words = text.split(u' ');
    HistoryRow row;
    row.time = {noon + words[0].toLongLong() * minute};
    row.node = nodeName(1);
    if (words[1] == u"state") {
        row.kind = AuditKind::NodeState;
        row.detail = words.mid(2).join(u' ').toUtf8();
    } else if (words[1] == u"orchestrator") {
        row.kind = AuditKind::OrchestratorStarted;
        row.node = {};
    } else {
        row.kind = auditKindFromString(QLatin1StringView("job." + words[1].toLatin1())).value_or(AuditKind::Gap);
        row.job = jobId(words[2].toInt());
        row.epoch = 1;
    }
    return row;
}

QString laneText(const QList<LanePart> &parts)
{
    QStringList words;
    for (const LanePart &part : parts) {
        words.append(u"%1 %2-%3"_s.arg(part.state)
                         .arg((part.from.msecsSinceEpoch - noon) / minute)
                         .arg((part.to.msecsSinceEpoch - noon) / minute));
    }
    return words.join(u", "_s);
}

} // namespace

class TestHistory final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_history_begins_at_a_whole_hour()
    {
        QCOMPARE(historyStart(query(1, 30)).msecsSinceEpoch, noon);
        QCOMPARE(historyStart(query(24, 30)).msecsSinceEpoch, noon - 23 * hourMs);
        QCOMPARE(historyStart(query(0, 30)).msecsSinceEpoch, noon); // bounds are kept
        QCOMPARE(historyStart(query(9'999, 30)).msecsSinceEpoch, noon - 167 * hourMs);
    }

    void hours_count_ends_and_waits()
    {
        QList<HistoryRow> rows;
        for (const auto &[at, waited, epoch] : {std::tuple {10, 3, 1}, {20, 1, 1}, {30, 7, 1}, {40, 50, 2}, {70, 5, 1}}) {
            HistoryRow row = rowOf(u"%1 assigned 1"_s.arg(at));
            row.epoch = Epoch(epoch);
            row.accepted = {row.time.msecsSinceEpoch - waited * minute};
            rows.append(row);
        }
        const qint64 hour = noon / hourMs;
        const QList<EndedHour> ended {{hour - 1, JobState::Done, 9}, {hour, JobState::Done, 4}, {hour, JobState::Failed, 2},
            {hour, JobState::Hold, 1}, {hour + 1, JobState::Rejected, 3}, {hour + 2, JobState::Done, 9}};
        const QList<HistoryHour> hours = historyHours(query(2, 90), ended, rows);
        QCOMPARE(hours.size(), 2); // what lies outside is left out
        QCOMPARE(hours[0].start.msecsSinceEpoch, noon);
        QCOMPARE(hours[0].done, 4);
        QCOMPARE(hours[0].failed, 2);
        QCOMPARE(hours[0].held, 1);
        QCOMPARE(hours[0].rejected, 0);
        QCOMPARE(hours[0].longestWaitMs, 7 * minute); // a second assignment is no wait in the queue
        QCOMPARE(hours[0].medianWaitMs, 3 * minute);
        QCOMPARE(hours[1].rejected, 3);
        QCOMPARE(hours[1].longestWaitMs, 5 * minute);
        QCOMPARE(historyHours(query(1, 30), {}, {}).first().longestWaitMs, -1);
    }

    void lanes_data()
    {
        QTest::addColumn<QByteArray>("seed"); // state since long before; empty: changed since
        QTest::addColumn<QStringList>("rows");
        QTest::addColumn<QString>("lane");
        const auto row = [](const char *name, const char *seed, const QStringList &rows, const QString &lane) {
            QTest::newRow(name) << QByteArray(seed) << rows << lane;
        };
        row("nothing known", "", {}, u"unknown 0-60"_s);
        row("the same all the time", "ready", {}, u"ready 0-60"_s);
        row("lost all the time", "lost", {}, u"lost 0-60"_s);
        row("at the login all the time", "login_required", {}, u"browser 0-60"_s);
        row("paused all the time", "paused", {}, u"paused 0-60"_s);
        row("a run", "", {u"-5 state browser ready: "_s, u"10 started 1"_s, u"20 exited 1"_s, u"20 done 1"_s},
            u"ready 0-10, busy 10-20, ready 20-60"_s);
        row("two runs side by side are two", "", {u"-5 state heard"_s, u"10 started 1"_s, u"20 exited 1"_s, u"20 started 2"_s},
            u"ready 0-10, busy 10-20, busy 20-60"_s);
        row("a run that failed", "", {u"-5 state heard"_s, u"10 started 1"_s, u"20 exited 1"_s, u"21 failed 1"_s},
            u"ready 0-10, failed 10-20, ready 20-60"_s);
        row("a run that went on hold", "", {u"-5 state heard"_s, u"10 started 1"_s, u"20 held 1"_s},
            u"ready 0-10, failed 10-20, ready 20-60"_s);
        row("hold of a file that never ran", "", {u"-5 state heard"_s, u"20 held 1"_s}, u"ready 0-60"_s);
        row("a run that began before", "", {u"-9 state heard"_s, u"-5 started 1"_s, u"20 exited 1"_s},
            u"busy 0-20, ready 20-60"_s);
        row("lost and back, still running", "",
            {u"-9 state heard"_s, u"10 started 1"_s, u"20 state suspect: no heartbeat"_s, u"21 state lost: silent"_s,
                u"30 state heard again"_s, u"40 exited 1"_s},
            u"ready 0-10, busy 10-20, suspect 20-21, lost 21-30, busy 30-40, ready 40-60"_s);
        row("it was heard before it was lost", "", {u"20 state lost: silent"_s}, u"ready 0-20, lost 20-60"_s);
        row("paused while it runs", "",
            {u"-9 state heard"_s, u"10 started 1"_s, u"15 state paused: lunch: not lost"_s, u"20 exited 1"_s,
                u"30 state resumed: "_s},
            u"ready 0-10, busy 10-20, paused 20-30, ready 30-60"_s);
        row("drained", "", {u"-9 state heard"_s, u"30 state draining: test"_s}, u"ready 0-30, draining 30-60"_s);
        row("login", "", {u"-9 state heard"_s, u"30 state browser login_required: tab"_s, u"40 state browser ready: "_s},
            u"ready 0-30, browser 30-40, ready 40-60"_s);
        row("does not see the share", "", {u"-9 state heard"_s, u"30 state browser ready, does not see the share: x"_s},
            u"ready 0-30, browser 30-60"_s);
        row("refused", "", {u"-9 state heard"_s, u"30 state heartbeat refused: a clone"_s}, u"ready 0-30, refused 30-60"_s);
        row("the orchestrator began anew", "", {u"-9 state heard"_s, u"30 orchestrator"_s, u"31 state heard"_s},
            u"ready 0-30, unknown 30-31, ready 31-60"_s);
        row("a clock that was set back", "", {u"-9 state heard"_s, u"30 started 1"_s, u"20 exited 1"_s, u"40 started 2"_s},
            u"ready 0-40, busy 40-60"_s);
    }
    void lanes()
    {
        QFETCH(QByteArray, seed);
        QFETCH(QStringList, rows);
        QFETCH(QString, lane);
        QList<HistoryRow> made;
        for (const QString &row : rows) {
            made.append(rowOf(row));
        }
        const LaneSeed known {nodeName(1), seed.isEmpty() ? "ready" : seed, {seed.isEmpty() ? noon + 1 : noon - hourMs}};
        const QList<HistoryLane> lanes = historyLanes(query(1, 60 - 1, {known}), made);
        QCOMPARE(lanes.size(), 1);
        QString text = laneText(lanes.first().parts);
        QCOMPARE(text.replace(u"-59"_s, u"-60"_s), lane);
    }

    void rows_of_unknown_nodes_make_no_lane()
    {
        HistoryRow row = rowOf(u"5 state heard"_s);
        row.node = nodeName(7);
        QCOMPARE(historyLanes(query(1, 30), {row}).size(), 0);
    }

    void too_many_parts_become_equal_pieces_and_no_failure_is_hidden()
    {
        QList<LanePart> parts;
        for (int i = 0; i < 1'000; ++i) {
            parts.append({i % 2 ? u"ready"_s : u"busy"_s, {noon + i * 10}, {noon + (i + 1) * 10}});
        }
        parts[501].state = u"failed"_s;
        parts[777].state = u"lost"_s;
        QCOMPARE(coarse(parts, 1'000).size(), 1'000);
        const QList<LanePart> few = coarse(parts, 50);
        QVERIFY(few.size() <= 50);
        QCOMPARE(few.first().from.msecsSinceEpoch, noon);
        QCOMPARE(few.last().to.msecsSinceEpoch, noon + 10'000);
        for (qsizetype i = 1; i < few.size(); ++i) {
            QCOMPARE(few[i].from.msecsSinceEpoch, few[i - 1].to.msecsSinceEpoch);
        }
        const auto has = [&](const QString &state) {
            return std::any_of(few.begin(), few.end(), [&](const LanePart &part) { return part.state == state; });
        };
        QVERIFY(has(u"failed"_s));
        QVERIFY(has(u"lost"_s));
    }

    void the_store_tells_it()
    {
        StoreFixture fixture;
        QVERIFY(fixture.open());
        StoreBatch batch = batchOf(1, 3, 0);
        for (JobRecord &job : batch.jobs) {
            job.accepted = {noon + minute};
            job.changed = {noon + 20 * minute};
            job.state = JobState::Done;
            job.node = nodeName(1);
        }
        batch.jobs[2].state = JobState::Failed;
        for (const auto &[kind, at] : {std::pair {AuditKind::NodeState, 0}, {AuditKind::JobAssigned, 5},
                 {AuditKind::JobStarted, 6}, {AuditKind::JobExited, 20}}) {
            AuditEvent event = auditEvent(kind, kind == AuditKind::NodeState ? JobId {} : jobId(1), "heard");
            event.time = {noon + at * minute};
            batch.audit.append(event);
        }
        QVERIFY(fixture.commit(batch));
        const auto ask = [&](int hours) {
            return await<HistoryView>([&](auto done) {
                fixture.store->history(query(hours, 30, {{nodeName(1), "ready", {noon + 1}}}), done);
            });
        };
        const auto view = ask(1);
        QVERIFY2(view, view ? "" : qPrintable(view.error().detail));
        QVERIFY(view->complete);
        QCOMPARE(view->hours.size(), 1);
        QCOMPARE(view->hours[0].done, 2);
        QCOMPARE(view->hours[0].failed, 1);
        QCOMPARE(view->hours[0].longestWaitMs, 4 * minute);
        QCOMPARE(laneText(view->lanes.value(0).parts), u"ready 0-6, busy 6-20, ready 20-30"_s);
        QVERIFY(ask(24)); // and again
    }

    void who_asks_meanwhile_gets_the_same_answer_others_are_refused()
    {
        StoreFixture fixture;
        QVERIFY(fixture.open());
        QStringList answers;
        const auto ask = [&](int hours) {
            fixture.store->history(query(hours, 30), [&answers, hours](const Result<HistoryView> &view) {
                answers.append(u"%1 %2"_s.arg(hours).arg(view ? u"ok"_s : QString(toString(view.error().code))));
            });
        };
        ask(24);
        ask(24);
        ask(1);
        QTRY_COMPARE(answers.size(), 3);
        QCOMPARE(answers.count(u"24 ok"_s), 2);
        QCOMPARE(answers.count(u"1 too-many"_s), 1);
        fixture.store->close();
        ask(24);
        QTRY_COMPARE(answers.size(), 4);
        QCOMPARE(answers.last(), u"24 cancelled"_s);
    }

    void the_chain_is_checked_beside_the_store()
    {
        StoreFixture fixture;
        StoreOptions options;
        options.checkAgainAfter = milliseconds(0);
        QVERIFY(fixture.open(options));
        QVERIFY(fixture.commit(batchOf(1, 2'500, 1)));
        const auto ask = [&] {
            return await<AuditCheck>([&](auto done) { fixture.store->auditCheck(done); }).value_or(AuditCheck {});
        };
        const AuditCheck first = ask();
        QVERIFY(first.running); // it has begun, nothing is known yet
        QCOMPARE(first.time.msecsSinceEpoch, 0);
        QVERIFY(QTest::qWaitFor([&] { return ask().rows == 2'500; }, patienceMs));
        QVERIFY(ask().ok);
        QVERIFY(ask().time.msecsSinceEpoch > 0);
        QVERIFY(fixture.sql(u"DROP TRIGGER audit_no_update;;UPDATE audit SET detail = x'00' WHERE seq = 1200"_s));
        QVERIFY(QTest::qWaitFor([&] { return !ask().ok; }, patienceMs));
        QCOMPARE(ask().firstBad, 1'200);
        QCOMPARE(ask().rows, 1'199);
        QVERIFY(!ask().why.isEmpty());
    }

    void a_young_check_is_not_made_again()
    {
        StoreFixture fixture;
        QVERIFY(fixture.open()); // a minute
        const auto ask = [&] {
            return await<AuditCheck>([&](auto done) { fixture.store->auditCheck(done); }).value_or(AuditCheck {});
        };
        QVERIFY(QTest::qWaitFor([&] { return !ask().running; }, patienceMs));
        const AuditCheck one = ask();
        QVERIFY(one.ok);
        QVERIFY(!ask().running);
        QCOMPARE(ask().time.msecsSinceEpoch, one.time.msecsSinceEpoch);
    }
};

QTEST_GUILESS_MAIN(TestHistory)
#include "tst_history.moc"
