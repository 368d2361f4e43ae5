// SPDX-License-Identifier: GPL-3.0-or-later
// FleetController's side towards the API.
#include "orchestrator/fleet/fleetcontroller.h"

#include "common/protocol/codec.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QPointer>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mostRequests = 1'000;

} // namespace

HeartbeatReply FleetController::heartbeat(const Heartbeat &beat)
{
    const bool taken = !overloaded();
    apply(BeatReceived {beat});
    HeartbeatReply reply =
        m_state.heartbeatReply(beat.node, m_clock.now(), static_cast<int>(m_config.heartbeatEvery.count() / 1000));
    if (!taken) { // what runs goes on there, nothing new is begun
        reply.accepted = false;
        reply.mayClaim = false;
        reply.twin = false;
        reply.refusal = u"the disk of the orchestrator's store is too slow: heartbeats are not taken now; look at that disk"_s;
        reply.commands.clear();
    }
    return reply;
}

void FleetController::reports(const ReportBatch &batch, Callback<ReportAck> done)
{
    if (!m_storeOk || m_stopping || m_requests.size() >= mostRequests) {
        done(fail(ErrorCode::StoreFailed, u"reports can't be kept now; send them again later"_s));
        return;
    }
    const quint64 request = m_nextRequest++;
    m_requests.insert(request, {{}, {}, {}, std::move(done)});
    apply(ReportsReceived {request, batch});
}

void FleetController::logLines(const LogLines &lines)
{
    if (m_publisher) {
        m_publisher->publishLog(lines);
    }
}

StateView FleetController::state()
{
    return m_state.stateView(m_clock.now());
}

QList<JobView> FleetController::activeJobs(int limit)
{
    return m_state.activeJobs(limit);
}

void FleetController::jobs(const JobQuery &query, Callback<JobPage> done)
{
    m_store.jobs(query, [this, done = std::move(done)](Result<JobPage> page) {
        if (page) {
            for (JobView &view :
                page->jobs) { // a page stays what was asked for: in its order, matching; what is newer the feed tells
                if (const auto live = m_state.jobView(view.job); live && live->epoch == view.epoch) {
                    view.lastLine = live->lastLine; // known to memory only
                }
            }
        }
        done(std::move(page));
    });
}

void FleetController::job(const JobId &id, Callback<JobView> done)
{
    if (const auto live = m_state.jobView(id)) {
        done(*live);
        return;
    }
    m_store.job(id, [done = std::move(done)](const Result<JobRecord> &record) {
        if (record) {
            done(viewOf(*record));
        } else {
            done(tl::unexpected(record.error()));
        }
    });
}

void FleetController::why(const JobId &id, Callback<WhyView> done)
{
    if (auto view = m_state.why(id, m_clock.now())) {
        done(std::move(*view));
        return;
    }
    m_store.job(id, [done = std::move(done)](const Result<JobRecord> &record) {
        if (!record) {
            done(tl::unexpected(record.error()));
            return;
        }
        WhyView view;
        view.job = viewOf(*record);
        view.verdict = toString(record->state);
        view.detail = view.job.detail;
        done(std::move(view));
    });
}

void FleetController::audit(const AuditQuery &query, Callback<AuditPage> done)
{
    m_store.audit(query, std::move(done));
}

void FleetController::auditCheck(Callback<AuditCheck> done)
{
    m_store.auditCheck(std::move(done));
}

void FleetController::history(int hours, Callback<HistoryView> done)
{
    HistoryQuery query;
    query.now = m_clock.now().wall;
    query.hours = hours;
    for (const NodeView &node : m_state.stateView(m_clock.now()).nodes) {
        query.nodes.append({node.node, node.state.toLatin1(), node.since});
    }
    m_store.history(query, std::move(done));
}

/// The same key of the same actor is answered the same again, now and after a restart; while the first is under way it is
/// refused.
void FleetController::command(
    const QByteArray &actor, const OperatorRequest &body, Callback<OperatorReply> done, std::function<FleetEvent(quint64)> event)
{
    if (!m_storeOk || m_stopping || m_requests.size() >= mostRequests) {
        done(fail(ErrorCode::StoreFailed, u"commands can't be recorded now, so none is taken; try again later"_s));
        return;
    }
    const quint64 request = m_nextRequest++;
    const QByteArray key = body.key.toUtf8();
    if (key.isEmpty()) {
        m_requests.insert(request, {actor, {}, std::move(done), {}});
        apply(event(request));
        return;
    }
    const QByteArray full = actor + '\n' + key;
    if (m_keysUnderWay.contains(full)) {
        done(fail(ErrorCode::Stale, u"the same command is under way"_s));
        return;
    }
    m_keysUnderWay.insert(full);
    m_store.answer(actor, key,
        [this, request, actor, key, full, done = std::move(done), event = std::move(event)](const Result<QByteArray> &known) {
            if (known) {
                m_keysUnderWay.remove(full);
                const Result<OperatorReply> reply = fromJson<OperatorReply>(QJsonDocument::fromJson(*known).object());
                done(reply);
            } else if (known.error().code != ErrorCode::NotFound) {
                m_keysUnderWay.remove(full);
                done(tl::unexpected(known.error()));
            } else {
                m_requests.insert(request, {actor, key, done, {}});
                apply(event(request));
            }
        });
}

void FleetController::jobCommand(
    const JobId &id, JobAction action, const OperatorRequest &request, const QByteArray &actor, Callback<OperatorReply> done)
{
    command(actor, request, std::move(done), [=](quint64 number) -> FleetEvent {
        return JobCommanded {number, id, action, request, actor};
    });
}

void FleetController::nodeCommand(const NodeName &node, NodeAction action, const OperatorRequest &request,
    const QByteArray &actor, Callback<OperatorReply> done)
{
    command(actor, request, std::move(done), [=](quint64 number) -> FleetEvent {
        return NodeCommanded {number, node, action, request, actor};
    });
}

void FleetController::dispatchCommand(
    bool pause, const OperatorRequest &request, const QByteArray &actor, Callback<OperatorReply> done)
{
    command(actor, request, std::move(done), [=](quint64 number) -> FleetEvent {
        return DispatchCommanded {number, pause, request, actor};
    });
}

void FleetController::acknowledgeAlert(AlertKind kind, const QByteArray &subject, const OperatorRequest &request,
    const QByteArray &actor, Callback<OperatorReply> done)
{
    command(actor, request, std::move(done), [=](quint64 number) -> FleetEvent {
        return AlertCommanded {number, kind, subject, request, actor};
    });
}

void FleetController::accessRefused(const QByteArray &who, const QByteArray &what)
{
    apply(AccessRefused {who, what});
}

} // namespace dtf
