// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/sqlitestore.h"

#include "orchestrator/store/auditverify.h"
#include "orchestrator/store/historyreader.h"
#include "orchestrator/store/readworker.h"
#include "orchestrator/store/sidethread.h"
#include "orchestrator/store/storeworker.h"

#include <future>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mostHistoryWaits = 32;

AuditCheck checkOf(const Result<AuditVerdict> &verdict)
{
    AuditCheck check;
    check.time = SystemClock().now().wall;
    if (verdict) {
        check.rows = verdict->rows;
        check.ok = verdict->ok;
        check.firstBad = verdict->firstBad;
        check.why = verdict->why;
    } else {
        check.why = u"the audit could not be read: %1"_s.arg(verdict.error().detail);
    }
    return check;
}

} // namespace

SqliteStore::SqliteStore() = default;

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const QString &path, StoreSnapshot *snapshot, const StoreOptions &options)
{
    std::unique_ptr<SqliteStore> store(new SqliteStore);
    store->m_queue = std::make_unique<StoreQueue>(options.mostCalls, options.mostRows);
    store->m_questions = std::make_unique<StoreQueue>(options.mostCalls, 0);
    store->m_mailbox = std::make_unique<Mailbox>();
    store->m_checking = std::make_unique<SideThread>(*store->m_mailbox);
    store->m_reading = std::make_unique<SideThread>(*store->m_mailbox);
    store->m_path = path;
    store->m_checkAgainAfter = options.checkAgainAfter;
    const WallTime now = options.now.msecsSinceEpoch != 0 ? options.now : SystemClock().now().wall;
    // A connection belongs to the thread that opens it: the store's thread opens, this one waits for the outcome.
    std::promise<Result<StoreSnapshot>> promise;
    std::future<Result<StoreSnapshot>> opened = promise.get_future();
    store->m_thread = std::thread([path, now, pages = options.maxPages, promise = std::move(promise),
                                      queue = store->m_queue.get(), box = store->m_mailbox.get()]() mutable {
        StoreSnapshot read;
        auto database = StoreDatabase::open(path, now, pages, read);
        if (!database) {
            promise.set_value(tl::unexpected(database.error()));
            return;
        }
        promise.set_value(std::move(read));
        StoreWorker(std::move(*database), *queue, *box).run();
    });
    Result<StoreSnapshot> read = opened.get();
    if (!read) {
        store->close();
        return tl::unexpected(read.error());
    }
    store->m_readThread = std::thread(
        [path, queue = store->m_questions.get(), box = store->m_mailbox.get()] { ReadWorker(path, *queue, *box).run(); });
    if (snapshot) {
        *snapshot = std::move(*read);
    }
    return store;
}

SqliteStore::~SqliteStore()
{
    close();
}

void SqliteStore::close()
{
    m_closed = true;
    m_checking->close(); // bounded: one step of reading
    m_reading->close();
    if (m_thread.joinable()) {
        m_queue->close();
        m_thread.join(); // bounded: one transaction or question, another program's lock waited for 5 s at most
    }
    m_questions->close();
    if (m_readThread.joinable()) {
        m_readThread.join(); // bounded: one question
    }
    m_mailbox->deliver();
}

template <typename T> void SqliteStore::refuse(Callback<T> done, bool full)
{
    Error error = full ? Error {ErrorCode::TooMany, u"too much waits for the store's disk; try later"_s}
                       : Error {ErrorCode::Cancelled, u"the store was closed"_s};
    m_mailbox->put([done = std::move(done), error = std::move(error)] {
        if (done) {
            done(tl::unexpected(error));
        }
    });
}

namespace {

/// The callback travels inside the call and comes back in the letter: it is destroyed in the caller's thread.
template <typename T, typename Ask> QueryCall questionFor(Ask question, std::shared_ptr<Store::Callback<T>> callback)
{
    return {[question = std::move(question), callback = std::move(callback)](Result<StoreReader> reader) -> Mailbox::Letter {
        Result<T> result = reader ? question(*reader) : Result<T>(tl::unexpected(reader.error()));
        return [taken = std::move(*callback), result = std::move(result)]() mutable {
            if (taken) {
                taken(std::move(result));
            }
        };
    }};
}

} // namespace

template <typename T, typename Ask> void SqliteStore::ask(Ask question, Callback<T> done)
{
    const auto callback = std::make_shared<Callback<T>>(std::move(done));
    if (const auto put = m_queue->put(questionFor<T>(std::move(question), callback)); put != StoreQueue::Put::Done) {
        refuse(std::move(*callback), put == StoreQueue::Put::Full);
    }
}

template <typename T, typename Ask> void SqliteStore::askBeside(Ask question, Callback<T> done)
{
    const auto callback = std::make_shared<Callback<T>>(std::move(done));
    QueryCall asked = questionFor<T>(std::move(question), callback);
    QueryCall relay {[asked, beside = m_questions.get()](Result<StoreReader> reader) -> Mailbox::Letter {
        if (!reader) {
            return asked.run(tl::unexpected(reader.error()));
        }
        switch (beside->put(QueryCall(asked))) {
        case StoreQueue::Put::Done:
            return {};
        case StoreQueue::Put::Full:
            return asked.run(fail(ErrorCode::TooMany, u"too many questions wait; try later"_s));
        case StoreQueue::Put::Closed:
            break;
        }
        return asked.run(fail(ErrorCode::Cancelled, u"the store was closed"_s));
    }};
    if (const auto put = m_queue->put(std::move(relay)); put != StoreQueue::Put::Done) {
        refuse(std::move(*callback), put == StoreQueue::Put::Full);
    }
}

void SqliteStore::commit(StoreBatch batch, Callback<Committed> done)
{
    StoreCall call = CommitCall {std::move(batch), std::move(done)};
    if (const auto put = m_queue->put(std::move(call)); put != StoreQueue::Put::Done) {
        refuse(std::move(std::get<CommitCall>(call).done), put == StoreQueue::Put::Full);
    }
}

void SqliteStore::jobs(const JobQuery &query, Callback<JobPage> done)
{
    askBeside([query](StoreReader &reader) { return reader.jobs(query); }, std::move(done));
}

void SqliteStore::job(const JobId &id, Callback<JobRecord> done)
{
    ask([id](StoreReader &reader) { return reader.job(id); }, std::move(done));
}

void SqliteStore::audit(const AuditQuery &query, Callback<AuditPage> done)
{
    askBeside([query](StoreReader &reader) { return reader.audit(query); }, std::move(done));
}

void SqliteStore::auditCheck(Callback<AuditCheck> done)
{
    if (m_closed) {
        refuse(std::move(done), false);
        return;
    }
    const bool old = !m_checkEnded || SystemClock().now().mono - *m_checkEnded >= m_checkAgainAfter;
    if (old && !m_checking->isBusy()) {
        startCheck();
    }
    AuditCheck check = m_check;
    check.running = m_checking->isBusy();
    m_mailbox->put([done = std::move(done), check] { done(check); });
}

void SqliteStore::startCheck()
{
    m_checking->start([this, path = m_path](const std::atomic_bool &stop) -> Mailbox::Letter {
        return [this, check = checkOf(verifyAudit(path, std::nullopt, &stop))] {
            m_check = check;
            m_checkEnded = SystemClock().now().mono;
        };
    });
}

void SqliteStore::history(const HistoryQuery &query, Callback<HistoryView> done)
{
    const bool otherHours = m_reading->isBusy() && query.hours != m_historyHours;
    if (m_closed || otherHours || m_historyWaits.size() >= mostHistoryWaits) {
        refuse(std::move(done), !m_closed);
        return;
    }
    m_historyWaits.append(std::move(done));
    if (!m_reading->isBusy()) {
        startHistory(query);
    }
}

void SqliteStore::startHistory(const HistoryQuery &query)
{
    m_historyHours = query.hours;
    m_reading->start([this, path = m_path, query](const std::atomic_bool &stop) -> Mailbox::Letter {
        return [this, view = readHistory(path, query, stop)] {
            for (const Callback<HistoryView> &done : std::exchange(m_historyWaits, {})) {
                done(view);
            }
        };
    });
}

void SqliteStore::answer(const QByteArray &actor, const QByteArray &key, Callback<QByteArray> done)
{
    ask([actor, key](StoreReader &reader) { return reader.answer(actor, key); }, std::move(done));
}

void SqliteStore::doneBefore(const QByteArray &sha256Hex, const JobId &notThis, Callback<JobId> done)
{
    ask([sha256Hex, notThis](StoreReader &reader) { return reader.doneBefore(sha256Hex, notThis); }, std::move(done));
}

} // namespace dtf
