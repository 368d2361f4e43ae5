// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/store/mailbox.h"
#include "orchestrator/store/store.h"
#include "orchestrator/store/storereader.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <variant>

namespace dtf {

struct CommitCall
{
    StoreBatch batch;
    Store::Callback<Store::Committed> done;
};

/// A question, whatever it asks: run with a reader or the reason why there is none, gives the letter to its caller; no letter:
/// it was handed on to another thread.
struct QueryCall
{
    std::function<Mailbox::Letter(Result<StoreReader>)> run;
};

using StoreCall = std::variant<CommitCall, QueryCall>;

/// Calls on their way to the store's thread, in order, bounded in number and in rows. Thread: any.
class StoreQueue final
{
public:
    StoreQueue(qsizetype mostCalls, qsizetype mostRows)
        : m_mostCalls(mostCalls)
        , m_mostRows(mostRows)
    { }
    enum class Put { Done, Full, Closed };
    /// Takes `call` only when Done.
    [[nodiscard]] Put put(StoreCall &&call);
    /// Waits for the next call; nothing once closed, whatever still lies here.
    [[nodiscard]] std::optional<StoreCall> take();
    /// The next call if it is a commit; does not wait.
    [[nodiscard]] std::optional<CommitCall> takeCommit();
    void close();
    /// What was never taken; after close().
    [[nodiscard]] std::deque<StoreCall> rest();

private:
    static qsizetype rowsOf(const StoreCall &call);
    StoreCall takeFront(); ///< under the lock

    const qsizetype m_mostCalls;
    const qsizetype m_mostRows;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<StoreCall> m_calls;
    qsizetype m_rows = 0;
    bool m_closed = false;
};

} // namespace dtf
