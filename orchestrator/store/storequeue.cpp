// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/storequeue.h"

#include "orchestrator/store/batchwriter.h"

namespace dtf {

StoreQueue::Put StoreQueue::put(StoreCall &&call)
{
    const qsizetype rows = rowsOf(call);
    {
        const std::lock_guard lock(m_mutex);
        if (m_closed) {
            return Put::Closed;
        }
        // One batch of any size is taken by an empty queue: else it could never be written.
        if (qsizetype(m_calls.size()) >= m_mostCalls || (!m_calls.empty() && m_rows + rows > m_mostRows)) {
            return Put::Full;
        }
        m_rows += rows;
        m_calls.push_back(std::move(call));
    }
    m_changed.notify_one();
    return Put::Done;
}

std::optional<StoreCall> StoreQueue::take()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_closed || !m_calls.empty(); });
    if (m_closed) {
        return std::nullopt;
    }
    return takeFront();
}

std::optional<CommitCall> StoreQueue::takeCommit()
{
    const std::lock_guard lock(m_mutex);
    if (m_closed || m_calls.empty() || !std::holds_alternative<CommitCall>(m_calls.front())) {
        return std::nullopt;
    }
    StoreCall call = takeFront();
    return std::move(std::get<CommitCall>(call));
}

void StoreQueue::close()
{
    {
        const std::lock_guard lock(m_mutex);
        m_closed = true;
    }
    m_changed.notify_all();
}

std::deque<StoreCall> StoreQueue::rest()
{
    const std::lock_guard lock(m_mutex);
    m_rows = 0;
    return std::exchange(m_calls, {});
}

qsizetype StoreQueue::rowsOf(const StoreCall &call)
{
    const auto *commit = std::get_if<CommitCall>(&call);
    return commit ? BatchWriter::rowsOf(commit->batch) : 0;
}

StoreCall StoreQueue::takeFront()
{
    StoreCall call = std::move(m_calls.front());
    m_calls.pop_front();
    m_rows -= rowsOf(call);
    return call;
}

} // namespace dtf
