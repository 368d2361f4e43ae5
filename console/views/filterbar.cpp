// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/filterbar.h"

#include "console/text/texts.h"
#include "console/views/filtermenu.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTabBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int typingMs = 250;
constexpr qsizetype longestSearch = 256; ///< bytes, the API's bound

struct Tab
{
    const char *name;
    const char *empty; ///< when there is none
    QList<JobState> states;
    bool today; ///< the count is of today only
};

const QList<Tab> &tabs()
{
    static const QList<Tab> list {
        {QT_TRANSLATE_NOOP("dtf::FilterBar", "All"),
            QT_TRANSLATE_NOOP("dtf::FilterBar", "There is no file yet. What is put into the incoming folder appears here."), {},
            false},
        {QT_TRANSLATE_NOOP("dtf::FilterBar", "Waiting"), QT_TRANSLATE_NOOP("dtf::FilterBar", "No file is waiting."),
            {JobState::Waiting, JobState::Moving, JobState::Assigned}, false},
        {QT_TRANSLATE_NOOP("dtf::FilterBar", "Running"), QT_TRANSLATE_NOOP("dtf::FilterBar", "No file is running."),
            {JobState::Running, JobState::Publishing}, false},
        {QT_TRANSLATE_NOOP("dtf::FilterBar", "On hold"),
            QT_TRANSLATE_NOOP("dtf::FilterBar", "No file is on hold: nothing waits for your decision."), {JobState::Hold}, false},
        {QT_TRANSLATE_NOOP("dtf::FilterBar", "Failed"), QT_TRANSLATE_NOOP("dtf::FilterBar", "No file has failed."),
            {JobState::Failed}, false},
        {QT_TRANSLATE_NOOP("dtf::FilterBar", "Rejected"), QT_TRANSLATE_NOOP("dtf::FilterBar", "No file was rejected."),
            {JobState::Rejected}, true},
        {QT_TRANSLATE_NOOP("dtf::FilterBar", "Done"), QT_TRANSLATE_NOOP("dtf::FilterBar", "No file is done yet."),
            {JobState::Done}, true},
    };
    return list;
}

} // namespace

FilterBar::FilterBar(const FleetStore &store, QWidget *parent)
    : QWidget(parent)
    , m_store(store)
{
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    buildTabs();
    buildSearch();
    m_typing.setSingleShot(true);
    m_typing.setInterval(typingMs);
    connect(&m_typing, &QTimer::timeout, this, &FilterBar::apply);
    connect(&store, &FleetStore::summaryChanged, this, &FilterBar::refreshCounts);
    connect(&store, &FleetStore::freshnessChanged, this, &FilterBar::refreshCounts);
    refreshCounts();
}

void FilterBar::buildTabs()
{
    m_tabs = new QTabBar(this);
    m_tabs->setAccessibleName(tr("State of the files"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setUsesScrollButtons(true);
    for (const Tab &tab : tabs()) {
        m_tabs->addTab(tr(tab.name));
    }
    connect(m_tabs, &QTabBar::currentChanged, this, [this] {
        m_states.clear();
        apply();
    });
    layout()->addWidget(m_tabs);
}

void FilterBar::buildSearch()
{
    auto *head = new QWidget(this);
    auto *row = new QHBoxLayout(head);
    row->setContentsMargins(6, 4, 6, 4);
    row->setSpacing(6);
    m_search = new QLineEdit(head);
    m_search->setPlaceholderText(tr("Search name, agency or id"));
    m_search->setAccessibleName(tr("Search the files"));
    m_search->setClearButtonEnabled(true);
    m_search->setMinimumWidth(180);
    m_search->setMaximumWidth(320);
    connect(m_search, &QLineEdit::textChanged, this, [this] { m_typing.start(); });
    connect(m_search, &QLineEdit::returnPressed, this, [this] {
        apply();
        Q_EMIT left();
    });
    row->addWidget(m_search, 1);
    auto *more = new QToolButton(head);
    more->setText(tr("Filter"));
    more->setPopupMode(QToolButton::InstantPopup);
    more->setFocusPolicy(Qt::TabFocus);
    more->setAccessibleName(tr("Filter by node or cause, saved filters"));
    m_menu = new FilterMenu(m_store, more);
    connect(m_menu, &FilterMenu::nodeWanted, this, &FilterBar::setNode);
    connect(m_menu, &FilterMenu::causeWanted, this, &FilterBar::setCause);
    connect(m_menu, &FilterMenu::filterWanted, this, &FilterBar::showFilter);
    connect(m_menu, &FilterMenu::saveWanted, this, [this] { m_menu->askName(filter()); });
    more->setMenu(m_menu);
    row->addWidget(more);
    m_chips = new QHBoxLayout;
    m_chips->setSpacing(4);
    row->addLayout(m_chips);
    row->addStretch(1);
    m_count = new QLabel(head);
    m_count->setTextFormat(Qt::PlainText);
    row->addWidget(m_count);
    layout()->addWidget(head);
}

void FilterBar::focusSearch()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void FilterBar::showStates(const QList<JobState> &states)
{
    for (int i = 0; i < tabs().size(); ++i) {
        if (tabs()[i].states == states) {
            m_states.clear();
            m_tabs->setCurrentIndex(i);
            apply();
            return;
        }
    }
    m_tabs->setCurrentIndex(0);
    m_states = states;
    apply();
}

void FilterBar::showFilter(const JobFilter &filter)
{
    {
        const QSignalBlocker quiet(this); // one change for the list, not four
        m_search->setText(filter.text);
        m_node = filter.node;
        m_cause = filter.cause;
        showStates(filter.states);
    }
    apply();
}

void FilterBar::setNode(const NodeName &node)
{
    m_node = node;
    apply();
}

void FilterBar::setCause(Cause cause)
{
    m_cause = cause;
    apply();
}

JobFilter FilterBar::filter() const
{
    JobFilter filter;
    filter.states = m_states.isEmpty() ? tabs()[m_tabs->currentIndex()].states : m_states;
    filter.node = m_node;
    filter.cause = m_cause;
    filter.text = m_search->text().trimmed();
    while (filter.text.toUtf8().size() > longestSearch) {
        filter.text.chop(1);
    }
    return filter;
}

bool FilterBar::isNarrowed() const
{
    return !m_node.isEmpty() || m_cause != Cause::None || !m_states.isEmpty() || !m_search->text().trimmed().isEmpty();
}

QString FilterBar::emptyText() const
{
    return isNarrowed() ? tr("No file matches the search and the filters.") : tr(tabs()[m_tabs->currentIndex()].empty);
}

void FilterBar::setCount(const QString &text)
{
    m_count->setText(text);
}

void FilterBar::apply()
{
    m_typing.stop();
    refreshChips();
    Q_EMIT changed();
}

void FilterBar::addChip(const QString &text, std::function<void()> remove)
{
    auto *chip = new QPushButton(text + u" ✕"_s, this);
    chip->setAccessibleName(tr("Take away the filter: %1").arg(text));
    chip->setToolTip(tr("Take this filter away"));
    connect(chip, &QPushButton::clicked, this, std::move(remove));
    m_chips->addWidget(chip);
}

void FilterBar::refreshChips()
{
    while (QLayoutItem *item = m_chips->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater(); // it may be the one that was clicked
        delete item;
    }
    if (!m_states.isEmpty()) {
        QStringList words;
        for (const JobState state : std::as_const(m_states)) {
            words.append(textOf(state));
        }
        addChip(words.join(u", "_s), [this] {
            m_states.clear();
            apply();
        });
    }
    if (!m_node.isEmpty()) {
        addChip(m_node.toString(), [this] { setNode({}); });
    }
    if (m_cause != Cause::None) {
        addChip(textOf(m_cause), [this] { setCause(Cause::None); });
    }
}

void FilterBar::refreshCounts()
{
    const FleetSummary &summary = m_store.summary();
    for (int i = 0; i < tabs().size(); ++i) {
        const Tab &tab = tabs()[i];
        qint64 number = 0;
        for (const JobState state : tab.states) {
            number += summary.jobsByState.value(static_cast<int>(state));
        }
        const bool known = m_store.freshness() != Freshness::Nothing && !tab.states.isEmpty();
        const QString name = tr(tab.name);
        const QString text = known ? tr("%1 %2").arg(name).arg(number) : name;
        if (m_tabs->tabText(i) != text) {
            m_tabs->setTabText(i, text);
            m_tabs->setTabToolTip(i, known && tab.today ? tr("%1 today; older ones are listed too").arg(number) : QString());
        }
    }
}

} // namespace dtf
