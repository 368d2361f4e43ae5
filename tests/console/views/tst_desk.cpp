// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/actionlist.h"
#include "console/views/connectdialog.h"
#include "console/views/desk.h"
#include "console/views/keyssheet.h"
#include "console/views/mainwindow.h"
#include "console/views/nodesview.h"

#include <QAction>
#include <QDockWidget>
#include <QHeaderView>
#include <QImage>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QPushButton>
#include <QScreen>
#include <QSettings>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeWidget>

#include <cstdlib>

using namespace Qt::StringLiterals;
using namespace dtf;

namespace {

/// A console's window with settings of its own.
struct Console
{
    explicit Console(const QString &settingsFile)
        : settings(settingsFile, QSettings::IniFormat)
        , store(clock)
        , commands(store)
        , window(store, commands)
        , desk(window, store, commands, settings)
    {
        desk.restore();
        window.show();
        (void)QTest::qWaitForWindowExposed(&window);
    }
    [[nodiscard]] QDockWidget *dock(const QString &name) const { return window.findChild<QDockWidget *>(name); }

    SystemClock clock;
    QSettings settings;
    FleetStore store;
    FleetCommands commands;
    MainWindow window;
    Desk desk;
};

struct Fixture
{
    [[nodiscard]] QString file() const { return folder.filePath(u"console.ini"_s); }
    QTemporaryDir folder;
};

/// The rows of pixels that something of about this colour is in.
int inkedRows(const QImage &image, const QColor &ink)
{
    int rows = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (std::abs(qGray(image.pixel(x, y)) - qGray(ink.rgb())) < 40) {
                ++rows;
                break;
            }
        }
    }
    return rows;
}

void type(Palette &palette, const QString &text)
{
    palette.edit()->setText(text);
}

} // namespace

class TestDesk : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theWindowComesBackAsItWas()
    {
        const Fixture f;
        const QSize was(1111, 700);
        {
            Console console(f.file());
            console.window.setLook(makeTheme(ThemeKind::Dark), Density::Compact);
            console.dock(u"alerts"_s)->hide();
            console.window.resize(was);
            console.desk.save();
        }
        const Console again(f.file());
        QVERIFY(again.window.theme().kind == ThemeKind::Dark);
        QVERIFY(again.window.density() == Density::Compact);
        QVERIFY(again.dock(u"alerts"_s)->isHidden());
        QVERIFY(!again.dock(u"nodes"_s)->isHidden());
        QCOMPARE(again.window.height(), was.height());
        // Qt 6.8 lets no window come back wider than the screen, and the offscreen one is narrow.
        QVERIFY(again.window.width() == was.width() || again.window.screen()->availableGeometry().width() < was.width());
    }

    void aDocksTitleIsDrawnToTheFeetOfItsLetters()
    {
        const Fixture f;
        const Console console(f.file());
        QDockWidget *dock = console.dock(u"nodes"_s);
        const QString title = u"Typography"_s;
        dock->setWindowTitle(title);
        const QImage drawn = dock->grab({0, 0, dock->width(), dock->widget()->y()}).toImage();
        QFont font = dock->font();
        font.setWeight(QFont::DemiBold);
        QImage whole(dock->width(), 4 * QFontMetrics(font).height(), QImage::Format_RGB32);
        whole.fill(dock->palette().color(QPalette::Window));
        QPainter painter(&whole);
        painter.setFont(font);
        painter.setPen(dock->palette().color(QPalette::WindowText));
        painter.drawText(whole.rect(), Qt::AlignCenter, title);
        painter.end();
        const QColor ink = dock->palette().color(QPalette::WindowText);
        QVERIFY(inkedRows(whole, ink) > 4);
        QCOMPARE(inkedRows(drawn.copy(0, 0, drawn.width() / 2, drawn.height()), ink), inkedRows(whole, ink));
    }

    void columnsComeBackAsTheyWere()
    {
        const Fixture f;
        const auto header = [](const Console &console) { return console.window.nodes()->table()->horizontalHeader(); };
        {
            Console console(f.file());
            header(console)->resizeSection(1, 222);
            header(console)->setSectionHidden(4, true);
            header(console)->moveSection(0, 2);
            console.desk.save();
        }
        const Console again(f.file());
        QCOMPARE(header(again)->sectionSize(1), 222);
        QVERIFY(header(again)->isSectionHidden(4));
        QCOMPARE(header(again)->visualIndex(0), 2);
    }

    void filtersAreKeptByName()
    {
        const Fixture f;
        QSettings settings(f.file(), QSettings::IniFormat);
        SavedFilters filters(settings);
        JobFilter held;
        held.states = {JobState::Hold, JobState::InDoubt};
        held.node = *NodeName::parse("DTF-03");
        held.cause = Cause::NoOutput;
        held.text = u"Leeds, \"north\""_s;
        QVERIFY(filters.put({u"held / Leeds"_s, held}).has_value());
        QVERIFY(!filters.put({u"  "_s, held}));
        QVERIFY(!filters.put({QString(SavedFilters::longestName + 1, u'x'), held}));
        settings.setValue(u"filters/6e6577"_s, QStringList {u"a-state-of-tomorrow"_s, {}, u"none"_s, {}});
        settings.sync();
        QSettings later(f.file(), QSettings::IniFormat);
        const QList<NamedFilter> kept = SavedFilters(later).all();
        QCOMPARE(kept.size(), 1);
        QCOMPARE(kept[0].name, u"held / Leeds"_s);
        QVERIFY(kept[0].filter.states == held.states);
        QVERIFY(kept[0].filter.node == held.node);
        QVERIFY(kept[0].filter.cause == held.cause);
        QCOMPARE(kept[0].filter.text, held.text);
        for (int i = 0; i < SavedFilters::most; ++i) {
            (void)filters.put({QString::number(i), held});
        }
        QCOMPARE(filters.all().size(), SavedFilters::most);
        QVERIFY(filters.put({u"held / Leeds"_s, {}}).has_value()); // to replace one is no more
        filters.remove(u"held / Leeds"_s);
        QVERIFY(!filters.find(u"held / Leeds"_s));
    }

    void rubbishInTheSettingsGivesTheFirstLayout()
    {
        const Fixture f;
        QSettings settings(f.file(), QSettings::IniFormat);
        settings.setValue(u"theme"_s, u"pink"_s);
        settings.setValue(u"window/docks"_s, QByteArray("rubbish"));
        settings.sync();
        const Console console(f.file());
        QVERIFY(console.window.theme().kind == ThemeKind::Light);
        QVERIFY(!console.dock(u"nodes"_s)->isHidden());
    }

    void layoutsHaveNames()
    {
        const Fixture f;
        Console console(f.file());
        console.dock(u"log"_s)->hide();
        console.desk.saveLayout(u"night / shift"_s);
        console.desk.resetLayout();
        QVERIFY(!console.dock(u"log"_s)->isHidden());
        QCOMPARE(console.desk.layouts(), QStringList {u"night / shift"_s});
        console.desk.applyLayout(u"night / shift"_s);
        QVERIFY(console.dock(u"log"_s)->isHidden());
        console.desk.removeLayout(u"night / shift"_s);
        QVERIFY(console.desk.layouts().isEmpty());
    }

    void thePaletteFindsAndRunsByKeyboard()
    {
        const Fixture f;
        Console console(f.file());
        FeedSnapshot whole;
        whole.state.summary.jobsByState = QList<qint64>(11, 0);
        for (const char *name : {"DTF-01", "DTF-02"}) {
            NodeView node;
            node.node = *NodeName::parse(name);
            node.state = u"ready"_s;
            whole.state.nodes.append(node);
        }
        console.store.take(whole);
        console.desk.openPalette();
        auto *palette = console.window.findChild<Palette *>();
        type(*palette, u"dtf 02"_s);
        QCOMPARE(palette->list()->count(), 1);
        QTest::keyClick(palette->edit(), Qt::Key_Return);
        QCOMPARE(console.window.nodes()->current().toString(), u"DTF-02"_s);

        QTRY_VERIFY(!console.window.findChild<Palette *>()); // closed by itself
        console.desk.openPalette();
        palette = console.window.findChild<Palette *>();
        type(*palette, u"dark"_s);
        QTest::keyClick(palette->edit(), Qt::Key_Return);
        QVERIFY(console.window.theme().kind == ThemeKind::Dark);
    }

    void anActionThatIsOffSaysWhyInThePalette()
    {
        const Fixture f;
        Console console(f.file());
        console.desk.openPalette();
        auto *palette = console.window.findChild<Palette *>();
        type(*palette, u"drain"_s);
        QVERIFY(palette->list()->count() >= 1);
        QVERIFY2(
            palette->list()->item(0)->text().contains(u"Choose a node first"_s), qPrintable(palette->list()->item(0)->text()));
        QTest::keyClick(palette->edit(), Qt::Key_Return);
        QVERIFY(palette->isVisible()); // nothing was run
    }

    void filesComeFromTheOrchestrator()
    {
        Palette palette({});
        QSignalSpy wanted(&palette, &Palette::filesWanted);
        type(palette, u"age"_s);
        QTRY_COMPARE(wanted.size(), 1);
        QCOMPARE(wanted[0][0].toString(), u"age"_s);
        int run = 0;
        const QList<PaletteItem> files {{u"File"_s, u"AgencyA.csv"_s, u"on hold"_s, [&run] { ++run; }}};
        palette.takeFiles(u"ag"_s, files); // the answer to what was typed before
        QCOMPARE(palette.list()->count(), 0);
        palette.takeFiles(u"age"_s, files);
        QCOMPARE(palette.list()->count(), 1);
        QTest::keyClick(palette.edit(), Qt::Key_Return);
        QCOMPARE(run, 1);
    }

    void theSheetOfKeysHasThemAll()
    {
        const Fixture f;
        const Console console(f.file());
        const KeysSheet sheet(actionsOf(console.window));
        for (const QString &key : {u"F1"_s, u"F8"_s, u"Ctrl+K"_s, u"Ctrl+S"_s, u"B"_s, u"V"_s, u"End"_s}) {
            QVERIFY2(!sheet.tree()->findItems(key, Qt::MatchExactly | Qt::MatchRecursive, 1).isEmpty(), qPrintable(key));
        }
    }

    void noKeyMeansTwoThingsInOnePlace()
    {
        const Fixture f;
        const Console console(f.file());
        QMap<QString, QString> seen;
        const auto actions = actionsOf(console.window);
        for (const ListedAction &listed : actions) {
            const auto keys = listed.action->shortcuts();
            for (const QKeySequence &key : keys) {
                const bool everywhere = listed.action->shortcutContext() == Qt::WindowShortcut;
                const QString at = (everywhere ? u"everywhere"_s : listed.where) + u' ' + key.toString();
                QVERIFY2(!seen.contains(at), qPrintable(at + u": "_s + listed.text + u" and "_s + seen.value(at)));
                seen.insert(at, listed.text);
            }
        }
        QVERIFY(seen.size() > 8);
    }

    void theConnectDialogSaysWhatIsMissing()
    {
        ConnectDialog dialog({{}, {}, {}, false});
        const auto edits = dialog.findChildren<QLineEdit *>();
        QPushButton *ok = nullptr;
        const auto buttons = dialog.findChildren<QPushButton *>();
        for (QPushButton *button : buttons) {
            ok = button->text() == u"Connect"_s ? button : ok;
        }
        QVERIFY(ok && !ok->isEnabled() && !ok->toolTip().isEmpty());
        edits[0]->setText(u"PROD"_s);
        edits[1]->setText(u"dtf-orch:3000"_s);
        QVERIFY(!ok->isEnabled()); // nothing keeps the token here
        edits[2]->setText(QString(24, u't'));
        QVERIFY(ok->isEnabled());
        ok->click();
        QCOMPARE(dialog.result(), int(QDialog::Accepted));
        QCOMPARE(dialog.wanted().server.url.toString(), u"http://dtf-orch:3000"_s);
        QVERIFY(!dialog.wanted().keep);
    }
};

QTEST_MAIN(TestDesk)
#include "tst_desk.moc"
