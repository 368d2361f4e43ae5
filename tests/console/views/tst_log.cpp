// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/logview.h"

#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QTableView>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace dtf;

namespace {

struct Fixture
{
    Fixture()
        : store(clock)
        , view(store)
    {
        view.resize(800, 300);
        view.show();
        (void)QTest::qWaitForWindowExposed(&view);
    }
    void say(int count)
    {
        LogLines lines;
        lines.node = *NodeName::parse("DTF-01");
        for (int i = 0; i < count; ++i) {
            LogEntry entry;
            entry.text = u"line %1"_s.arg(said++);
            lines.lines.append(entry);
        }
        view.model()->take(lines);
        for (qsizetype flushed = 0; flushed < count; flushed += LogModel::linesAtOnce) {
            view.model()->flush();
        }
        (void)view.table()->visualRect(view.model()->index(0, 0)); // the table lays out now, not later
    }
    [[nodiscard]] QScrollBar *bar() const { return view.table()->verticalScrollBar(); }
    [[nodiscard]] QString topLine() const
    {
        return view.model()->index(view.table()->rowAt(0), int(LogModel::Column::Text)).data().toString();
    }

    SystemClock clock;
    FleetStore store;
    LogView view;
    int said = 0;
};

} // namespace

class TestLogView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itFollowsTheEnd()
    {
        Fixture f;
        f.say(200);
        QVERIFY(f.view.follows());
        QVERIFY(f.bar()->maximum() > 0);
        QCOMPARE(f.bar()->value(), f.bar()->maximum());
    }

    void scrollingUpStopsItAndIsSaid()
    {
        Fixture f;
        f.say(200);
        f.bar()->setValue(50);
        QVERIFY(!f.view.follows());
        QVERIFY(f.view.stateLabel()->text().contains(u"Following stopped"_s));
        f.say(100);
        QCOMPARE(f.bar()->value(), 50);
        QCOMPARE(f.topLine(), u"line 50"_s);
        f.view.table()->setFocus();
        QTest::keyClick(f.view.table(), Qt::Key_End);
        QVERIFY(f.view.follows());
        QCOMPARE(f.bar()->value(), f.bar()->maximum());
        QVERIFY(!f.view.stateLabel()->text().contains(u"Following stopped"_s));
    }

    void theLineThatIsReadStaysWhileOldOnesGo()
    {
        Fixture f;
        f.say(int(LogModel::defaultCapacity));
        f.bar()->setValue(600);
        QCOMPARE(f.topLine(), u"line 600"_s);
        f.say(250);
        QCOMPARE(f.topLine(), u"line 600"_s);
        QCOMPARE(f.bar()->value(), 350);
        QVERIFY(!f.view.follows());
        QVERIFY(f.view.stateLabel()->text().contains(u"250 older ones let go"_s));
    }

    void aBadPatternIsSaidAndChangesNothing()
    {
        Fixture f;
        f.say(10);
        f.view.patternEdit()->setText(u"line 1"_s);
        QTRY_COMPARE(f.view.model()->rowCount(), 1);
        f.view.patternEdit()->setText(u"line (1"_s);
        QTRY_VERIFY(f.view.complaintLabel()->isVisible());
        QVERIFY(f.view.complaintLabel()->text().contains(u"no regular expression"_s));
        QVERIFY(f.view.complaintLabel()->text().contains(u"stays in use: line 1"_s));
        QCOMPARE(f.view.model()->rowCount(), 1);
        f.view.patternEdit()->clear();
        QTRY_COMPARE(f.view.model()->rowCount(), 10);
        QVERIFY(!f.view.complaintLabel()->isVisible());
    }

    void outOfSightIsSaid()
    {
        Fixture f;
        f.say(1);
        f.view.hide();
        f.view.show();
        f.view.model()->flush();
        QCOMPARE(f.view.model()->rowCount(), 2);
        QVERIFY(f.view.model()->index(1, int(LogModel::Column::Text)).data().toString().contains(u"out of sight"_s));
    }
};

QTEST_MAIN(TestLogView)
#include "tst_log.moc"
