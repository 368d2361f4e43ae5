// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/store/sqlitestore.h"

#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace dtf::test {

inline constexpr int patienceMs = 30'000;

[[nodiscard]] JobId jobId(int number); ///< rises with `number`
[[nodiscard]] NodeName nodeName(int number); ///< DTF-01 …
/// A waiting job as the scanner makes it; `number` is also its time of change in ms.
[[nodiscard]] JobRecord waitingJob(int number);
/// A job with every field set to something of its own.
[[nodiscard]] JobRecord fullJob(int number);
[[nodiscard]] AuditEvent auditEvent(AuditKind kind, const JobId &job, const QByteArray &detail = {});
/// `count` jobs from `first` on, each with `auditRows` audit events.
[[nodiscard]] StoreBatch batchOf(int first, int count, int auditRows = 1);

/// For QCOMPARE, which can't show our words by itself.
template <typename E> [[nodiscard]] QByteArray word(E value)
{
    return QByteArray(toString(value).data());
}

/// Waits for the one callback of a call.
template <typename T> [[nodiscard]] Result<T> await(const std::function<void(Store::Callback<T>)> &call)
{
    auto answer = std::make_shared<std::optional<Result<T>>>();
    call([answer](Result<T> result) { answer->emplace(std::move(result)); });
    if (!QTest::qWaitFor([&] { return answer->has_value(); }, patienceMs)) {
        return fail(ErrorCode::Timeout, QStringLiteral("no callback"));
    }
    return **answer;
}

/// A database in a temporary folder of its own, opened, closed and opened again as the story goes.
class StoreFixture
{
public:
    [[nodiscard]] QString path() const { return m_folder.filePath(QStringLiteral("orchestrator.db")); }
    [[nodiscard]] QString folder() const { return m_folder.path(); }
    [[nodiscard]] Result<void> open(const StoreOptions &options = {});
    void close() { store.reset(); }
    [[nodiscard]] Result<Store::Committed> commit(const StoreBatch &batch);
    [[nodiscard]] Result<JobPage> jobs(const JobQuery &query);
    [[nodiscard]] Result<JobRecord> job(const JobId &id);
    [[nodiscard]] Result<AuditPage> audit(const AuditQuery &query);
    /// Behind the store's back, through a connection of its own; false if SQLite refuses. Statements separated by ";;".
    [[nodiscard]] bool sql(const QString &statements, const QString &path = {}) const;
    [[nodiscard]] QVariant value(const QString &query) const;

    std::unique_ptr<SqliteStore> store;
    StoreSnapshot snapshot; ///< of the last open()

private:
    QTemporaryDir m_folder;
};

} // namespace dtf::test
