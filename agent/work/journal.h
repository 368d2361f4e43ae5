// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/policy/workstate.h"
#include "agent/work/journalcodec.h"
#include "common/core/filelock.h"

#include <QFile>

#include <memory>

namespace dtf {

/// The agent's memory: one append-only file in stateDir that holds the journal of attempts and, in the same writes, the reports
/// for the orchestrator. Every append is flushed before it returns. A torn tail is cut off at the next start; a damaged file, or
/// one that came with the disk of another machine, is put aside under another name and nothing in it is believed (its tokens are
/// then foreign). Room for many records is asked of the disk ahead of time: a disk that fills up in the middle of a run must not
/// keep its end from being written. Thread: open() anywhere, afterwards one thread.
class Journal
{
public:
    ~Journal();
    Journal(const Journal &) = delete;
    Journal &operator=(const Journal &) = delete;

    /// Locks the folder (a second agent on it is refused: AlreadyExists), reads, compacts, and writes this life's Boot record.
    [[nodiscard]] static Result<std::unique_ptr<Journal>> open(
        const QString &stateDir, const AgentIdentity &identity, WallTime now);

    /// Durable when it returns success. After a failure every later append fails too: what is on the disk is not known any more.
    [[nodiscard]] Result<void> append(const JournalRecord &record, const QList<Report> &reports);
    /// The first `count` pending reports need not be kept any more. Durable with the next append or when the journal is closed:
    /// after a crash before that they are sent once more, and the orchestrator knows them.
    [[nodiscard]] Result<void> acknowledge(qint64 count);

    [[nodiscard]] const JournalView &view() const { return m_view; }
    [[nodiscard]] const QList<Report> &pending() const { return m_pending; } ///< oldest first
    [[nodiscard]] const QString &putAside() const { return m_putAside; } ///< why an older journal is not used; empty: it is

    /// Tests only: later appends go to this file.
    void breakForTest(const QString &file);

    static constexpr qint64 compactAbove =
        qint64 {16} * 1024 * 1024; ///< and only when twice as large as after the last compaction
    static constexpr int keepClosed = 5'000; ///< closed attempts and boots remembered, for listings that are old

private:
    Journal() = default;
    [[nodiscard]] Result<void> read();
    [[nodiscard]] Result<void> compact();
    [[nodiscard]] Result<qint64> writeFresh();
    [[nodiscard]] Result<void> takeFresh(qint64 size);
    void reserveRoom();
    [[nodiscard]] Result<void> write(const JournalFrame &frame);
    [[nodiscard]] Result<void> setAside(const QString &why, const BootId &boot);
    void takeBack(const JournalRecord &record, qint64 end);
    void fold(const JournalFrame &frame);

    QString m_folder;
    std::unique_ptr<FileLock> m_lock;
    QFile m_file;
    JournalView m_view;
    QList<Report> m_pending;
    qint64 m_firstPending = 0; ///< number of m_pending's first report since the journal began
    qint64 m_sizeAfterCompact = 0;
    qint64 m_roomUntil = 0; ///< the file's size up to which the disk has promised room
    bool m_acknowledged = false; ///< and not written yet
    bool m_failed = false;
    bool m_damaged = false;
    QString m_putAside;
};

} // namespace dtf
