// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/nodesview.h"

#include "console/actions/permits.h"
#include "console/views/reasondialog.h"
#include "console/views/sparkdelegate.h"
#include "console/views/tablesetup.h"

#include <QAction>
#include <QCheckBox>
#include <QHeaderView>
#include <QMenu>
#include <QPointer>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int figuresEveryMs = 60'000; ///< the orchestrator has one value a minute

} // namespace

NodesView::NodesView(const FleetStore &store, FleetCommands &commands, QWidget *parent)
    : QWidget(parent)
    , m_store(store)
    , m_commands(commands)
    , m_model(new NodesModel(store, this))
    , m_sorted(new QSortFilterProxyModel(this))
    , m_table(new QTableView(this))
{
    m_sorted->setSourceModel(m_model);
    m_sorted->setSortRole(SortRole);
    m_table->setModel(m_sorted);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setAccessibleName(tr("Nodes"));
    m_delegate = setUpTable(*m_table, u"nodesTable"_s);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(0, Qt::AscendingOrder);
    using Column = NodesModel::Column;
    const QList<std::pair<Column, int>> widths {{Column::Node, 60}, {Column::State, 116}, {Column::Since, 58},
        {Column::Browser, 96}, {Column::Port, 44}, {Column::File, 170}, {Column::Progress, 64}, {Column::LastLine, 220},
        {Column::Queue, 42}, {Column::Cpu, 46}, {Column::Memory, 76}, {Column::Disk, 76}, {Column::BrowserMemory, 90},
        {Column::Heartbeat, 60}, {Column::DoneToday, 80}, {Column::Version, 70}};
    for (const auto &[column, width] : widths) {
        m_table->horizontalHeader()->resizeSection(static_cast<int>(column), width);
    }
    QHeaderView *header = m_table->horizontalHeader();
    header->moveSection(header->visualIndex(int(Column::Cpu)), 2);
    header->moveSection(header->visualIndex(int(Column::LastHour)), 3);
    header->moveSection(header->visualIndex(int(Column::Queue)), 3); // the state says what is wrong with the browser
    m_spark = new SparkDelegate(m_table);
    m_table->setItemDelegateForColumn(static_cast<int>(Column::LastHour), m_spark);
    m_table->horizontalHeader()->resizeSection(static_cast<int>(Column::LastHour), 68);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_table);

    addAction(NodeAction::Pause, Qt::Key_Space);
    addAction(NodeAction::Resume, {});
    addAction(NodeAction::Drain, {});
    addAction(NodeAction::RestartBrowser, Qt::Key_B);
    addAction(NodeAction::RestartAgent, Qt::Key_G);
    addAction(NodeAction::Picture, Qt::Key_V);
    addAction(NodeAction::SelfCheck, Qt::Key_T);
    addDesktop();
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] {
        refreshActions();
        Q_EMIT nodeChosen(current());
    });
    connect(&store, &FleetStore::nodesChanged, this, &NodesView::refreshActions);
    connect(&store, &FleetStore::freshnessChanged, this, &NodesView::refreshActions);
    auto *second = new QTimer(this);
    second->setInterval(1'000);
    connect(second, &QTimer::timeout, m_model, &NodesModel::tick);
    second->start();
    auto *minute = new QTimer(this);
    minute->setInterval(figuresEveryMs);
    connect(minute, &QTimer::timeout, this, &NodesView::askFigures);
    minute->start();
    connect(&store, &FleetStore::snapshotTaken, this, &NodesView::askFigures);
    connect(&store, &FleetStore::forgotten, this, [this] { m_model->takeFigures({}); });
    refreshActions();
}

void NodesView::addDesktop()
{
    m_desktop = new QAction(tr("Open its desktop"), m_table);
    m_desktop->setShortcut(Qt::Key_O);
    m_desktop->setShortcutContext(Qt::WidgetShortcut);
    connect(m_desktop, &QAction::triggered, this, [this] { Q_EMIT desktopWanted(current()); });
    m_table->addAction(m_desktop);
}

void NodesView::askFigures()
{
    Session *session = m_commands.session();
    if (session && m_store.freshness() == Freshness::Current) {
        session->client().figures(this, [this](const Answer<FiguresView> &answer) {
            if (answer.result) {
                m_model->takeFigures(*answer.result);
            }
        });
    }
}

void NodesView::setTheme(const Theme &theme, Density density)
{
    m_delegate->setTheme(theme);
    m_spark->setTheme(theme);
    m_table->verticalHeader()->setDefaultSectionSize(rowHeight(density, m_table->fontMetrics().height()));
    m_table->viewport()->update();
}

NodeName NodesView::current() const
{
    const QModelIndex index = m_sorted->mapToSource(m_table->currentIndex());
    return index.isValid() ? m_model->nodeAt(index.row()) : NodeName {};
}

void NodesView::select(const NodeName &node)
{
    if (const int row = m_model->rowOf(node); row >= 0) {
        const QModelIndex index = m_sorted->mapFromSource(m_model->index(row, 0));
        m_table->setCurrentIndex(index);
        m_table->scrollTo(index);
    }
}

void NodesView::addAction(NodeAction kind, const QKeySequence &key)
{
    auto *action = new QAction(nameOf(kind), m_table);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetShortcut);
    connect(action, &QAction::triggered, this, [this, kind] { ask(kind); });
    m_table->addAction(action);
    m_actions.insert(kind, action);
}

/// Space pauses what is in service and resumes what is not.
void NodesView::refreshActions()
{
    const NodeName name = current();
    const auto node = m_store.nodes().constFind(name);
    const QString none = m_commands.whyNone();
    for (auto at = m_actions.cbegin(); at != m_actions.cend(); ++at) {
        const QString why = node == m_store.nodes().cend() ? tr("Choose a node first.")
            : !none.isEmpty()                              ? none
                                                           : whyNot(at.key(), *node);
        at.value()->setEnabled(why.isEmpty());
        at.value()->setToolTip(why);
        at.value()->setText(why.isEmpty() ? nameOf(at.key()) : nameOf(at.key()) + u" – "_s + why);
    }
    m_desktop->setEnabled(node != m_store.nodes().cend());
    const bool out = node != m_store.nodes().cend() && (node->paused || node->draining);
    m_actions[NodeAction::Pause]->setShortcut(out ? QKeySequence() : QKeySequence(Qt::Key_Space));
    m_actions[NodeAction::Resume]->setShortcut(out ? QKeySequence(Qt::Key_Space) : QKeySequence());
}

void NodesView::ask(NodeAction action)
{
    const NodeName name = current();
    const auto node = m_store.nodes().constFind(name);
    if (node == m_store.nodes().cend()) {
        return;
    }
    if (action == NodeAction::Picture) {
        Q_EMIT pictureWanted(name);
        return;
    }
    if (action == NodeAction::SelfCheck) {
        Q_EMIT selfCheckWanted(name);
        return;
    }
    const QString title = nameOf(action).remove(u'…');
    auto *dialog = new ReasonDialog({title, effectOf(action, *node, false), {name.toString()}, {}, false}, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    QPointer<QCheckBox> now;
    if (action == NodeAction::RestartBrowser && !node->beat.running.isEmpty()) {
        now = new QCheckBox(tr("Now, without waiting for the running file: it may have been uploaded already"));
        dialog->addWidget(now);
    }
    connect(dialog, &QDialog::accepted, this,
        [this, dialog, action, name, now] { m_commands.send(action, name, dialog->reason(), now && now->isChecked()); });
    dialog->open(); // its own loop would be a nested one
}

} // namespace dtf
