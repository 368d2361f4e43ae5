// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/logview.h"

#include "common/core/escape.h"
#include "console/text/timetext.h"
#include "console/views/tablesetup.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QScrollBar>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr milliseconds typingPause {200};
constexpr qsizetype mostCopied = 10'000; ///< lines

QString count(qint64 number)
{
    return QLocale(QLocale::English).toString(number);
}

} // namespace

LogView::LogView(const FleetStore &store, QWidget *parent)
    : QWidget(parent)
    , m_store(store)
    , m_model(new LogModel(LogModel::defaultCapacity, this))
    , m_table(new QTableView(this))
{
    m_table->setModel(m_model);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setAccessibleName(tr("Lines of the log"));
    m_delegate = setUpTable(*m_table, u"logTable"_s);
    m_table->setAlternatingRowColors(false); // rows move all the time
    m_table->horizontalHeader()->setStretchLastSection(true);
    const QList<std::pair<LogModel::Column, int>> widths {
        {LogModel::Column::Time, 100}, {LogModel::Column::Node, 80}, {LogModel::Column::Level, 90}};
    for (const auto &[column, width] : widths) {
        m_table->horizontalHeader()->resizeSection(static_cast<int>(column), width);
    }
    build();
    keepPlace();
    m_typing.setSingleShot(true);
    m_typing.setInterval(typingPause);
    connect(&m_typing, &QTimer::timeout, this, &LogView::applyFilter);
    connect(m_pattern, &QLineEdit::textChanged, &m_typing, qOverload<>(&QTimer::start));
    connect(m_node, &QComboBox::currentIndexChanged, this, &LogView::applyFilter);
    connect(m_level, &QComboBox::currentIndexChanged, this, &LogView::applyFilter);
    connect(m_followButton, &QToolButton::toggled, this, &LogView::setFollow);
    connect(&store, &FleetStore::nodesChanged, this, &LogView::refreshNodes);
    connect(&store, &FleetStore::freshnessChanged, this, &LogView::refreshState);
    refreshNodes();
    refreshState();
}

void LogView::build()
{
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(8, 4, 8, 4);
    bar->setSpacing(8);
    m_followButton = new QToolButton(this);
    m_followButton->setText(tr("Follow"));
    m_followButton->setCheckable(true);
    m_followButton->setChecked(true);
    m_followButton->setToolTip(tr("Keep the newest line in sight (End)"));
    m_pattern = new QLineEdit(this);
    m_pattern->setPlaceholderText(tr("Regular expression"));
    m_pattern->setAccessibleName(tr("Regular expression that a line must match"));
    m_pattern->setClearButtonEnabled(true);
    m_pattern->setMaxLength(500);
    m_pattern->setMinimumWidth(160);
    m_node = new QComboBox(this);
    m_node->setAccessibleName(tr("Lines of this node"));
    m_node->addItem(tr("All nodes"));
    m_level = new QComboBox(this);
    m_level->setAccessibleName(tr("Lines of this level and worse"));
    m_level->addItem(tr("All levels"), int(LogLevel::Debug));
    m_level->addItem(tr("Info and worse"), int(LogLevel::Info));
    m_level->addItem(tr("Warnings and errors"), int(LogLevel::Warn));
    m_level->addItem(tr("Errors"), int(LogLevel::Error));
    m_state = new QLabel(this);
    m_state->setTextFormat(Qt::PlainText);
    m_state->setMinimumWidth(20);
    m_state->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_complaint = new QLabel(this);
    m_complaint->setTextFormat(Qt::PlainText);
    m_complaint->setWordWrap(true);
    m_complaint->setMargin(6);
    m_complaint->hide();
    bar->addWidget(m_followButton);
    bar->addWidget(m_pattern, 1);
    bar->addWidget(m_node);
    bar->addWidget(m_level);
    bar->addWidget(m_state, 2);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addLayout(bar);
    all->addWidget(m_complaint);
    all->addWidget(m_table, 1);

    const auto act = [this](const QString &text, const QKeySequence &key, auto slot) {
        auto *action = new QAction(text, m_table);
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetShortcut);
        connect(action, &QAction::triggered, this, slot);
        m_table->addAction(action);
    };
    act(tr("Go to the end and follow"), Qt::Key_End, [this] { setFollow(true); });
    act(tr("Go to the oldest line"), Qt::Key_Home, [this] { m_table->scrollToTop(); });
    act(tr("Copy"), QKeySequence::Copy, [this] { copySelected(); });
    act(tr("Filter"), QKeySequence::Find, [this] { m_pattern->setFocus(); });
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
}

/// The line that is read stays where it is while rows come and go above it; with follow on, the end stays in sight.
void LogView::keepPlace()
{
    m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerItem);
    const auto begin = [this] { ++m_ownScroll; };
    const auto moveBy = [this](int rows) {
        QScrollBar *bar = m_table->verticalScrollBar();
        if (m_follow) {
            m_table->scrollToBottom();
        } else if (rows != 0) {
            bar->setMaximum(std::max(bar->maximum(), bar->value() + rows)); // the table sets its own when it lays out
            bar->setValue(bar->value() + rows);
        }
        --m_ownScroll;
        refreshState();
    };
    connect(m_model, &QAbstractItemModel::rowsAboutToBeRemoved, this, begin);
    connect(m_model, &QAbstractItemModel::rowsRemoved, this,
        [moveBy](const QModelIndex &, int first, int last) { moveBy(first == 0 ? -(last - first + 1) : 0); });
    connect(m_model, &QAbstractItemModel::rowsAboutToBeInserted, this, begin);
    connect(m_model, &QAbstractItemModel::rowsInserted, this, [this, moveBy](const QModelIndex &, int first, int last) {
        const bool before = first == 0 && m_model->rowCount() > last + 1;
        moveBy(before ? last - first + 1 : 0);
    });
    connect(m_model, &QAbstractItemModel::modelAboutToBeReset, this, begin);
    connect(m_model, &QAbstractItemModel::modelReset, this, [moveBy] { moveBy(0); });
    connect(m_table->verticalScrollBar(), &QScrollBar::valueChanged, this, &LogView::scrolled);
}

void LogView::scrolled(int value)
{
    if (m_ownScroll == 0) {
        setFollow(value >= m_table->verticalScrollBar()->maximum());
    }
}

void LogView::setFollow(bool on)
{
    m_follow = on;
    m_followButton->setChecked(on);
    if (on) {
        ++m_ownScroll;
        m_table->scrollToBottom();
        --m_ownScroll;
    }
    refreshState();
}

void LogView::setSession(Session *session)
{
    m_session = session;
    m_listening = false;
    if (session && m_model->kept() > 0) {
        m_model->note(tr("From here on: %1").arg(escapedForLog(session->server().name, 40)), m_clock.now().wall);
    }
    subscribe();
    if (!session) {
        return;
    }
    connect(&session->feed(), &Feed::log, m_model, &LogModel::take);
    connect(&session->feed(), &Feed::snapshot, this, [this] { m_listening = true; });
    connect(&session->feed(), &Feed::lost, this, [this] {
        if (std::exchange(m_listening, false) && m_wanted) {
            m_model->note(tr("The orchestrator was lost here: lines are missing until it is back."), m_clock.now().wall);
        }
    });
}

void LogView::setTheme(const Theme &theme, Density density)
{
    m_delegate->setTheme(theme);
    m_table->verticalHeader()->setDefaultSectionSize(rowHeight(density, m_table->fontMetrics().height()));
    m_table->viewport()->update();
    m_complaint->setStyleSheet(
        u"QLabel { color: %1; background: %2; }"_s.arg(theme.text(Tone::Attention).name(), theme.ground(Tone::Attention).name()));
}

void LogView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_wanted = true;
    if (m_notListening) {
        const milliseconds gap = m_clock.now().mono - *m_notListening;
        m_model->note(
            tr("The log was out of sight for %1: what was said then is not here.").arg(ageText(gap)), m_clock.now().wall);
        m_notListening.reset();
    }
    subscribe();
}

void LogView::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_wanted = false;
    if (m_model->kept() > 0) {
        m_notListening = m_clock.now().mono;
    }
    subscribe();
}

void LogView::subscribe()
{
    if (m_session) {
        FeedSubscribe wish = m_session->feed().wish();
        wish.allLogs = m_wanted;
        m_session->feed().subscribe(wish);
    }
}

void LogView::applyFilter()
{
    LogModel::Filter filter;
    filter.pattern = m_pattern->text();
    filter.node = NodeName::parse(m_node->currentData().toString().toLatin1()).value_or(NodeName {});
    filter.level = static_cast<LogLevel>(m_level->currentData().toInt());
    const Result<void> taken = m_model->setFilter(filter);
    m_complaint->setVisible(!taken);
    if (!taken) {
        const QString before = m_model->filter().pattern;
        m_complaint->setText(tr("This is no regular expression: %1. %2")
                                 .arg(taken.error().detail,
                                     before.isEmpty() ? tr("Lines are not filtered by it.")
                                                      : tr("The one before it stays in use: %1").arg(escapedForLog(before, 80))));
    }
    refreshState();
}

void LogView::refreshNodes()
{
    for (auto at = m_store.nodes().keyBegin(); at != m_store.nodes().keyEnd(); ++at) {
        if (!m_offered.contains(*at)) { // a node that has left keeps its lines, so it stays here
            m_offered.insert(*at);
            m_node->addItem(at->toString(), at->toString());
        }
    }
}

void LogView::refreshState()
{
    QStringList parts;
    if (!m_follow) {
        parts.append(tr("Following stopped – press End"));
    }
    if (m_store.freshness() == Freshness::Gone) {
        parts.append(tr("not connected"));
    } else if (m_model->kept() == 0) {
        parts.append(tr("waiting for the first line"));
    }
    if (m_model->kept() > 0) {
        parts.append(m_model->rowCount() == m_model->kept()
                ? tr("%1 lines").arg(count(m_model->kept()))
                : tr("%1 of %2 lines").arg(count(m_model->rowCount()), count(m_model->kept())));
    }
    if (m_model->letGo() > 0) {
        parts.append(tr("%1 older ones let go").arg(count(m_model->letGo())));
    }
    if (m_model->leftOut() > 0) {
        parts.append(tr("%1 left out, too many at once").arg(count(m_model->leftOut())));
    }
    m_state->setText(parts.join(u" · "_s));
    m_state->setToolTip(m_state->text());
}

void LogView::copySelected()
{
    QList<int> rows;
    const QModelIndexList selected = m_table->selectionModel()->selectedRows();
    for (const QModelIndex &index : selected) {
        rows.append(index.row());
    }
    std::sort(rows.begin(), rows.end());
    QString text;
    rows.resize(std::min(rows.size(), mostCopied));
    for (const int row : std::as_const(rows)) {
        for (int column = 0; column < LogModel::columns; ++column) {
            text += m_model->index(row, column).data().toString() + (column + 1 < LogModel::columns ? u' ' : u'\n');
        }
    }
    QGuiApplication::clipboard()->setText(text);
}

} // namespace dtf
