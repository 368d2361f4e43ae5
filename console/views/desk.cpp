// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/desk.h"

#include "common/core/escape.h"
#include "console/text/texts.h"
#include "console/views/actionlist.h"
#include "console/views/alertsview.h"
#include "console/views/desktopopener.h"
#include "console/views/filesview.h"
#include "console/views/filtermenu.h"
#include "console/views/keyssheet.h"
#include "console/views/mainwindow.h"
#include "console/views/nodesview.h"
#include "console/views/tablecolumns.h"

#include <QAction>
#include <QInputDialog>
#include <QLineEdit>
#include <QMenu>
#include <QSettings>
#include <QTableView>
#include <QTimer>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int layoutVersion = 1; ///< another set of docks with the same names needs another number
constexpr int filesShown = 20;

QString keyOf(const QString &layout)
{
    return u"layouts/"_s + QString::fromLatin1(layout.toUtf8().toHex()); // a name may hold a slash
}

} // namespace

Desk::Desk(MainWindow &window, const FleetStore &store, FleetCommands &commands, QSettings &settings)
    : m_window(window)
    , m_store(store)
    , m_commands(commands)
    , m_settings(settings)
    , m_filters(settings)
    , m_made(window.saveState(layoutVersion))
{
    addActions();
    FilterMenu *menu = window.files()->bar()->menu();
    menu->setSaved(&m_filters);
    connect(menu, &FilterMenu::said, &window, &MainWindow::say);
}

void Desk::addActions()
{
    QMenu *go = m_window.goMenu();
    go->addAction(tr("&Find anything…"), QKeySequence(Qt::CTRL | Qt::Key_K), this, &Desk::openPalette);
    m_layoutsMenu = m_window.viewMenu()->addMenu(tr("&Layouts"));
    connect(m_layoutsMenu, &QMenu::aboutToShow, this, &Desk::fillLayoutsMenu);
    fillLayoutsMenu();
    auto *desktop = new DesktopOpener(m_settings, m_window);
    connect(desktop, &DesktopOpener::said, &m_window, &MainWindow::say);
    connect(m_window.nodes(), &NodesView::desktopWanted, desktop, &DesktopOpener::open);
    m_window.viewMenu()->addAction(tr("&Desktop command…"), desktop, [desktop] { desktop->askCommand(); });
    m_window.helpMenu()->addAction(tr("&Keys"), QKeySequence(Qt::Key_F1), this, &Desk::openKeys);
}

void Desk::restore()
{
    const auto theme = themeFromString(m_settings.value(u"theme"_s).toString());
    const auto density = densityFromString(m_settings.value(u"rows"_s).toString());
    m_window.setLook(makeTheme(theme.value_or(ThemeKind::Light)), density.value_or(Density::Normal));
    restoreColumns(m_window, m_settings);
    m_window.restoreGeometry(m_settings.value(u"window/geometry"_s).toByteArray());
    if (!m_window.restoreState(m_settings.value(u"window/docks"_s).toByteArray(), layoutVersion)) {
        QTimer::singleShot(0, &m_window, &MainWindow::setDefaultSizes); // once it is shown
    }
}

void Desk::save()
{
    m_settings.setValue(u"theme"_s, toString(m_window.theme().kind));
    m_settings.setValue(u"rows"_s, toString(m_window.density()));
    m_settings.setValue(u"window/geometry"_s, m_window.saveGeometry());
    m_settings.setValue(u"window/docks"_s, m_window.saveState(layoutVersion));
    saveColumns(m_window, m_settings);
    m_settings.sync();
}

QStringList Desk::layouts() const
{
    m_settings.beginGroup(u"layouts"_s);
    const QStringList keys = m_settings.childKeys();
    m_settings.endGroup();
    QStringList names;
    for (const QString &key : keys) {
        names.append(QString::fromUtf8(QByteArray::fromHex(key.toLatin1())));
    }
    names.sort(Qt::CaseInsensitive);
    return names;
}

void Desk::saveLayout(const QString &name)
{
    if (!layouts().contains(name) && layouts().size() >= mostLayouts) {
        m_window.say(tr("More than %1 layouts can't be kept. Remove one first.").arg(mostLayouts));
        return;
    }
    m_settings.setValue(keyOf(name), m_window.saveState(layoutVersion));
    m_window.say(tr("Layout %1 is saved.").arg(escapedForLog(name)));
}

void Desk::applyLayout(const QString &name)
{
    if (!m_window.restoreState(m_settings.value(keyOf(name)).toByteArray(), layoutVersion)) {
        m_window.say(tr("Layout %1 is of another version of this console and can't be used.").arg(escapedForLog(name)));
    }
}

void Desk::removeLayout(const QString &name)
{
    m_settings.remove(keyOf(name));
}

void Desk::resetLayout()
{
    m_window.restoreState(m_made, layoutVersion);
    m_window.setDefaultSizes();
}

void Desk::fillLayoutsMenu()
{
    m_layoutsMenu->clear();
    const QStringList names = layouts();
    for (const QString &name : names) {
        m_layoutsMenu->addAction(escapedForLog(name).replace(u'&', u"&&"_s), this, [this, name] { applyLayout(name); });
    }
    if (!names.isEmpty()) {
        m_layoutsMenu->addSeparator();
    }
    m_layoutsMenu->addAction(tr("&Save layout as…"), this, &Desk::askLayoutName);
    QMenu *remove = m_layoutsMenu->addMenu(tr("Re&move"));
    for (const QString &name : names) {
        remove->addAction(escapedForLog(name).replace(u'&', u"&&"_s), this, [this, name] { removeLayout(name); });
    }
    remove->setEnabled(!names.isEmpty());
    m_layoutsMenu->addAction(tr("&Reset layout"), this, &Desk::resetLayout);
}

void Desk::askLayoutName()
{
    auto *dialog = new QInputDialog(&m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Save layout"));
    dialog->setLabelText(tr("Name of this layout"));
    dialog->setOkButtonText(tr("Save"));
    connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString &text) {
        if (const QString name = text.trimmed().left(60); !name.isEmpty()) {
            saveLayout(name);
        }
    });
    dialog->open();
}

void Desk::openKeys()
{
    if (m_keys) {
        m_keys->raise();
        return;
    }
    m_keys = new KeysSheet(actionsOf(m_window), &m_window);
    m_keys->setAttribute(Qt::WA_DeleteOnClose);
    m_keys->show();
}

void Desk::openPalette()
{
    if (m_palette) {
        m_palette->raise();
        return;
    }
    m_palette = new Palette(paletteItems(), &m_window);
    m_palette->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_palette, &Palette::filesWanted, this, &Desk::findFiles);
    m_palette->open();
}

QList<PaletteItem> Desk::paletteItems()
{
    QList<PaletteItem> items;
    addFleetItems(items);
    const QList<ListedAction> actions = actionsOf(m_window);
    for (const ListedAction &listed : actions) {
        QAction *action = listed.action;
        const QString key = action->shortcut().toString(QKeySequence::NativeText);
        const QString detail = !action->isEnabled() ? action->toolTip()
            : key.isEmpty()                         ? listed.where
                                                    : listed.where + u", "_s + key;
        items.append({tr("Action"), listed.text.section(u" – "_s, 0, 0), detail,
            [action = QPointer(action)] {
                if (action) {
                    action->trigger();
                }
            },
            action->isEnabled()});
    }
    const QStringList names = layouts();
    for (const QString &name : names) {
        items.append({tr("Layout"), escapedForLog(name), {}, [this, name] { applyLayout(name); }});
    }
    const QList<NamedFilter> filters = m_filters.all();
    for (const NamedFilter &named : filters) {
        items.append({tr("Filter"), escapedForLog(named.name), {},
            [this, filter = named.filter] { m_window.files()->bar()->showFilter(filter); }});
    }
    return items;
}

void Desk::addFleetItems(QList<PaletteItem> &items)
{
    for (const NodeView &node : m_store.nodes()) {
        items.append({tr("Node"), node.node.toString(), escapedForLog(nodeStateText(node.state)), [this, name = node.node] {
                          m_window.nodes()->select(name);
                          m_window.nodes()->table()->setFocus();
                      }});
    }
    for (const Alert &alert : m_store.alerts()) {
        items.append({tr("Alert"), textOf(alert.kind), m_window.alerts()->model()->subjectText(alert),
            [this, kind = alert.kind, subject = alert.subject] { m_window.showAlert(kind, subject); }});
    }
}

void Desk::findFiles(const QString &typed)
{
    Session *session = m_commands.session();
    if (!session) {
        return;
    }
    JobFilter filter;
    filter.text = typed.left(60); // 256 bytes at most, whatever the characters
    filter.limit = filesShown;
    session->client().jobs(filter, this, [this, typed](const Answer<JobPage> &answer) {
        if (!m_palette) {
            return;
        }
        QList<PaletteItem> files;
        if (!answer.result) {
            m_palette->takeFiles(typed, files, textOf(answer.result.error().code));
            return;
        }
        for (const JobView &job : answer.result->jobs) {
            files.append({tr("File"), escapedForLog(job.name, 200), textOf(job.state),
                [this, id = job.job] { Q_EMIT m_window.jobWanted(id); }});
        }
        m_palette->takeFiles(typed, files);
    });
}

} // namespace dtf
