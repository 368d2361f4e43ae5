// SPDX-License-Identifier: GPL-3.0-or-later
// What can be done for one node beside commands: its desktop, its self-check, its last hour drawn.
#include "console/views/desktopopener.h"
#include "console/views/nodesview.h"
#include "console/views/selfcheckview.h"
#include "tests/console/models/storefixture.h"

#include <QAction>
#include <QDir>
#include <QImage>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTableView>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace dtf;

namespace {

const NodeName node1 = *NodeName::parse("DTF-01");

struct Fixture
{
    StandingClock clock;
    FleetStore store {clock};
    FleetCommands commands {store};
};

} // namespace

class TestNodeTools : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_command_gets_the_nodes_name_and_no_shell()
    {
        QCOMPARE(*desktopCommand(u"mstsc /v:{node}"_s, node1), QStringList({u"mstsc"_s, u"/v:DTF-01"_s}));
        QCOMPARE(*desktopCommand(u"\"my viewer\" --to {node} --title \"{node} ; rm -rf\""_s, node1),
            QStringList({u"my viewer"_s, u"--to"_s, u"DTF-01"_s, u"--title"_s, u"DTF-01 ; rm -rf"_s}));
        QVERIFY(desktopCommand(u"mstsc"_s, node1).error().detail.contains(u"{node}"_s));
        QVERIFY(!desktopCommand(u"  "_s, node1));
    }

    void the_desktop_is_opened_by_the_real_program()
    {
        const QTemporaryDir folder;
        QSettings settings(folder.filePath(u"s.ini"_s), QSettings::IniFormat);
#ifdef Q_OS_WIN
        const QString program = u"cmd /c mkdir"_s;
#else
        const QString program = u"mkdir"_s;
#endif
        const QString place = QDir::toNativeSeparators(folder.filePath(u"{node}"_s));
        settings.setValue(u"desktop/command"_s, u"%1 \"%2\""_s.arg(program, place));
        QWidget window;
        DesktopOpener opener(settings, window);
        QSignalSpy said(&opener, &DesktopOpener::said);
        opener.open(node1);
        QTRY_VERIFY(QFile::exists(folder.filePath(u"DTF-01"_s)));
        QVERIFY(said[0][0].toString().contains(u"DTF-01"_s));
        settings.setValue(u"desktop/command"_s, u"/no/such/program {node}"_s);
        opener.open(node1);
        QVERIFY(said[1][0].toString().contains(u"can't be started"_s));
    }

    void a_self_check_is_shown_line_by_line()
    {
        Fixture f;
        SelfCheckView view(f.store, f.commands);
        f.store.take(snapshotOf({nodeIn("DTF-01", "ready")}, {}));
        QVERIFY(!view.againButton()->isEnabled());
        view.check(node1); // nobody is logged in
        QCOMPARE(view.stateLabel()->text(), f.commands.whyNone());
        view.take(node1,
            CheckData {node1, 1, anyTime, {{u"share"_s, true, u"/mnt"_s}, {u"bro<b>wser"_s, false, u"none\nfound"_s}}, {}});
        QCOMPARE(view.table()->rowCount(), 2);
        QCOMPARE(view.table()->item(1, 0)->text(), u"bro<b>wser"_s);
        QCOMPARE(view.table()->item(1, 0)->toolTip(), u"bro&lt;b&gt;wser"_s);
        QCOMPARE(view.table()->item(1, 2)->text(), u"none\\x0afound"_s);
        QVERIFY(view.stateLabel()->text().contains(u"1 of 2 not ok"_s));
        QCOMPARE(view.table()->item(0, 1)->data(ToneRole).toInt(), int(Tone::Good));
        view.take(
            node1, CheckData {node1, 1, anyTime, {{u"share"_s, true, u"/mnt"_s}, {u"clock"_s, true, u"70 s ahead"_s, true}}, {}});
        QCOMPARE(view.table()->item(1, 1)->text(), u"warning"_s);
        QCOMPARE(view.table()->item(1, 1)->data(ToneRole).toInt(), int(Tone::Attention));
        QVERIFY2(view.stateLabel()->text().contains(u"look at 1 of 2"_s), qPrintable(view.stateLabel()->text()));
        view.take(*NodeName::parse("DTF-02"), CheckData {}); // of a node that was left
        QCOMPARE(view.table()->rowCount(), 2);
        view.take(node1, tl::unexpected(Error {ErrorCode::Timeout, u"late"_s}));
        QVERIFY(view.stateLabel()->text().contains(u"could not be checked"_s));
        f.store.forgetAll();
        QCOMPARE(view.table()->rowCount(), 0);
    }

    void the_last_hour_is_drawn()
    {
        Fixture f;
        NodesView view(f.store, f.commands);
        f.store.take(snapshotOf({nodeIn("DTF-01", "ready")}, {}));
        auto *table = view.table();
        const int column = int(NodesModel::Column::LastHour);
        view.resize(1600, 200);
        view.show();
        const auto inks = [&] {
            const QImage image = table->viewport()->grab(table->visualRect(table->model()->index(0, column))).toImage();
            QSet<QRgb> colours;
            for (int x = 0; x < image.width(); ++x) {
                for (int y = 0; y < image.height(); ++y) {
                    colours.insert(image.pixel(x, y));
                }
            }
            return colours.size();
        };
        view.model()->takeFigures({{60'000}, 60, {{node1, QList<int>(60, -1), QList<int>(60, -1)}}});
        const auto unknown = inks();
        view.model()->takeFigures({{60'000}, 60, {{node1, QList<int>(60, 30), QList<int>(60, 100)}}});
        QVERIFY(inks() > unknown); // a ground and a line
        QSignalSpy desktop(&view, &NodesView::desktopWanted);
        QVERIFY(!view.desktopAction()->isEnabled());
        view.select(node1);
        QVERIFY(view.desktopAction()->isEnabled());
        view.desktopAction()->trigger();
        QCOMPARE(desktop.size(), 1);
    }
};

QTEST_MAIN(TestNodeTools)
#include "tst_nodetools.moc"
