// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/net/filters.h"
#include "console/store/fleetstore.h"

#include <QTimer>
#include <QWidget>

#include <functional>

class QHBoxLayout;
class QLabel;
class QLineEdit;
class QTabBar;

namespace dtf {

class FilterMenu;

/// Which files are wanted: a tab for each group of states with its count, a search, and filters that are seen as chips and taken
/// away by a click. Thread: main.
class FilterBar final : public QWidget
{
    Q_OBJECT

public:
    explicit FilterBar(const FleetStore &store, QWidget *parent = nullptr);

    [[nodiscard]] JobFilter filter() const;
    [[nodiscard]] bool isNarrowed() const; ///< by more than the tab
    [[nodiscard]] QString emptyText() const; ///< what an empty list means
    /// The tab of these states; where none has just these: all files, with the states as a filter.
    void showStates(const QList<JobState> &states);
    void setNode(const NodeName &node); ///< empty: none
    void setCause(Cause cause); ///< None: none
    void setCount(const QString &text); ///< "200 of 4711"
    /// All of it at once: tab, chips and search.
    void showFilter(const JobFilter &filter);
    void focusSearch();
    [[nodiscard]] FilterMenu *menu() const { return m_menu; }

Q_SIGNALS:
    void changed(); ///< filter(); while typing after a pause
    void left(); ///< Return in the search: on to the list

private:
    void buildTabs();
    void buildSearch();
    void apply();
    void addChip(const QString &text, std::function<void()> remove);
    void refreshChips();
    void refreshCounts();

    const FleetStore &m_store;
    QTabBar *m_tabs = nullptr;
    QLineEdit *m_search = nullptr;
    FilterMenu *m_menu = nullptr;
    QHBoxLayout *m_chips = nullptr;
    QLabel *m_count = nullptr;
    QTimer m_typing;
    QList<JobState> m_states; ///< a filter beyond the tab's; empty: none
    NodeName m_node;
    Cause m_cause = Cause::None;
};

} // namespace dtf
