// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/net/filters.h"
#include "console/store/fleetstore.h"

#include <QMenu>

namespace dtf {

class SavedFilters;

/// What the files can be filtered by, and the user's own filters by name. Thread: main.
class FilterMenu final : public QMenu
{
    Q_OBJECT

public:
    explicit FilterMenu(const FleetStore &store, QWidget *parent = nullptr);

    void setSaved(SavedFilters *saved) { m_saved = saved; } ///< not owned; null: none are offered
    /// Asks for a name and keeps `filter` under it.
    void askName(const JobFilter &filter);

Q_SIGNALS:
    void nodeWanted(const dtf::NodeName &node);
    void causeWanted(dtf::Cause cause);
    void filterWanted(const dtf::JobFilter &filter);
    void saveWanted(); ///< the present filter is to be kept: askName()
    void said(const QString &words);

private:
    void fill(); ///< each time it is opened
    void addSaved();

    const FleetStore &m_store;
    SavedFilters *m_saved = nullptr;
    QMenu *m_nodes = nullptr;
    QList<QAction *> m_own; ///< of the saved filters
};

} // namespace dtf
