// SPDX-License-Identifier: GPL-3.0-or-later
// Exactly the rows that came, went or changed are told, never a reset; what comes from afar stays plain text.
#include "console/models/nodesmodel.h"
#include "tests/console/fakeclock.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

using Column = NodesModel::Column;

NodeView node(int n, const QString &state = u"ready"_s)
{
    NodeView view;
    view.node = *NodeName::parse("DTF-0" + QByteArray::number(n));
    view.state = state;
    view.heartbeatAgeMs = 0;
    view.beat.seq = 1;
    return view;
}

FeedSnapshot snapshot(const QList<NodeView> &nodes)
{
    FeedSnapshot made;
    made.state.nodes = nodes;
    return made;
}

FeedDelta delta(const QList<NodeView> &nodes)
{
    FeedDelta made;
    made.nodes = nodes;
    return made;
}

/// A model over a store, watched by Qt's own tester; what it told as short words.
struct Watched
{
    FakeClock clock;
    FleetStore store {clock};
    NodesModel model {store};
    QAbstractItemModelTester tester {&model, QAbstractItemModelTester::FailureReportingMode::QtTest};
    QStringList words;

    Watched()
    {
        QObject::connect(&model, &QAbstractItemModel::rowsInserted, &model,
            [this](const QModelIndex &, int first, int last) { words.append(u"+%1-%2"_s.arg(first).arg(last)); });
        QObject::connect(&model, &QAbstractItemModel::rowsRemoved, &model,
            [this](const QModelIndex &, int first, int last) { words.append(u"-%1-%2"_s.arg(first).arg(last)); });
        QObject::connect(
            &model, &QAbstractItemModel::dataChanged, &model, [this](const QModelIndex &first, const QModelIndex &last) {
                words.append(u"~%1,%2-%3,%4"_s.arg(first.row()).arg(first.column()).arg(last.row()).arg(last.column()));
            });
        QObject::connect(&model, &QAbstractItemModel::modelReset, &model, [this] { words.append(u"reset"_s); });
        QObject::connect(&model, &QAbstractItemModel::layoutChanged, &model, [this] { words.append(u"layout"_s); });
    }
    [[nodiscard]] QStringList taken() { return std::exchange(words, {}); }
    [[nodiscard]] QString text(int row, Column column, int role = Qt::DisplayRole) const
    {
        return model.index(row, static_cast<int>(column)).data(role).toString();
    }
    [[nodiscard]] Tone tone(int row) const
    {
        return static_cast<Tone>(model.index(row, static_cast<int>(Column::State)).data(ToneRole).toInt());
    }
};

} // namespace

class TestNodesModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rows_come_in_their_place_by_name()
    {
        Watched watched;
        watched.store.take(snapshot({node(1), node(3)}));
        QCOMPARE(watched.taken(), QStringList {u"+0-1"_s});
        watched.store.take(delta({node(2)}));
        QCOMPARE(watched.taken(), QStringList {u"+1-1"_s});
        QCOMPARE(watched.model.rowOf(node(3).node), 2);
        QCOMPARE(watched.model.rowOf(node(9).node), -1);
        QVERIFY(watched.model.nodeAt(9).isEmpty());
    }

    void neighbours_come_and_change_in_one_go()
    {
        Watched watched;
        watched.store.take(snapshot({node(2), node(6)}));
        QCOMPARE(watched.taken(), QStringList {u"+0-1"_s});
        watched.store.take(snapshot({node(1), node(2), node(3), node(4), node(6), node(7), node(8)}));
        const QString last = QString::number(NodesModel::columns - 1);
        QCOMPARE(watched.taken(), (QStringList {u"+0-0"_s, u"~1,0-1,"_s + last, u"+2-3"_s, u"~4,0-4,"_s + last, u"+5-6"_s}));
        for (int row = 0; row < watched.model.rowCount(); ++row) {
            QCOMPARE(watched.model.rowOf(watched.model.nodeAt(row)), row);
        }
        watched.store.take(delta({node(3), node(1), node(2), node(8), node(5)})); // as they come
        QCOMPARE(watched.taken(), (QStringList {u"~2,0-2,"_s + last, u"~0,0-1,"_s + last, u"~6,0-6,"_s + last, u"+4-4"_s}));
        QCOMPARE(watched.model.rowOf(node(5).node), 4);
    }

    void a_change_is_told_for_its_row_only()
    {
        Watched watched;
        watched.store.take(snapshot({node(1), node(2), node(3)}));
        (void)watched.taken();
        watched.store.take(delta({node(2, u"busy"_s)}));
        QCOMPARE(watched.taken(), QStringList {u"~1,0-1,%1"_s.arg(NodesModel::columns - 1)});
        QCOMPARE(watched.text(1, Column::State), u"busy"_s);
    }

    void a_snapshot_removes_what_is_gone_and_changes_the_rest()
    {
        Watched watched;
        watched.store.take(snapshot({node(1), node(2), node(3)}));
        (void)watched.taken();
        watched.store.take(snapshot({node(1), node(3)}));
        const QString last = QString::number(NodesModel::columns - 1);
        QCOMPARE(watched.taken(), (QStringList {u"-1-1"_s, u"~0,0-1,"_s + last}));
    }

    void a_second_redraws_what_grows_old()
    {
        Watched watched;
        watched.model.tick();
        QCOMPARE(watched.taken(), QStringList {}); // no row, nothing to say
        watched.store.take(snapshot({node(1), node(2)}));
        (void)watched.taken();
        watched.clock.pass(milliseconds(7'000));
        watched.model.tick();
        const int state = static_cast<int>(Column::State);
        const int since = static_cast<int>(Column::Since);
        const int heard = static_cast<int>(Column::Heartbeat);
        QCOMPARE(
            watched.taken(), (QStringList {u"~0,%1-1,%1"_s.arg(state), u"~0,%1-1,%1"_s.arg(since), u"~0,%1-1,%1"_s.arg(heard)}));
        QCOMPARE(watched.text(0, Column::Heartbeat), u"7s"_s);
        QCOMPARE(int(watched.tone(0)), int(Tone::Muted)); // nothing was heard for longer than 5 s: not green any more
        watched.store.heard();
        QCOMPARE(int(watched.tone(0)), int(Tone::Good));
    }

    void remote_text_is_escaped()
    {
        NodeView hostile = node(1, u"rea\u202edy"_s);
        hostile.beat.version = u"1\n2"_s;
        hostile.beat.running = {RunningJob {{}, 1, u"pay\u202excod.csv"_s, {}, -1, u"<b>\x1b[31m</b>"_s, false, {}}};
        hostile.stateDetail = u"a\rb"_s;
        Watched watched;
        watched.store.take(snapshot({hostile}));
        for (int column = 0; column < NodesModel::columns; ++column) {
            for (const int role : {int(Qt::DisplayRole), int(Qt::ToolTipRole), int(Qt::AccessibleTextRole)}) {
                const QString text = watched.text(0, static_cast<Column>(column), role);
                for (const QChar c : text) {
                    QVERIFY2(c.isPrint(), qPrintable(text));
                }
                QVERIFY(!text.contains(QChar(0x202e)));
            }
        }
        QCOMPARE(watched.text(0, Column::File), u"pay\\u{202e}xcod.csv"_s);
        QCOMPARE(watched.text(0, Column::LastLine), u"<b>\\x1b[31m</b>"_s);
    }

    void states_have_their_tone_data()
    {
        QTest::addColumn<QString>("state");
        QTest::addColumn<int>("tone");
        QTest::newRow("ready") << u"ready"_s << int(Tone::Good);
        QTest::newRow("busy") << u"busy"_s << int(Tone::Busy);
        QTest::newRow("paused") << u"paused"_s << int(Tone::Muted);
        QTest::newRow("login") << u"login_required"_s << int(Tone::Trouble);
        QTest::newRow("lost") << u"lost"_s << int(Tone::Trouble);
        QTest::newRow("a word of a newer orchestrator") << u"levitating"_s << int(Tone::Attention);
        QTest::newRow("no word") << u""_s << int(Tone::Attention);
    }
    void states_have_their_tone()
    {
        QFETCH(QString, state);
        QFETCH(int, tone);
        Watched watched;
        watched.store.take(snapshot({node(1, state)}));
        QCOMPARE(int(watched.tone(0)), tone);
    }

    void a_node_never_heard_shows_no_figures()
    {
        NodeView unseen = node(1, u"unseen"_s);
        unseen.beat = {};
        unseen.heartbeatAgeMs = -1;
        Watched watched;
        watched.store.take(snapshot({unseen}));
        for (const Column column :
            {Column::Browser, Column::Cpu, Column::Memory, Column::Disk, Column::Heartbeat, Column::Version}) {
            QCOMPARE(watched.text(0, column), u"–"_s);
        }
    }

    void the_last_hour_is_told_in_words_too()
    {
        Watched watched;
        watched.store.take(snapshot({node(1), node(2)}));
        QCOMPARE(watched.text(0, Column::LastHour), u"–"_s);
        watched.words.clear();
        watched.model.takeFigures({{60'000}, 60, {{node(1).node, {-1, 20, 40}, {-1, 100, 0}}}});
        const auto last = int(Column::LastHour);
        QCOMPARE(watched.words, QStringList {u"~0,%1-1,%1"_s.arg(last)});
        QCOMPARE(watched.text(0, Column::LastHour), u"busy 50 %, CPU 30 % on average"_s);
        QVERIFY(watched.model.index(0, last).data(FiguresRole).canConvert<NodeFigures>());
        QVERIFY(!watched.model.index(1, last).data(FiguresRole).isValid());
        watched.model.takeFigures({});
        QCOMPARE(watched.text(0, Column::LastHour), u"–"_s);
    }

    void every_column_has_a_title()
    {
        Watched watched;
        QSet<QString> titles;
        for (int column = 0; column < NodesModel::columns; ++column) {
            titles.insert(watched.model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
        }
        QCOMPARE(titles.size(), NodesModel::columns);
        QVERIFY(!titles.contains(QString()));
    }
};

QTEST_GUILESS_MAIN(TestNodesModel)
#include "tst_nodesmodel.moc"
