// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/attemptsmodel.h"
#include "console/models/resultsmodel.h"
#include "console/views/detailview.h"
#include "console/views/evidencepage.h"
#include "console/views/factspage.h"
#include "console/views/logpage.h"
#include "console/views/noticestack.h"
#include "console/views/timelinepage.h"
#include "console/views/whypage.h"
#include "tests/console/models/fakejobsource.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QTest>
#include <QTextBlock>
#include <QTimer>

using namespace Qt::StringLiterals;
using namespace dtf;

namespace {

/// An orchestrator that knows one file, and answers from the event loop.
class FakeDetails final : public DetailSource
{
public:
    QList<AuditRow> rows;
    WhyView view;
    QByteArray bytes;
    QMap<Epoch, QByteArray> olderLogs;
    QList<AttemptView> tries;
    ResultsView found;
    qsizetype portion = qsizetype {1024} * 1024;
    std::optional<Error> error;
    int whys = 0;
    QList<qint64> offsets;

    void history(const JobId &, QObject *context, Taken<QList<AuditRow>> taken) override { later(context, taken, rows); }
    void why(const JobId &, QObject *context, Taken<WhyView> taken) override
    {
        ++whys;
        later(context, taken, view);
    }
    void log(const JobId &, Epoch attempt, qint64 offset, QObject *context, Taken<QByteArray> taken) override
    {
        offsets.append(offset);
        later(context, taken, (attempt == 0 ? bytes : olderLogs.value(attempt)).mid(offset, portion));
    }
    void attempts(const JobId &job, QObject *context, Taken<AttemptsView> taken) override
    {
        later(context, taken, AttemptsView {job, tries});
    }
    void results(const JobId &, QObject *context, Taken<ResultsView> taken) override { later(context, taken, found); }

private:
    template <typename T> void later(QObject *context, const Taken<T> &taken, const T &value)
    {
        const Result<T> answer = error ? Result<T>(tl::unexpected(*error)) : Result<T>(value);
        QTimer::singleShot(0, context, [taken, answer] { taken(answer); });
    }
};

struct Desk
{
    StillClock clock;
    FleetStore store {clock};
    FakeDetails source;
    DetailView view {store, source};

    Desk()
    {
        FeedSnapshot all;
        all.state.summary.time = {1'600'000'100'000};
        store.take(all);
        view.resize(500, 400);
        view.show();
    }
};

} // namespace

class TestDetailView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void without_a_file_it_says_so()
    {
        Desk desk;
        QCOMPARE(desk.view.stack()->words(), u"Choose a file to see all about it."_s);
        desk.view.setFile(jobView(1));
        QCOMPARE(desk.view.stack()->words(), QString());
    }

    void the_timeline_is_fetched_and_goes_on_with_the_feed()
    {
        Desk desk;
        const JobView job = jobView(1);
        AuditRow row;
        row.seq = 7;
        row.event.kind = AuditKind::JobAccepted;
        row.event.job = job.job;
        row.event.time = {1'600'000'000'000};
        desk.source.rows = {row};
        desk.view.setFile(job);
        QTRY_COMPARE(desk.view.timeline()->model()->rowCount(), 1);
        FeedDelta delta;
        row.seq = 9;
        row.event.kind = AuditKind::JobAssigned;
        AuditRow other = row;
        other.seq = 8;
        other.event.job = jobNumber(2);
        delta.audit = {other, row};
        desk.store.take(delta);
        QCOMPARE(desk.view.timeline()->model()->rowCount(), 2);
        QCOMPARE(desk.view.timeline()->model()->phase()->name, u"in its node's folder"_s);
    }

    void the_log_comes_in_portions_and_whole()
    {
        Desk desk;
        for (int i = 0; i < 5000; ++i) {
            desk.source.bytes += "line " + QByteArray::number(i) + "\r\n";
        }
        desk.source.bytes += "the <b>last\u202E</b> without an end";
        desk.source.portion = 10'000;
        desk.view.setFile(jobView(1, JobState::Done));
        desk.view.showPage(DetailView::Page::Log);
        QPlainTextEdit *text = desk.view.log()->text();
        QTRY_COMPARE(text->document()->blockCount(), 5001);
        QCOMPARE(text->document()->lastBlock().text(), u"the <b>last\\u{202e}</b> without an end"_s);
        QCOMPARE(text->document()->findBlockByNumber(4999).text(), u"line 4999"_s);
    }

    void scrolling_up_stops_the_following()
    {
        Desk desk;
        for (int i = 0; i < 500; ++i) {
            desk.source.bytes += "line\n";
        }
        desk.view.setFile(jobView(1, JobState::Running));
        desk.view.showPage(DetailView::Page::Log);
        QPlainTextEdit *text = desk.view.log()->text();
        QTRY_COMPARE(text->document()->blockCount(), 500);
        QVERIFY(desk.view.log()->follow()->isChecked());
        QCOMPARE(text->verticalScrollBar()->value(), text->verticalScrollBar()->maximum());
        text->verticalScrollBar()->setValue(3);
        QVERIFY(!desk.view.log()->follow()->isChecked());
        desk.source.bytes += "more\n";
        QTRY_COMPARE(text->document()->blockCount(), 501);
        QCOMPARE(text->verticalScrollBar()->value(), 3);
    }

    void a_file_that_has_not_run_has_no_log()
    {
        Desk desk;
        desk.source.error = Error {ErrorCode::NotFound, {}};
        desk.view.setFile(jobView(1));
        desk.view.showPage(DetailView::Page::Log);
        QTRY_COMPARE(desk.view.log()->stack()->words(), u"There is no log yet: the file has not run."_s);
    }

    void why_is_asked_only_while_it_is_seen()
    {
        Desk desk;
        desk.source.view.job = jobView(1);
        desk.source.view.verdict = u"waiting-for-node"_s;
        WhyNode node;
        node.node = *NodeName::parse("DTF-01");
        node.gates = {{u"pool"_s, false, u"lost"_s}};
        desk.source.view.nodes = {node};
        desk.view.setFile(jobView(1));
        QCOMPARE(desk.source.whys, 0);
        desk.view.showPage(DetailView::Page::Why);
        QTRY_COMPARE(desk.view.why()->model()->rowCount(), 1);
        QCOMPARE(desk.view.why()->verdict(), u"No node can take it now."_s);
        QTRY_VERIFY_WITH_TIMEOUT(desk.source.whys >= 2, 2 * WhyPage::refreshMs + 3000);
    }

    void an_error_is_told_in_words()
    {
        Desk desk;
        desk.source.error = Error {ErrorCode::Timeout, {}};
        desk.view.setFile(jobView(1));
        QTRY_VERIFY(desk.view.timeline()->stack()->words().startsWith(u"Its steps can't be fetched."_s));
        desk.view.showPage(DetailView::Page::Why);
        QTRY_VERIFY(desk.view.why()->stack()->words().startsWith(u"Why it is not running can't be told now."_s));
    }

    void the_facts_follow_the_feed()
    {
        Desk desk;
        desk.view.setFile(jobView(1));
        JobView job = jobView(1, JobState::Failed);
        job.cause = Cause::ZeroRows;
        FeedDelta delta;
        delta.jobs = {job};
        desk.store.take(delta);
        const QString facts = desk.view.facts()->allText();
        QVERIFY(facts.contains(u"The script ended well but processed no rows."_s));
        QVERIFY(facts.contains(job.job.toString()));
        QVERIFY(facts.contains(u"Path on the share: –"_s));
    }

    void an_older_attempts_log_is_chosen_and_stays_chosen()
    {
        Desk desk;
        JobView job = jobView(1, JobState::Running);
        job.epoch = 2;
        AttemptView first;
        first.epoch = 1;
        first.node = *NodeName::parse("DTF-01");
        first.outcome = u"failed"_s;
        first.exitCode = 3;
        first.ran = true;
        AttemptView second = first;
        second.epoch = 2;
        second.outcome = u"running"_s;
        second.exitCode.reset();
        desk.source.tries = {second, first};
        desk.source.bytes = "newest\n";
        desk.source.olderLogs = {{1, "older\n"}};
        desk.view.setFile(job);
        desk.view.showPage(DetailView::Page::Evidence);
        QTRY_COMPARE(desk.view.evidence()->attempts()->rowCount(), 2);
        const auto cell = [&](int row, AttemptsModel::Column column) {
            return desk.view.evidence()->attempts()->index(row, int(column)).data().toString();
        };
        QCOMPARE(cell(0, AttemptsModel::Column::Outcome), u"running"_s);
        QCOMPARE(cell(1, AttemptsModel::Column::Outcome), u"failed"_s);
        QCOMPARE(cell(1, AttemptsModel::Column::Why), u"Exit code 3."_s);
        Q_EMIT desk.view.evidence()->logWanted(1); // Return on its row
        QTRY_COMPARE(desk.view.log()->text()->toPlainText(), u"older"_s);
        QTRY_VERIFY(desk.view.log()->attempts()->isVisible());
        QCOMPARE(desk.view.log()->attempts()->currentText(), u"#1 on DTF-01, failed"_s);
        job.epoch = 3; // a third one begins: what was chosen stays
        desk.view.setFile(job);
        QCOMPARE(desk.view.log()->text()->toPlainText(), u"older"_s);
        desk.view.log()->showAttempt(0);
        QTRY_VERIFY(desk.view.log()->text()->toPlainText().startsWith(u"newest"_s));
    }

    void results_are_listed_with_their_hashes_or_why_there_are_none()
    {
        Desk desk;
        desk.source.found.note = u"it has no result folder"_s;
        JobView job = jobView(1, JobState::Failed);
        desk.view.setFile(job);
        desk.view.showPage(DetailView::Page::Evidence);
        QTRY_COMPARE(desk.view.evidence()->note()->text(), u"it has no result folder"_s);
        desk.source.found = {job.job, u"completed/2026-11-25/x"_s, {{u"a<b>\u202e.csv"_s, 12, "abcd"}}, {}};
        job.state = JobState::Done;
        job.sha256 = "1234";
        desk.view.setFile(job);
        QTRY_COMPARE(desk.view.evidence()->results()->rowCount(), 1);
        const auto *results = desk.view.evidence()->results();
        QCOMPARE(results->index(0, 0).data().toString(), u"a<b>\\u{202e}.csv"_s);
        QCOMPARE(results->index(0, 0).data(Qt::ToolTipRole).toString(), u"a&lt;b&gt;\\u{202e}.csv"_s);
        QCOMPARE(results->index(0, 2).data().toString(), u"abcd"_s);
        QVERIFY(desk.view.evidence()->note()->toolTip().contains(u"completed/2026-11-25/x"_s));
    }
};

QTEST_MAIN(TestDetailView)
#include "tst_detailview.moc"
