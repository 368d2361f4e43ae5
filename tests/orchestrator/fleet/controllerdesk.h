// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/fleet/fleetcontroller.h"

#include "common/protocol/version.h"
#include "tests/support/comparewords.h"

namespace dtf {

struct FakeClock final : Clock
{
    [[nodiscard]] Now now() const override { return value; }
    Now value {{milliseconds(1'000'000)}, {1'795'000'000'000}};
};

/// Keeps what it is given until the test says how it ended.
struct FakeStore final : Store
{
    void commit(StoreBatch batch, Callback<Committed> done) override
    {
        open.append({std::move(batch), std::move(done)});
        ++commits;
    }
    void jobs(const JobQuery &, Callback<JobPage> done) override { done(JobPage {}); }
    void job(const JobId &id, Callback<JobRecord> done) override
    {
        done(old.id == id ? Result<JobRecord>(old) : dtf::fail(ErrorCode::NotFound));
    }
    void audit(const AuditQuery &query, Callback<AuditPage> done) override
    {
        AuditPage page; // newest first, as asked
        for (const AuditRow &row : oldRows) {
            if (row.event.job == query.job) {
                page.rows.prepend(row);
            }
        }
        done(page);
    }
    JobRecord old; ///< one that has left the memory
    QList<AuditRow> oldRows;
    void auditCheck(Callback<AuditCheck> done) override { done(AuditCheck {}); }
    void history(const HistoryQuery &query, Callback<HistoryView> done) override
    {
        historyQueries.append(query);
        done(HistoryView {});
    }
    void answer(const QByteArray &, const QByteArray &, Callback<QByteArray> done) override
    {
        done(dtf::fail(ErrorCode::NotFound));
    }
    void doneBefore(const QByteArray &, const JobId &, Callback<JobId> done) override { done(JobId {}); }

    void succeed()
    {
        const auto [batch, done] = open.takeFirst();
        Committed committed;
        for (const AuditEvent &event : batch.audit) {
            committed.audit.append({++m_seq, event, {}});
        }
        durable += batch.audit;
        done(committed);
    }
    void fail()
    {
        const auto [batch, done] = open.takeFirst();
        done(dtf::fail(ErrorCode::StoreFailed, QStringLiteral("disk full")));
    }
    void succeedAll()
    {
        while (!open.isEmpty()) {
            succeed();
        }
    }

    QList<std::pair<StoreBatch, Callback<Committed>>> open;
    QList<AuditEvent> durable;
    QList<HistoryQuery> historyQueries;
    int commits = 0;

private:
    qint64 m_seq = 0;
};

struct FakeZone final : ZonePort
{
    void start(
        const QByteArray &, const QList<StableFile> &, const QList<NodeName> &, std::function<void(FleetEvent)> to) override
    {
        sink = std::move(to);
    }
    void setNodes(const QList<NodeName> &, const QList<NodeName> &joined) override { joinedNodes = joined; }
    void stop() override { stopped = true; }
    void perform(const QList<ShareAction> &actions) override { performed += actions; }
    void trace(const QList<TraceWish> &) override { }
    void wantListing() override { }
    void forget(const QList<std::pair<JobId, QByteArray>> &) override { }
    void setScanning(bool on) override { scanning = on; }
    void readLog(const SharePath &path, qint64, qint64, std::function<void(Result<QByteArray>)> done) override
    {
        readPaths.append(path);
        done(QByteArray());
    }
    void listResults(const SharePath &folder, std::function<void(Result<ResultsView>)> done) override
    {
        readPaths.append(folder);
        done(ResultsView {{}, QString::fromUtf8(folder), {{QStringLiteral("a.csv"), 3, {}}}, {}});
    }
    void readResult(
        const SharePath &folder, const QByteArray &name, qint64, qint64, std::function<void(Result<QByteArray>)> done) override
    {
        readPaths.append(folder + " " + name);
        done(QByteArray("abc"));
    }
    QList<SharePath> readPaths;
    QList<NodeName> joinedNodes;

    std::function<void(FleetEvent)> sink;
    QList<ShareAction> performed;
    bool scanning = false;
    bool stopped = false;
};

/// A controller at work: one node is ready, the share was read.
struct Desk
{
    Desk()
    {
        OrchestratorConfig config;
        config.nodes.append({node, 1, 0});
        controller = std::make_unique<FleetController>(config, boot, store, zone, clock);
        controller->start({});
        zone.sink(ShareHealth {true, {}, {}});
        zone.sink(ZoneSeen {clock.value.mono, {}, true});
        (void)beat();
        store.succeedAll();
    }
    HeartbeatReply beat()
    {
        Heartbeat sent;
        sent.protocol = protocolVersion;
        sent.node = node;
        sent.boot = boot;
        sent.seq = ++seq;
        sent.browserState = BrowserState::Ready;
        return controller->heartbeat(sent);
    }
    JobId file(const QByteArray &name)
    {
        const JobId id = ids.next(clock.value.wall);
        zone.sink(FilesStable {{{id, name, 10, 7, 3, Cause::None, {}}}});
        return id;
    }
    [[nodiscard]] int durable(AuditKind kind) const
    {
        int count = 0;
        for (const AuditEvent &event : store.durable) {
            count += event.kind == kind ? 1 : 0;
        }
        return count;
    }

    NodeName node = *NodeName::parse("DTF-01");
    BootId boot = *BootId::parse("aaaaaaaa");
    FakeClock clock;
    FakeStore store;
    FakeZone zone;
    JobIdGenerator ids;
    qint64 seq = 0;
    std::unique_ptr<FleetController> controller;
};

} // namespace dtf
