// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/storeworker.h"

#include "common/core/logging.h"

DTF_LOG_CATEGORY(lcStore, "orchestrator.store")

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

/// A commit inside the open transaction.
struct Written
{
    Store::Callback<Store::Committed> done;
    Store::Committed result;
};

Mailbox::Letter letterFor(Store::Callback<Store::Committed> done, Result<Store::Committed> result)
{
    return [done = std::move(done), result = std::move(result)]() mutable {
        if (done) {
            done(std::move(result));
        }
    };
}

} // namespace

StoreWorker::StoreWorker(std::unique_ptr<StoreDatabase> database, StoreQueue &queue, Mailbox &mailbox)
    : m_database(std::move(database))
    , m_queue(queue)
    , m_mailbox(mailbox)
{ }

void StoreWorker::run()
{
    while (std::optional<StoreCall> call = m_queue.take()) {
        if (auto *commit = std::get_if<CommitCall>(&*call)) {
            commitGroup(std::move(*commit));
        } else {
            answer(std::get<QueryCall>(*call), m_database->reader());
        }
    }
    answerCancelled();
    m_database.reset(); // the last checkpoint, and the lock is free
}

void StoreWorker::answer(const QueryCall &call, Result<StoreReader> reader)
{
    if (Mailbox::Letter letter = call.run(std::move(reader))) {
        m_mailbox.put(std::move(letter));
    }
}

void StoreWorker::commitGroup(CommitCall first)
{
    const auto begun = std::chrono::steady_clock::now();
    std::vector<Written> group;
    qsizetype rows = 0;
    Result<void> state = m_database->begin();
    const bool inTransaction = state.has_value();
    std::optional<CommitCall> call = std::move(first);
    while (call) {
        rows += BatchWriter::rowsOf(call->batch);
        group.push_back({std::move(call->done), {}});
        if (state) {
            auto written = m_database->write(call->batch);
            if (written) {
                group.back().result.audit = std::move(*written);
            } else {
                state = tl::unexpected(written.error());
            }
        }
        call.reset();
        if (state && rows < rowsPerGroup && std::chrono::steady_clock::now() - begun < groupTime) {
            call = m_queue.takeCommit();
        }
    }
    if (state) {
        state = m_database->commit();
    } else if (inTransaction) {
        m_database->rollback();
    }
    if (!state) {
        qCWarning(lcStore).noquote() << "commit failed, nothing was kept:" << state.error().detail;
    }
    for (Written &written : group) {
        if (state) {
            m_mailbox.put(letterFor(std::move(written.done), std::move(written.result)));
        } else {
            m_mailbox.put(letterFor(std::move(written.done), tl::unexpected(state.error())));
        }
    }
}

void StoreWorker::answerCancelled()
{
    const Error cancelled {ErrorCode::Cancelled, u"the store was closed"_s};
    for (StoreCall &call : m_queue.rest()) {
        if (auto *commit = std::get_if<CommitCall>(&call)) {
            m_mailbox.put(letterFor(std::move(commit->done), tl::unexpected(cancelled)));
        } else {
            answer(std::get<QueryCall>(call), tl::unexpected(cancelled));
        }
    }
}

} // namespace dtf
