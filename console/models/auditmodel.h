// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"
#include "common/protocol/messages.h"
#include "console/models/modelroles.h"
#include "console/net/filters.h"

#include <QAbstractTableModel>
#include <QSet>

namespace dtf {

/// Which rows of the audit are wanted. `rows`' limits and sequence numbers are the model's business.
struct AuditWish
{
    AuditFilter rows; ///< job, node, actor, from, to: sorted out by the orchestrator
    QSet<AuditKind> kinds; ///< sorted out here; empty: all
};

/// Would the orchestrator, and the kinds, let this row through? Pure.
[[nodiscard]] bool matches(const AuditWish &wish, const AuditRow &row);

/// Who did what, newest first, page by page back to the beginning; new rows come in at the top. It asks by signals and is
/// answered by take…(): whoever owns it knows the network. Remote text is escaped. Only another wish resets it. Thread: main.
class AuditModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum class Column { Time, Who, What, Node, File, Number, Detail };
    static constexpr int columns = static_cast<int>(Column::Detail) + 1;
    static constexpr int pageRows = 500;
    static constexpr qsizetype mostRows = 50'000; ///< kept; older ones are let go, or not asked for
    static constexpr int emptyPages = 20; ///< pages in a row without a wanted kind, after which it waits for searchOn()

    explicit AuditModel(QObject *parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;

    /// Begins anew with the newest rows.
    void setWish(const AuditWish &wish);
    [[nodiscard]] const AuditWish &wish() const { return m_wish; }
    void takeOlder(quint64 ticket, const Result<AuditPage> &page);
    void takeNewer(quint64 ticket, const Result<AuditPage> &page);
    void arrived(const QList<AuditRow> &rows); ///< of the feed, oldest first
    /// The feed had a gap: what came meanwhile is asked for.
    void catchUp();
    void searchOn(); ///< after an error, or many pages without a wanted kind

    [[nodiscard]] const QList<AuditRow> &rows() const { return m_rows; }
    [[nodiscard]] bool isAsking() const { return m_asking; }
    [[nodiscard]] bool isComplete() const { return m_end; } ///< back to the first row of the audit or of the time asked for
    [[nodiscard]] bool isPaused() const { return m_paused; } ///< see searchOn()
    [[nodiscard]] const Error *error() const { return m_error ? &*m_error : nullptr; } ///< of the last page; null: none
    /// Everything shown, as a table for spreadsheets.
    [[nodiscard]] QByteArray csv() const;

Q_SIGNALS:
    /// Answer with takeOlder() and takeNewer() and the ticket that came along.
    void olderWanted(const dtf::AuditFilter &filter, quint64 ticket);
    void newerWanted(const dtf::AuditFilter &filter, quint64 ticket);
    void stateChanged(); ///< asking, complete, paused, error, number of rows

private:
    void askOlder();
    void askNewer();
    void putOnTop(const QList<AuditRow> &rows);
    [[nodiscard]] QString text(const AuditRow &row, Column column) const;

    AuditWish m_wish;
    QList<AuditRow> m_rows; ///< newest first
    QList<AuditRow> m_later; ///< arrived while catching up
    quint64 m_ticket = 0; ///< of the present wish: answers to an older one are late
    qint64 m_lowest = 0; ///< looked at down to here; 0: nothing yet
    qint64 m_highest = -1; ///< looked at up to here; -1: nothing yet
    int m_empty = 0;
    bool m_asking = false;
    bool m_catching = false; ///< newer rows are asked for, or their asking has failed
    bool m_laterLost = false; ///< too many arrived meanwhile: they are asked for, too
    bool m_end = false;
    bool m_paused = false;
    std::optional<Error> m_error;
};

} // namespace dtf
