// SPDX-License-Identifier: GPL-3.0-or-later
// The audit page against the real control plane.
#include "console/views/auditview.h"
#include "tests/console/consoledesk.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

AuditRow row(qint64 seq, AuditKind kind)
{
    AuditRow made;
    made.seq = seq;
    made.event.kind = kind;
    made.event.time = {1'795'000'000'000 + seq};
    made.event.actor = "orchestrator";
    made.hash = QByteArray(32, 'x');
    return made;
}

struct Shown : ConsoleDesk
{
    AuditView view {store};

    Shown()
    {
        for (qint64 seq = 1; seq <= 700; ++seq) {
            fleet.rows.append(row(seq, seq % 100 == 0 ? AuditKind::JobFailed : AuditKind::JobDone));
        }
        fleet.check = {false, {1'795'000'000'000}, 700, true, 0, {}};
        view.resize(1'000, 400);
        view.setSession(session.get());
        view.show();
    }
    template <typename T> [[nodiscard]] T *named(const QString &accessibleName) const
    {
        for (T *widget : view.findChildren<T *>()) {
            if (widget->accessibleName() == accessibleName) {
                return widget;
            }
        }
        return nullptr;
    }
    [[nodiscard]] bool says(const QString &words) const
    {
        const QList<QLabel *> labels = view.findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&](const QLabel *label) { return label->text().contains(words); });
    }
    [[nodiscard]] qsizetype rows() const { return view.model()->rows().size(); }
};

} // namespace

class TestAuditView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void it_fills_when_connected_and_goes_back_by_scrolling()
    {
        Shown shown;
        QVERIFY(shown.says(u"Not connected"_s));
        QVERIFY(shown.welcomed());
        QTRY_COMPARE(shown.rows(), 500);
        QTRY_VERIFY(shown.says(u"Verified up to row 700"_s));
        shown.view.table()->scrollToBottom();
        QTRY_COMPARE(shown.rows(), 700);
        QVERIFY(shown.says(u"700 rows: all that match"_s));
    }

    void filters_are_seen_and_cleared()
    {
        Shown shown;
        QVERIFY(shown.welcomed());
        QTRY_COMPARE(shown.rows(), 500);
        auto *kind = shown.named<QComboBox>(u"What happened"_s);
        QVERIFY(kind);
        kind->setCurrentIndex(kind->findData(int(AuditKind::JobFailed)));
        Q_EMIT kind->activated(kind->currentIndex());
        QTRY_VERIFY(shown.rows() > 0 && shown.view.model()->isComplete());
        QCOMPARE(shown.rows(), 7);
        QPushButton *clear = nullptr;
        for (QPushButton *button : shown.view.findChildren<QPushButton *>()) {
            clear = button->text() == u"Clear filters" ? button : clear;
        }
        QVERIFY(clear && clear->isEnabled());
        clear->click();
        QTRY_COMPARE(shown.rows(), 500);
        QVERIFY(!clear->isEnabled());
        QCOMPARE(kind->currentIndex(), 0);
    }

    void a_wrong_number_is_said_and_not_asked()
    {
        Shown shown;
        QVERIFY(shown.welcomed());
        QTRY_COMPARE(shown.rows(), 500);
        auto *job = shown.named<QLineEdit>(u"File's number"_s);
        QVERIFY(job);
        job->setText(u"pay.csv"_s);
        QTRY_VERIFY(shown.says(u"not a file's number"_s));
        QCOMPARE(shown.rows(), 500);
        shown.view.showJob(*JobId::parse("01JDPK3E4R00000000000000A1"));
        QTRY_VERIFY(shown.says(u"Nothing matches"_s));
    }

    void live_rows_and_gaps_reach_it()
    {
        Shown shown;
        QVERIFY(shown.welcomed());
        QTRY_COMPARE(shown.rows(), 500);
        FeedDelta delta;
        delta.audit = {row(701, AuditKind::DispatchPaused)};
        shown.fleet.rows += delta.audit;
        shown.store.take(delta);
        QCOMPARE(shown.rows(), 501);
        shown.fleet.rows.append(row(702, AuditKind::DispatchResumed));
        shown.store.take(FeedSnapshot {9, shown.fleet.view, {}}); // after a gap
        QTRY_COMPARE(shown.rows(), 502);
        QCOMPARE(shown.view.model()->rows().first().seq, 702);
    }

    void trouble_is_told_and_mended()
    {
        Shown shown;
        shown.fleet.error = Error {ErrorCode::StoreFailed, u"disk"_s};
        QVERIFY(shown.welcomed());
        QTRY_VERIFY(shown.says(u"The audit could not be read."_s));
        QVERIFY(shown.says(u"is not known"_s)); // of the chain
        shown.fleet.error.reset();
        shown.view.model()->searchOn();
        QTRY_COMPARE(shown.rows(), 500);
    }

    void what_is_old_is_not_green()
    {
        Shown shown;
        shown.view.showCheck({false, {1}, 12, true, 0, {}});
        QVERIFY(shown.says(Theme::sign(Tone::Good) + u" Verified"_s));
        shown.store.lost({ErrorCode::Unavailable, {}});
        QVERIFY(shown.says(Theme::sign(Tone::Muted) + u" Verified"_s));
    }

    void the_chain_in_words_data()
    {
        QTest::addColumn<qint64>("ended");
        QTest::addColumn<bool>("ok");
        QTest::addColumn<qint64>("firstBad");
        QTest::addColumn<QString>("words");
        QTest::newRow("first one runs") << 0LL << false << 0LL << u"being verified"_s;
        QTest::newRow("good") << 1LL << true << 0LL << u"Verified up to row 12"_s;
        QTest::newRow("changed") << 1LL << false << 13LL << u"changed at row 13"_s;
        QTest::newRow("unreadable") << 1LL << false << 0LL << u"could not be verified"_s;
    }
    void the_chain_in_words()
    {
        QFETCH(qint64, ended);
        QFETCH(bool, ok);
        QFETCH(qint64, firstBad);
        QFETCH(QString, words);
        Shown shown;
        shown.view.showCheck({true, {ended}, 12, ok, firstBad, {}});
        QVERIFY(shown.says(words));
    }
};

QTEST_MAIN(TestAuditView)
#include "tst_auditview.moc"
