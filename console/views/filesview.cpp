// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/filesview.h"

#include "common/core/escape.h"
#include "console/text/texts.h"
#include "console/views/tablesetup.h"

#include <QAction>
#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int laterMs = 50; ///< many changes of the feed are looked at together

} // namespace

FilesView::FilesView(const FleetStore &store, FleetCommands &commands, JobSource &source, QWidget *parent)
    : QWidget(parent)
    , m_store(store)
    , m_model(new FilesModel(store, source, this))
{
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    m_bar = new FilterBar(store, this);
    all->addWidget(m_bar);
    buildTable();
    m_actions = new FileActions(store, commands, source, m_table);
    keepCurrent();
    addWish(tr("Detail"), Qt::Key_Return, &FilesView::detailWanted);
    addWish(tr("Log"), Qt::Key_L, &FilesView::logWanted);
    addWish(tr("Why is it not running?"), Qt::Key_W, &FilesView::whyWanted);
    addWish(tr("Evidence zip…"), Qt::Key_E, &FilesView::evidenceWanted);
    addWish(tr("Audit of this file"), Qt::Key_U, &FilesView::auditWanted);
    m_copy = new QAction(tr("Copy path"), m_table);
    m_copy->setShortcut(Qt::Key_C);
    m_copy->setShortcutContext(Qt::WidgetShortcut);
    connect(m_copy, &QAction::triggered, this, &FilesView::copyPaths);
    m_table->addAction(m_copy);
    addNarrowing();
    buildMenu();
    buildFoot();
    connect(m_table, &QTableView::doubleClicked, this, [this] {
        if (const auto job = current()) {
            Q_EMIT detailWanted(*job);
        }
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &FilesView::chosen);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] {
        chosen();
        if (const auto job = current()) {
            Q_EMIT fileChosen(*job);
        }
    });
    m_later.setSingleShot(true);
    m_later.setInterval(laterMs);
    connect(&m_later, &QTimer::timeout, this, &FilesView::chosen);
    const auto later = [this] {
        if (!m_later.isActive()) {
            m_later.start();
        }
    };
    connect(m_model, &QAbstractItemModel::dataChanged, this,
        [later](const QModelIndex &, const QModelIndex &, const QList<int> &roles) {
            if (roles.isEmpty()) { // not the ages only
                later();
            }
        });
    connect(m_model, &QAbstractItemModel::rowsRemoved, this, later);
    connect(m_model, &QAbstractItemModel::rowsInserted, this, later);
    connect(m_model, &FilesModel::statusChanged, this, &FilesView::refreshStatus);
    connect(m_actions, &FileActions::said, this, &FilesView::said);
    connect(m_actions, &FileActions::runChanged, this, &FilesView::refreshRun);
    connect(&store, &FleetStore::freshnessChanged, m_actions, &FileActions::refresh);
    connect(m_bar, &FilterBar::changed, this, &FilesView::applyFilter);
    connect(m_bar, &FilterBar::left, m_table, qOverload<>(&QWidget::setFocus));
    auto *find = new QAction(this);
    find->setShortcut(QKeySequence::Find);
    find->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(find, &QAction::triggered, m_bar, &FilterBar::focusSearch);
    addAction(find);
    auto *second = new QTimer(this);
    second->setInterval(1'000);
    connect(second, &QTimer::timeout, m_model, &FilesModel::tick);
    second->start();
    chosen();
}

void FilesView::buildTable()
{
    m_table = new QTableView(this);
    m_table->setModel(m_model);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setAccessibleName(tr("Files"));
    m_delegate = setUpTable(*m_table, u"filesTable"_s);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    using Column = FilesModel::Column;
    const QList<std::pair<Column, int>> widths {{Column::Name, 184}, {Column::Agency, 110}, {Column::State, 92},
        {Column::Node, 58}, {Column::Attempt, 62}, {Column::Age, 54}, {Column::Changed, 78}, {Column::Why, 120},
        {Column::Size, 74}, {Column::Priority, 70}};
    for (const auto &[column, width] : widths) {
        m_table->horizontalHeader()->resizeSection(static_cast<int>(column), width);
    }
    QHeaderView *header = m_table->horizontalHeader();
    header->moveSection(header->visualIndex(int(Column::Why)), header->count() - 1);
    header->setStretchLastSection(true); // whatever room there is belongs to the reason
    for (const Column column : {Column::Agency, Column::Changed, Column::Size, Column::Priority}) {
        header->hideSection(int(column)); // the header's menu brings them back
    }
    header->setSortIndicator(static_cast<int>(Column::Changed), Qt::AscendingOrder); // the newest change first
    m_table->setSortingEnabled(true);
    layout()->addWidget(m_table);
    m_notice = new QLabel(m_table->viewport());
    m_notice->setTextFormat(Qt::PlainText);
    m_notice->setAlignment(Qt::AlignCenter);
    m_notice->setWordWrap(true);
    m_notice->setMargin(24);
    m_notice->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_table->viewport()->installEventFilter(this);
}

void FilesView::keepCurrent()
{
    connect(m_model, &QAbstractItemModel::modelAboutToBeReset, this, [this] {
        const auto job = current();
        m_again = job ? job->job : JobId {};
    });
    connect(m_model, &QAbstractItemModel::rowsInserted, this, [this] {
        const int row = m_again.isNull() ? -1 : m_model->rowOf(m_again);
        if (row >= 0 && !m_table->currentIndex().isValid()) {
            m_table->setCurrentIndex(m_model->index(row, 0));
        }
        m_again = {}; // the first page had it, or it is out of sight
    });
}

void FilesView::widenColumns()
{
    QHeaderView *header = m_table->horizontalHeader();
    header->resizeSection(int(FilesModel::Column::Name), 320);
    header->showSection(int(FilesModel::Column::Agency));
}

void FilesView::buildFoot()
{
    m_foot = new QWidget(this);
    auto *row = new QHBoxLayout(m_foot);
    row->setContentsMargins(6, 4, 6, 4);
    m_runText = new QLabel(m_foot);
    m_runText->setTextFormat(Qt::PlainText);
    m_progress = new QProgressBar(m_foot);
    m_progress->setAccessibleName(tr("Files answered"));
    m_progress->setTextVisible(false);
    m_progress->setMaximumHeight(10);
    m_stopRun = new QPushButton(tr("Send no more"), m_foot);
    connect(m_stopRun, &QPushButton::clicked, this, [this] {
        if (BulkRun *run = m_actions->run()) {
            run->stop();
        }
    });
    row->addWidget(m_runText);
    row->addWidget(m_progress, 1);
    row->addWidget(m_stopRun);
    layout()->addWidget(m_foot);
    m_foot->hide();
}

void FilesView::addWish(const QString &name, const QKeySequence &key, void (FilesView::*wanted)(const JobView &))
{
    auto *action = new QAction(name, m_table);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetShortcut);
    connect(action, &QAction::triggered, this, [this, wanted] {
        if (const auto job = current()) {
            Q_EMIT(this->*wanted)(*job);
        }
    });
    m_table->addAction(action);
    m_wishes.append(action);
}

void FilesView::addNarrowing()
{
    m_onlyNode = new QAction(tr("Only files of this node"), m_table);
    connect(m_onlyNode, &QAction::triggered, this, [this] {
        if (const auto job = current(); job && !job->node.isEmpty()) {
            m_bar->setNode(job->node);
        }
    });
    m_onlyCause = new QAction(tr("Only files with this cause"), m_table);
    connect(m_onlyCause, &QAction::triggered, this, [this] {
        if (const auto job = current(); job && job->cause != Cause::None) {
            m_bar->setCause(job->cause);
        }
    });
    m_table->addActions({m_onlyNode, m_onlyCause});
}

void FilesView::buildMenu()
{
    m_menu = new QMenu(tr("Files"), m_table);
    m_menu->addActions(m_wishes);
    m_menu->addAction(m_copy);
    m_menu->addSeparator();
    const QList<JobAction> kinds {JobAction::Requeue, JobAction::Hold, JobAction::Release, JobAction::Stop, JobAction::Done};
    for (const JobAction kind : kinds) {
        m_menu->addAction(m_actions->action(kind));
    }
    QMenu *all = m_menu->addMenu(tr("All with this cause"));
    for (const JobAction kind : kinds) {
        if (QAction *action = m_actions->allWithCause(kind)) {
            all->addAction(action);
        }
    }
    m_menu->addSeparator();
    m_menu->addActions({m_onlyNode, m_onlyCause});
    m_menu->addSeparator();
    m_menu->addAction(tr("Newest change first"), this, // its column is hidden at first
        [this] { m_table->sortByColumn(static_cast<int>(FilesModel::Column::Changed), Qt::AscendingOrder); });
    connect(m_table, &QWidget::customContextMenuRequested, this,
        [this](const QPoint &at) { m_menu->popup(m_table->viewport()->mapToGlobal(at)); });
}

void FilesView::refreshNarrowing()
{
    const auto job = current();
    for (QAction *action : std::as_const(m_wishes)) {
        action->setEnabled(job.has_value());
    }
    m_copy->setEnabled(job.has_value());
    m_onlyNode->setEnabled(job && !job->node.isEmpty());
    m_onlyCause->setEnabled(job && job->cause != Cause::None);
}

void FilesView::setTheme(const Theme &theme, Density density)
{
    m_delegate->setTheme(theme);
    m_table->verticalHeader()->setDefaultSectionSize(rowHeight(density, m_table->fontMetrics().height()));
    m_table->viewport()->update();
    m_notice->setStyleSheet(u"color: %1;"_s.arg(theme.text(Tone::Muted).name()));
}

void FilesView::applyFilter()
{
    m_model->setFilter(m_bar->filter());
    refreshStatus();
    chosen();
}

QString FilesView::noticeText() const
{
    if (m_model->rowCount() > 0) {
        return {};
    }
    if (!m_model->isKnown()) {
        if (m_store.freshness() == Freshness::Nothing) {
            return tr("Waiting for the orchestrator…");
        }
        return m_model->error()
            ? tr("The files can't be fetched. %1 It is tried again by itself.").arg(textOf(m_model->error()->code))
            : tr("Fetching the files…");
    }
    return m_bar->emptyText();
}

void FilesView::refreshStatus()
{
    const qsizetype here = m_model->rowCount();
    const qsizetype many = m_table->selectionModel()->selectedRows().size();
    const QString total = m_model->isTotalExact() ? tr("%L1").arg(m_model->total()) : tr("more than %L1").arg(m_model->total());
    QString text;
    if (m_model->isCut()) {
        text = tr("first %L1 of %2: narrow the filters to see others").arg(here).arg(total);
    } else if (m_model->isKnown()) {
        text = tr("%L1 of %2").arg(here).arg(total);
    }
    if (many > 1) {
        text = tr("%1 chosen · %2").arg(QString::number(many), text);
    }
    if (m_model->error() && m_model->isKnown()) {
        text = tr("not refreshed · %1").arg(text);
    }
    m_bar->setCount(text);
    const QString notice = noticeText();
    m_notice->setText(notice);
    m_notice->setVisible(!notice.isEmpty());
    m_notice->setGeometry(m_table->viewport()->rect());
}

void FilesView::refreshRun()
{
    const BulkRun *run = m_actions->run();
    m_foot->setVisible(run != nullptr);
    if (run) {
        m_progress->setRange(0, static_cast<int>(run->size()));
        m_progress->setValue(static_cast<int>(run->answered()));
        m_runText->setText(tr("%1 of %2 answered").arg(run->answered()).arg(run->size()));
    }
}

std::optional<JobView> FilesView::current() const
{
    const JobView *job = m_model->jobAt(m_table->currentIndex().row());
    return job ? std::optional(*job) : std::nullopt;
}

QList<JobView> FilesView::selected() const
{
    QList<JobView> list;
    const int first = m_table->currentIndex().row();
    for (const QModelIndex &index : m_table->selectionModel()->selectedRows()) {
        if (const JobView *job = m_model->jobAt(index.row())) {
            index.row() == first ? list.prepend(*job) : list.append(*job);
        }
    }
    return list;
}

void FilesView::chosen()
{
    m_actions->setChosen(selected());
    refreshNarrowing();
    refreshStatus();
}

void FilesView::copyPaths()
{
    QStringList paths;
    for (const JobView &job : selected()) {
        paths.append(job.place);
    }
    if (!paths.isEmpty()) {
        QGuiApplication::clipboard()->setText(paths.join(u'\n'));
        Q_EMIT said(paths.size() == 1 ? tr("Copied: %1").arg(escapedForLog(paths.first(), 200))
                                      : tr("%1 paths copied.").arg(paths.size()));
    }
}

bool FilesView::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_table->viewport() && event->type() == QEvent::Resize) {
        m_notice->setGeometry(m_table->viewport()->rect());
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace dtf
