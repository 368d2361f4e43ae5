// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/store/mailbox.h"
#include "orchestrator/store/storedatabase.h"
#include "orchestrator/store/storequeue.h"

#include <chrono>

namespace dtf {

/// What the store's thread does: takes calls in order, writes neighbouring commits in one transaction, answers through the
/// mailbox. Never waits for more to come: a lone commit is written at once. Thread: the store's own.
class StoreWorker final
{
public:
    /// A transaction takes in waiting commits until it has this many rows or is this old.
    static constexpr qsizetype rowsPerGroup = 4'096;
    static constexpr std::chrono::milliseconds groupTime {50};

    StoreWorker(std::unique_ptr<StoreDatabase> database, StoreQueue &queue, Mailbox &mailbox);
    /// Until the queue is closed; what still lies in it then is answered with Cancelled.
    void run();

private:
    void answer(const QueryCall &call, Result<StoreReader> reader);
    void commitGroup(CommitCall first);
    void answerCancelled();

    std::unique_ptr<StoreDatabase> m_database;
    StoreQueue &m_queue;
    Mailbox &m_mailbox;
};

} // namespace dtf
