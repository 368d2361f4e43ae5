// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/logmodel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace dtf;

namespace {

using Column = LogModel::Column;

LogEntry entryOf(const QString &text, LogLevel level = LogLevel::Info)
{
    LogEntry entry;
    entry.time = {1'700'000'000'000};
    entry.level = level;
    entry.text = text;
    return entry;
}

LogLines linesOf(const char *node, const QStringList &texts, qint64 dropped = 0)
{
    LogLines lines;
    lines.node = *NodeName::parse(node);
    lines.dropped = dropped;
    for (const QString &text : texts) {
        lines.lines.append(entryOf(text));
    }
    return lines;
}

QStringList numbered(int from, int count)
{
    QStringList texts;
    for (int i = from; i < from + count; ++i) {
        texts.append(u"line %1"_s.arg(i));
    }
    return texts;
}

struct Fixture
{
    explicit Fixture(qsizetype capacity = 100)
        : model(capacity)
        , tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest)
        , inserted(&model, &QAbstractItemModel::rowsInserted)
        , removed(&model, &QAbstractItemModel::rowsRemoved)
        , reset(&model, &QAbstractItemModel::modelReset)
    { }
    void say(const LogLines &lines)
    {
        model.take(lines);
        model.flush();
    }
    [[nodiscard]] QString text(int row) const { return model.index(row, static_cast<int>(Column::Text)).data().toString(); }
    [[nodiscard]] QStringList texts() const
    {
        QStringList all;
        for (int row = 0; row < model.rowCount(); ++row) {
            all.append(text(row));
        }
        return all;
    }

    LogModel model;
    QAbstractItemModelTester tester;
    QSignalSpy inserted, removed, reset;
};

} // namespace

class TestLog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void linesComeInBatches()
    {
        Fixture f;
        for (int i = 0; i < 10; ++i) {
            f.model.take(linesOf("DTF-01", {u"line %1"_s.arg(i)}));
        }
        QCOMPARE(f.model.rowCount(), 0);
        QTRY_COMPARE(f.model.rowCount(), 10);
        QCOMPARE(f.inserted.size(), 1);
        QCOMPARE(f.texts(), numbered(0, 10));
    }

    void theBoundLetsTheOldestGo()
    {
        Fixture f(8);
        f.say(linesOf("DTF-01", numbered(0, 6)));
        f.say(linesOf("DTF-01", numbered(6, 5)));
        QCOMPARE(f.texts(), numbered(3, 8));
        QCOMPARE(f.model.letGo(), 3);
        QCOMPARE(f.removed.size(), 1);
        QCOMPARE(f.removed[0][1].toInt(), 0);
        QCOMPARE(f.removed[0][2].toInt(), 2);
        QCOMPARE(f.inserted[1][1].toInt(), 3);
        QCOMPARE(f.inserted[1][2].toInt(), 7);
        QCOMPARE(f.reset.size(), 0);
    }

    void moreThanTheBoundAtOnceIsSaid()
    {
        Fixture f(8);
        f.say(linesOf("DTF-01", numbered(0, 20)));
        QCOMPARE(f.texts(), numbered(12, 8));
        QCOMPARE(f.model.leftOut(), 12);
    }

    void leftOutLinesAreSaidWhereTheyAreMissing()
    {
        Fixture f;
        f.say(linesOf("DTF-01", {u"a"_s}, 37));
        QVERIFY(f.text(1).contains(u"37"_s));
        QCOMPARE(f.model.leftOut(), 37);
        QVERIFY(f.model.setFilter({u"never"_s, {}, LogLevel::Error}));
        QCOMPARE(f.model.rowCount(), 1); // the remark stays
        QVERIFY(f.model.setFilter({{}, *NodeName::parse("DTF-02"), LogLevel::Debug}));
        QCOMPARE(f.model.rowCount(), 0); // but not among another node's lines
    }

    void filters()
    {
        Fixture f;
        f.say(linesOf("DTF-01", {u"Upload ok"_s, u"click"_s}));
        LogLines bad = linesOf("DTF-02", {});
        bad.lines = {entryOf(u"upload refused"_s, LogLevel::Error)};
        f.say(bad);
        QVERIFY(f.model.setFilter({u"^upl.*d"_s, {}, LogLevel::Debug}));
        QCOMPARE(f.texts(), (QStringList {u"Upload ok"_s, u"upload refused"_s}));
        QVERIFY(f.model.setFilter({{}, *NodeName::parse("DTF-01"), LogLevel::Debug}));
        QCOMPARE(f.texts(), (QStringList {u"Upload ok"_s, u"click"_s}));
        QVERIFY(f.model.setFilter({{}, {}, LogLevel::Warn}));
        QCOMPARE(f.texts(), (QStringList {u"upload refused"_s}));
        f.say(linesOf("DTF-01", {u"more"_s}));
        QCOMPARE(f.model.rowCount(), 1);
        QVERIFY(f.model.setFilter({}));
        QCOMPARE(f.model.rowCount(), 4);
    }

    void aFilteredLogLetsGoOfExactlyItsRows()
    {
        Fixture f(4);
        QVERIFY(f.model.setFilter({u"keep"_s, {}, LogLevel::Debug}));
        f.say(linesOf("DTF-01", {u"keep 1"_s, u"x"_s, u"keep 2"_s, u"x"_s}));
        f.removed.clear();
        f.say(linesOf("DTF-01", {u"x"_s, u"keep 3"_s}));
        QCOMPARE(f.texts(), (QStringList {u"keep 2"_s, u"keep 3"_s}));
        QCOMPARE(f.removed.size(), 1);
        QCOMPARE(f.removed[0][2].toInt(), 0);
    }

    void aBadPatternLeavesTheFilterBefore()
    {
        Fixture f;
        f.say(linesOf("DTF-01", {u"a"_s, u"b"_s}));
        QVERIFY(f.model.setFilter({u"a"_s, {}, LogLevel::Debug}));
        const auto refused = f.model.setFilter({u"b("_s, {}, LogLevel::Debug});
        QVERIFY(!refused);
        QVERIFY(refused.error().detail.contains(u"parenthesis"_s));
        QVERIFY2(refused.error().detail.contains(u"at character 3"_s), qPrintable(refused.error().detail));
        QCOMPARE(f.model.filter().pattern, u"a"_s);
        QCOMPARE(f.texts(), QStringList {u"a"_s});
    }

    void aPatternThatWouldNeverEndGivesUp()
    {
        Fixture f;
        f.say(linesOf("DTF-01", {QString(1'000, u'a') + u'!'}));
        QVERIFY(f.model.setFilter({u"^(a+)+$"_s, {}, LogLevel::Debug})); // returns at all
        QCOMPARE(f.model.rowCount(), 0);
    }

    void aLongLogIsFilteredInSteps()
    {
        Fixture f(LogModel::defaultCapacity);
        const int steps = 3;
        for (int i = 0; i < steps; ++i) {
            f.say(linesOf("DTF-01", numbered(0, static_cast<int>(LogModel::linesAtOnce))));
        }
        QVERIFY(f.model.setFilter({u"line 7$"_s, {}, LogLevel::Debug}));
        QVERIFY(f.model.isFiltering());
        QCOMPARE(f.model.rowCount(), 1); // the newest are there at once
        f.say(linesOf("DTF-01", {u"new line 7"_s})); // comes in between
        QCOMPARE(f.model.rowCount(), 2);
        QTRY_VERIFY(!f.model.isFiltering());
        QCOMPARE(f.model.rowCount(), steps + 1);
        QCOMPARE(f.text(steps), u"new line 7"_s);
    }

    void linesLetGoWhileFilteringAreNotLookedFor()
    {
        const auto capacity = 2 * LogModel::linesAtOnce;
        Fixture f(capacity);
        f.say(linesOf("DTF-01", numbered(0, static_cast<int>(LogModel::linesAtOnce))));
        f.say(linesOf("DTF-01", numbered(0, static_cast<int>(LogModel::linesAtOnce))));
        QVERIFY(f.model.setFilter({u"line 7$"_s, {}, LogLevel::Debug}));
        QVERIFY(f.model.isFiltering());
        f.say(linesOf("DTF-01", numbered(0, static_cast<int>(LogModel::linesAtOnce))));
        QVERIFY(!f.model.isFiltering()); // all that was left to look through is gone
        QTRY_COMPARE(f.model.rowCount(), 2);
    }

    void remoteTextIsEscaped()
    {
        Fixture f;
        f.say(linesOf("DTF-01", {u"a\nb\u202Ec<b>"_s}));
        QCOMPARE(f.text(0), u"a\\x0ab\\u{202e}c<b>"_s);
    }
};

QTEST_GUILESS_MAIN(TestLog)
#include "tst_log.moc"
