// SPDX-License-Identifier: GPL-3.0-or-later
// What FleetController fetches from elsewhere for the API: from the share, from the audit, from an agent.
#include "orchestrator/fleet/fleetcontroller.h"

#include "orchestrator/store/attempts.h"

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr seconds pictureDeadline(20);
constexpr seconds checkDeadline(30);
constexpr qint64 portion = qint64 {1024} * 1024;

/// Why a file has no results, in plain words; empty: its result folder tells.
QString whyNoResults(const JobView &job)
{
    switch (job.state) {
    case JobState::Done:
        return {};
    case JobState::Hold:
        return u"it is on hold: results are published only when a run is done"_s;
    case JobState::Failed:
        return u"it failed: results are published only when a run is done"_s;
    case JobState::Rejected:
        return u"it was rejected and never ran"_s;
    case JobState::Withdrawn:
        return u"it was taken back before it ran"_s;
    case JobState::Publishing:
        return u"its results are being published"_s;
    case JobState::Waiting:
    case JobState::Moving:
    case JobState::Assigned:
    case JobState::Running:
    case JobState::InDoubt:
        break;
    }
    return u"it is not done yet"_s;
}

} // namespace

void FleetController::jobLog(const JobId &id, Epoch attempt, qint64 offset, Callback<QByteArray> done)
{
    job(id, [this, attempt, offset, done = std::move(done)](const Result<JobView> &view) {
        if (!view) {
            done(tl::unexpected(view.error()));
        } else if (view->node.isEmpty() || view->epoch == 0) {
            done(fail(ErrorCode::NotFound, u"this file has not run yet, so it has no log"_s));
        } else if (attempt == 0 || attempt == view->epoch) {
            m_zone.readLog(layout::jobLog(view->node, view->job, view->epoch), offset, portion, done);
        } else {
            attempts(view->job, [this, attempt, offset, done](const Result<AttemptsView> &all) {
                if (!all) {
                    done(tl::unexpected(all.error()));
                    return;
                }
                const auto found = std::find_if(
                    all->attempts.cbegin(), all->attempts.cend(), [attempt](const AttemptView &a) { return a.epoch == attempt; });
                if (found == all->attempts.cend()) {
                    done(fail(ErrorCode::NotFound, u"this file has no attempt %1"_s.arg(attempt)));
                } else {
                    m_zone.readLog(layout::jobLog(found->node, all->job, attempt), offset, portion, done);
                }
            });
        }
    });
}

void FleetController::attempts(const JobId &id, Callback<AttemptsView> done)
{
    job(id, [this, done = std::move(done)](const Result<JobView> &view) {
        if (!view) {
            done(tl::unexpected(view.error()));
            return;
        }
        AuditQuery query;
        query.job = view->job;
        query.newestFirst = true;
        query.limit = mostAttemptRows;
        m_store.audit(query, [job = view->job, done](Result<AuditPage> page) {
            if (!page) {
                done(tl::unexpected(page.error()));
                return;
            }
            std::reverse(page->rows.begin(), page->rows.end());
            done(AttemptsView {job, attemptsOf(job, page->rows)});
        });
    });
}

void FleetController::results(const JobId &id, Callback<ResultsView> done)
{
    job(id, [this, done = std::move(done)](const Result<JobView> &view) {
        if (!view) {
            done(tl::unexpected(view.error()));
            return;
        }
        if (const QString why = whyNoResults(*view); !why.isEmpty()) {
            done(ResultsView {view->job, {}, {}, why});
            return;
        }
        m_zone.listResults(view->place.toUtf8(), [job = view->job, done](Result<ResultsView> results) {
            if (results) {
                results->job = job;
            }
            done(std::move(results));
        });
    });
}

void FleetController::resultBytes(const JobId &id, const QByteArray &name, qint64 offset, Callback<QByteArray> done)
{
    job(id, [this, name, offset, done = std::move(done)](const Result<JobView> &view) {
        if (!view) {
            done(tl::unexpected(view.error()));
        } else if (const QString why = whyNoResults(*view); !why.isEmpty()) {
            done(fail(ErrorCode::NotFound, why));
        } else {
            m_zone.readResult(view->place.toUtf8(), name, offset, portion, done);
        }
    });
}

FiguresView FleetController::figures()
{
    return m_state.figures(m_clock.now());
}

template <typename T>
void FleetController::askNode(const NodeName &node, NodeAction action, const QByteArray &actor, milliseconds deadline,
    QHash<NodeCommandId, Callback<T>> &waiting, Callback<T> done)
{
    OperatorRequest request;
    request.reason = toString(action);
    nodeCommand(node, action, request, actor,
        [this, node, deadline, &waiting, done = std::move(done)](const Result<OperatorReply> &reply) {
            if (!reply) {
                done(tl::unexpected(reply.error()));
                return;
            }
            if (!reply->ok) {
                done(fail(ErrorCode::NotFound, reply->detail));
                return;
            }
            const NodeCommandId id(node, reply->commandId);
            waiting.insert(id, done);
            QTimer::singleShot(deadline, this, [&waiting, id] {
                if (const Callback<T> late = waiting.take(id)) {
                    late(fail(ErrorCode::Timeout, u"the agent sent no answer in time"_s));
                }
            });
        });
}

void FleetController::pictureOf(const NodeName &node, const QByteArray &actor, Callback<QByteArray> done)
{
    askNode(node, NodeAction::Picture, actor, pictureDeadline, m_pictures, std::move(done));
}

void FleetController::picture(const PictureData &data)
{
    if (const Callback<QByteArray> done = m_pictures.take({data.node, data.commandId})) {
        if (data.png.isEmpty()) {
            done(fail(ErrorCode::Unavailable, data.error.isEmpty() ? u"the agent has no picture"_s : data.error));
        } else {
            done(data.png);
        }
    }
}

void FleetController::selfCheckOf(const NodeName &node, const QByteArray &actor, Callback<CheckData> done)
{
    askNode(node, NodeAction::SelfCheck, actor, checkDeadline, m_checks, std::move(done));
}

void FleetController::checked(const CheckData &data)
{
    if (const Callback<CheckData> done = m_checks.take({data.node, data.commandId})) {
        if (data.error.isEmpty()) {
            done(data);
        } else {
            done(fail(ErrorCode::Unavailable, data.error));
        }
    }
}

} // namespace dtf
