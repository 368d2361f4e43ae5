// SPDX-License-Identifier: GPL-3.0-or-later
// Pages back to the beginning, live rows on top, nothing missed over a gap; exact rows, never a reset but for another wish.
#include "console/models/auditmodel.h"
#include "console/text/csv.h"
#include "tests/support/comparewords.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

using Column = AuditModel::Column;

AuditRow row(qint64 seq, AuditKind kind = AuditKind::JobDone, const QByteArray &actor = "orchestrator")
{
    AuditRow made;
    made.seq = seq;
    made.event.kind = kind;
    made.event.time = {seq * 1'000};
    made.event.actor = actor;
    made.hash = QByteArray(32, 'x');
    return made;
}

/// A model watched by Qt's own tester, and an orchestrator's audit that it is answered from.
struct Watched
{
    AuditModel model;
    QAbstractItemModelTester tester {&model, QAbstractItemModelTester::FailureReportingMode::QtTest};
    QList<AuditRow> audit; ///< oldest first
    QStringList words;
    QList<AuditFilter> asked;
    std::optional<Error> error;
    QList<std::function<void()>> open; ///< asked, not answered

    Watched()
    {
        QObject::connect(&model, &AuditModel::olderWanted, &model, [this](const AuditFilter &filter, quint64 ticket) {
            asked.append(filter);
            open.append([this, filter, ticket] { model.takeOlder(ticket, page(filter)); });
        });
        QObject::connect(&model, &AuditModel::newerWanted, &model, [this](const AuditFilter &filter, quint64 ticket) {
            asked.append(filter);
            open.append([this, filter, ticket] { model.takeNewer(ticket, page(filter)); });
        });
        QObject::connect(&model, &QAbstractItemModel::rowsInserted, &model,
            [this](const QModelIndex &, int first, int last) { words.append(u"+%1-%2"_s.arg(first).arg(last)); });
        QObject::connect(&model, &QAbstractItemModel::rowsRemoved, &model,
            [this](const QModelIndex &, int first, int last) { words.append(u"-%1-%2"_s.arg(first).arg(last)); });
        QObject::connect(&model, &QAbstractItemModel::modelReset, &model, [this] { words.append(u"reset"_s); });
    }
    [[nodiscard]] Result<AuditPage> page(const AuditFilter &filter) const
    {
        if (error) {
            return tl::unexpected(*error);
        }
        QList<AuditRow> rows;
        for (const AuditRow &one : audit) {
            if (one.seq > filter.after && (filter.before == 0 || one.seq < filter.before)
                && one.event.actor.startsWith(filter.actor.toUtf8())) {
                filter.newestFirst ? rows.prepend(one) : rows.append(one);
            }
        }
        return AuditPage {rows.mid(0, filter.limit), audit.isEmpty() ? 0 : audit.last().seq};
    }
    void write(qint64 first, qint64 last, AuditKind kind = AuditKind::JobDone)
    {
        for (qint64 seq = first; seq <= last; ++seq) {
            audit.append(row(seq, kind));
        }
    }
    /// Answers, in order, up to so many questions and what they lead to. (Qt's tester fetches all there is, as a view would.)
    void settle(int most = 1'000)
    {
        while (!open.isEmpty() && most-- > 0) {
            open.takeFirst()();
        }
    }
    [[nodiscard]] QStringList taken() { return std::exchange(words, {}); }
    [[nodiscard]] bool isWhole(qint64 newest, qint64 oldest) const
    {
        for (qsizetype i = 0; i < model.rows().size(); ++i) {
            if (model.rows()[i].seq != newest - i) {
                return false;
            }
        }
        return model.rows().size() == newest - oldest + 1;
    }
    [[nodiscard]] QString text(int at, Column column) const
    {
        return model.index(at, static_cast<int>(column)).data(Qt::DisplayRole).toString();
    }
};

} // namespace

class TestAuditModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothing_is_asked_before_anybody_looks()
    {
        Watched watched;
        watched.write(1, 3);
        watched.model.arrived({row(4)});
        watched.model.catchUp();
        watched.model.searchOn();
        QVERIFY(!watched.model.canFetchMore({}));
        QVERIFY(watched.asked.isEmpty());
        QCOMPARE(watched.model.rowCount(), 0);
    }

    void pages_lead_back_to_the_beginning()
    {
        Watched watched;
        watched.write(1, 1'200);
        watched.model.setWish({});
        QCOMPARE(watched.taken(), QStringList {u"reset"_s});
        QCOMPARE(watched.asked.size(), 1);
        watched.settle(1);
        QCOMPARE(watched.taken(), QStringList {u"+0-499"_s});
        QVERIFY(watched.isWhole(1'200, 701));
        watched.settle();
        QCOMPARE(watched.taken(), (QStringList {u"+500-999"_s, u"+1000-1199"_s}));
        QVERIFY(watched.isWhole(1'200, 1));
        QVERIFY(watched.model.isComplete());
        QCOMPARE(watched.asked.size(), 3);
        QCOMPARE(watched.asked[1].before, 701);
    }

    void live_rows_come_in_on_top_when_they_match()
    {
        Watched watched;
        watched.write(1, 3);
        AuditWish wish;
        wish.rows.actor = u"op"_s;
        watched.model.setWish(wish);
        watched.settle();
        (void)watched.taken();
        watched.model.arrived(
            {row(4, AuditKind::NodeState, "operator:anna"), row(5), row(6, AuditKind::NodeState, "operator:bob")});
        QCOMPARE(watched.taken(), QStringList {u"+0-1"_s});
        QCOMPARE(watched.text(0, Column::Who), u"operator:bob"_s);
        watched.model.arrived({row(6, AuditKind::NodeState, "operator:bob")}); // told twice
        QCOMPARE(watched.taken(), QStringList {});
    }

    void rows_that_arrive_before_the_first_page_are_not_doubled()
    {
        Watched watched;
        watched.write(1, 3);
        watched.model.setWish({});
        watched.write(4, 4); // in the answer and in the feed
        watched.model.arrived({row(4), row(5)});
        watched.settle();
        QVERIFY(watched.isWhole(5, 1));
    }

    void a_gap_of_the_feed_is_filled()
    {
        Watched watched;
        watched.write(1, 10);
        watched.model.setWish({});
        watched.settle();
        (void)watched.taken();
        watched.write(11, 1'111); // not heard
        watched.model.catchUp();
        watched.write(1'112, 1'112);
        watched.model.arrived({row(1'112)}); // while it is asked
        watched.settle();
        QVERIFY(watched.isWhole(1'112, 1));
        QVERIFY(!watched.taken().contains(u"reset"_s));
        watched.model.arrived({row(1'113)});
        QVERIFY(watched.isWhole(1'113, 1));
    }

    void a_gap_that_can_not_be_filled_says_so_and_is_filled_later()
    {
        Watched watched;
        watched.write(1, 10);
        watched.model.setWish({});
        watched.settle();
        watched.write(11, 20);
        watched.error = Error {ErrorCode::Timeout, {}};
        watched.model.catchUp();
        watched.settle();
        QVERIFY(watched.model.error());
        watched.write(21, 21);
        watched.model.arrived({row(21)});
        QVERIFY(watched.isWhole(10, 1)); // no hole is shown
        watched.error.reset();
        watched.model.searchOn();
        watched.settle();
        QVERIFY(!watched.model.error());
        QVERIFY(watched.isWhole(21, 1));
    }

    void an_error_is_told_and_tried_again()
    {
        Watched watched;
        watched.write(1, 3);
        watched.error = Error {ErrorCode::Unavailable, {}};
        watched.model.setWish({});
        watched.settle();
        QVERIFY(watched.model.error());
        COMPARE_WORDS(watched.model.error()->code, ErrorCode::Unavailable);
        QVERIFY(!watched.model.canFetchMore({})); // not in a loop
        watched.error.reset();
        watched.model.catchUp(); // connected again
        watched.settle();
        QVERIFY(watched.isWhole(3, 1));
        QVERIFY(!watched.model.error());
    }

    void an_answer_to_an_older_wish_is_late()
    {
        Watched watched;
        watched.write(1, 3);
        watched.model.setWish({});
        AuditWish wish;
        wish.rows.actor = u"nobody"_s;
        watched.model.setWish(wish);
        watched.settle();
        QCOMPARE(watched.model.rowCount(), 0);
        QVERIFY(watched.model.isComplete());
    }

    void kinds_are_searched_for_a_while_and_then_on_demand()
    {
        Watched watched;
        watched.write(1, 1, AuditKind::Gap);
        watched.write(2, 1 + qint64(AuditModel::emptyPages) * AuditModel::pageRows + 700);
        AuditWish wish;
        wish.kinds = {AuditKind::Gap};
        watched.model.setWish(wish);
        watched.settle();
        QCOMPARE(watched.asked.size(), AuditModel::emptyPages);
        QVERIFY(watched.model.isPaused());
        QVERIFY(!watched.model.canFetchMore({}));
        watched.model.searchOn();
        watched.settle();
        QCOMPARE(watched.model.rowCount(), 1);
        QVERIFY(watched.model.isComplete());
        QVERIFY(!watched.model.isPaused());
    }

    void matching_data()
    {
        QTest::addColumn<AuditWish>("wish");
        QTest::addColumn<bool>("match");
        const auto with = [](const std::function<void(AuditWish &)> &edit) {
            AuditWish wish;
            edit(wish);
            return wish;
        };
        QTest::newRow("all") << AuditWish {} << true;
        QTest::newRow("its actor") << with([](AuditWish &w) { w.rows.actor = u"operator:an"_s; }) << true;
        QTest::newRow("another actor") << with([](AuditWish &w) { w.rows.actor = u"operator:b"_s; }) << false;
        QTest::newRow("its node") << with([](AuditWish &w) { w.rows.node = *NodeName::parse("DTF-01"); }) << true;
        QTest::newRow("another node") << with([](AuditWish &w) { w.rows.node = *NodeName::parse("DTF-02"); }) << false;
        QTest::newRow("another job") << with([](AuditWish &w) { w.rows.job = *JobId::parse("01JDPK3E4R00000000000000A1"); })
                                     << false;
        QTest::newRow("not older") << with([](AuditWish &w) { w.rows.from = {5'000}; }) << true;
        QTest::newRow("too old") << with([](AuditWish &w) { w.rows.from = {5'001}; }) << false;
        QTest::newRow("older than") << with([](AuditWish &w) { w.rows.to = {5'001}; }) << true;
        QTest::newRow("too new") << with([](AuditWish &w) { w.rows.to = {5'000}; }) << false;
        QTest::newRow("its kind") << with([](AuditWish &w) { w.kinds = {AuditKind::NodeState, AuditKind::Gap}; }) << true;
        QTest::newRow("another kind") << with([](AuditWish &w) { w.kinds = {AuditKind::Gap}; }) << false;
    }
    void matching()
    {
        QFETCH(AuditWish, wish);
        AuditRow one = row(5, AuditKind::NodeState, "operator:anna");
        one.event.node = *NodeName::parse("DTF-01");
        QTEST(matches(wish, one), "match");
    }

    void remote_text_is_escaped_and_no_formula_leaves()
    {
        Watched watched;
        AuditRow hostile = row(1, AuditKind::JobHeld, "operator:\u202e");
        hostile.event.detail = "=HYPERLINK(\"http://x\")\n";
        watched.audit = {hostile};
        watched.model.setWish({});
        watched.settle();
        QCOMPARE(watched.text(0, Column::Who), u"operator:\\u{202e}"_s);
        QCOMPARE(watched.text(0, Column::Detail), u"=HYPERLINK(\"http://x\")\\x0a"_s);
        const QByteArrayList lines = watched.model.csv().split('\n');
        QCOMPARE(lines.size(), 3); // head, the row, the end
        QVERIFY2(lines[1].contains(",\"'=HYPERLINK(\"\"http://x\"\")\\x0a\","), lines[1].constData());
        QVERIFY(lines[1].startsWith("1,1970-01-01T00:00:01.000Z,"));
    }

    void cells_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("cell");
        QTest::newRow("plain") << u"a b"_s << u"a b"_s;
        QTest::newRow("empty") << QString() << QString();
        QTest::newRow("comma") << u"a,b"_s << u"\"a,b\""_s;
        QTest::newRow("quote") << u"a\"b"_s << u"\"a\"\"b\""_s;
        QTest::newRow("line feed") << u"a\nb"_s << u"\"a\nb\""_s;
        for (const char c : {'=', '+', '-', '@'}) {
            QTest::addRow("formula %c", c) << QChar::fromLatin1(c) + u"1"_s << u"'"_s + QChar::fromLatin1(c) + u"1"_s;
        }
        QTest::newRow("tab") << u"\t=1"_s << u"\"'\t=1\""_s;
        QTest::newRow("inner sign") << u"a=1"_s << u"a=1"_s;
    }
    void cells()
    {
        QFETCH(QString, text);
        QTEST(csvCell(text), "cell");
    }
};

QTEST_GUILESS_MAIN(TestAuditModel)
#include "tst_auditmodel.moc"
