// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/jobsource.h"
#include "console/models/modelroles.h"
#include "console/store/fleetstore.h"

#include <QAbstractTableModel>
#include <QHash>

#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace dtf {

/// The files that match a filter, in the orchestrator's order: pages from it as the reader scrolls, and what the feed says in
/// between. Exactly what changed is told, neighbours in one go, and more than `fewMoves` moves at once as one change of the
/// layout; a reset only when the filter or the order changes. After a snapshot the rows that are here are asked for anew and only
/// the differences are told. Remote text is escaped. Thread: main.
class FilesModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum class Column {
        Name,
        Agency, ///< the file's affinity
        State,
        Node,
        Attempt,
        Age, ///< since accepted
        Changed, ///< since its state changed
        Why, ///< cause, or the last line of a running one
        Size,
        Priority,
    };
    static constexpr int columns = static_cast<int>(Column::Priority) + 1;
    static constexpr int pageSize = 200;
    static constexpr int mostRows = 20'000; ///< older ones are left to the filter
    static constexpr int fewMoves = 4; ///< of one delta; each costs a view as much as a change of its layout

    FilesModel(const FleetStore &store, JobSource &source, QObject *parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;
    /// Asks the orchestrator for another order. The youngest first is ascending in Age and Changed.
    void sort(int column, Qt::SortOrder order) override;

    /// Limit, cursor and order are the model's own. The same filter again changes nothing.
    void setFilter(JobFilter filter);
    [[nodiscard]] const JobFilter &filter() const { return m_filter; }
    /// Asks anew for what is here, without touching what is shown until the answer comes.
    void refresh();
    /// A second has passed: ages move on, failed questions are asked again, an uncertain total is asked for.
    void tick();

    [[nodiscard]] const JobView *jobAt(int row) const; ///< null: no such row
    [[nodiscard]] int rowOf(const JobId &job) const; ///< -1: none
    [[nodiscard]] qint64 total() const; ///< matching the filter, as far as is known
    [[nodiscard]] bool isTotalExact() const; ///< false: there are at least as many
    [[nodiscard]] bool isKnown() const { return m_known; } ///< a first page of this filter has come
    [[nodiscard]] bool isCut() const { return m_cut; } ///< mostRows are here, there are more
    [[nodiscard]] const std::optional<Error> &error() const { return m_error; } ///< of the last question, if it failed

Q_SIGNALS:
    void statusChanged(); ///< total, isKnown, isCut or error

private:
    using Rows = std::deque<std::unique_ptr<JobView>>;

    void take(const QList<JobView> &jobs);
    void ask(QString cursor, int limit, std::optional<JobView> from);
    void took(const Result<JobPage> &page, const std::optional<JobView> &from);
    void forget(); ///< another orchestrator comes
    void clear();
    void countAnew();
    void failed(const Error &error);
    void remember(const JobView &job); ///< it may be newer than the page that is under way
    void put(const JobView &job);
    void putAll(const QList<const JobView *> &jobs); ///< all of them are here
    void sortIn(std::vector<std::unique_ptr<JobView>> moved); ///< their places in m_rows are empty
    void insertFresh(const QList<JobView> &jobs); ///< none of them is here
    void removeRow(int row) { removeRows({row}); }
    void removeRows(QList<int> rows);
    void tellChanged(QList<int> rows);
    void removeUnseen(const std::optional<JobView> &from, const std::optional<JobView> &to, const QSet<JobId> &seen);
    void trim();
    [[nodiscard]] bool isBefore(const JobView &a, const JobView &b) const; ///< in the order of the list
    [[nodiscard]] int placeOf(const JobView &job) const; ///< of the first row not before it
    [[nodiscard]] bool isBehind(const JobView &job) const; ///< the end of what is here: a later page has it
    [[nodiscard]] QString text(const JobView &job, Column column) const;

    const FleetStore &m_store;
    JobSource &m_source;
    JobFilter m_filter;
    Rows m_rows;
    QHash<JobId, const JobView *> m_here; ///< each row by its id
    QHash<JobId, JobView> m_touched; ///< told by the feed since the page that is under way was asked for
    bool m_missed = false; ///< there were too many of them: all is asked for anew
    QString m_next; ///< cursor of the next page; empty: none
    std::optional<JobView> m_end; ///< the row the cursor stands at, as it was then, or the last one kept; empty: all are here
    qint64 m_total = 0;
    bool m_totalExact = true;
    bool m_known = false;
    bool m_cut = false;
    bool m_totalUncertain = false;
    bool m_pending = false; ///< a page is under way
    int m_generation = 0; ///< answers to older questions are void
    int m_sinceCount = 0; ///< ticks
    int m_untilRetry = 0; ///< ticks
    int m_retries = 0; ///< in a row
    bool m_wasCurrent = true; ///< at the last tick
    std::optional<Error> m_error;
};

/// Whether the orchestrator would list it under this filter. Pure.
[[nodiscard]] bool matches(const JobFilter &filter, const JobView &job);
/// What the orchestrator sorts by for a column, and whether the column runs the other way. Pure.
[[nodiscard]] std::pair<JobSort, bool> sortOf(FilesModel::Column column);

} // namespace dtf
