// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/store/jobcounts.h"
#include "orchestrator/store/mailbox.h"
#include "orchestrator/store/storequeue.h"

namespace dtf {

/// Answers questions that may take long on a read-only connection of its own, so that no commit waits for them: SQLite's
/// write-ahead log lets both go on at once. Each question sees what was durable when it
/// began; SqliteStore hands it over behind the commits before it. Thread: its own.
class ReadWorker final
{
public:
    ReadWorker(QString path, StoreQueue &queue, Mailbox &mailbox)
        : m_path(std::move(path))
        , m_queue(queue)
        , m_mailbox(mailbox)
    { }
    /// Until the queue is closed; what still lies in it then is answered with Cancelled.
    void run();

private:
    [[nodiscard]] Result<StoreReader> reader();

    const QString m_path;
    StoreQueue &m_queue;
    Mailbox &m_mailbox;
    std::unique_ptr<Connection> m_connection;
    JobCounts m_counts;
};

} // namespace dtf
