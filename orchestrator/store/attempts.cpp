// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/attempts.h"

#include "orchestrator/store/auditwords.h"

#include <QMap>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

/// One attempt while its rows come.
class AttemptBuilder
{
public:
    void take(const AuditEvent &event)
    {
        m_view.epoch = event.epoch;
        const bool byAgent = event.actor.startsWith("agent:");
        switch (event.kind) {
        case AuditKind::JobAssigned:
        case AuditKind::JobClaimed:
            if (m_view.started.msecsSinceEpoch == 0) {
                m_view.started = event.time;
            }
            on(event.node, m_over ? QString() : u"assigned"_s);
            return;
        case AuditKind::JobStarted:
            if (!m_over && !m_view.ran) {
                m_view.started = event.time;
            }
            m_view.ran = true;
            on(event.node, m_over ? QString() : u"running"_s);
            return;
        case AuditKind::JobExited:
            m_view.exitCode = exitCodeIn(event.detail);
            if (!m_over) {
                m_view.ended = event.time;
            }
            return;
        case AuditKind::JobPublishing:
            if (!m_over) {
                on(event.node, u"publishing"_s);
            }
            return;
        case AuditKind::JobInDoubt:
            if (!m_over) {
                on(event.node, u"in_doubt"_s);
            }
            return;
        case AuditKind::NodeState: // of a job: its node came back with it
            if (!m_over) {
                on(event.node, u"running"_s);
            }
            return;
        case AuditKind::JobDone:
            end(event, event.actor.startsWith("operator:") && !m_view.outcome.isEmpty() ? m_view.outcome : u"done"_s);
            return;
        case AuditKind::JobHeld:
            end(event, u"hold"_s);
            return;
        case AuditKind::JobFailed:
            end(event, u"failed"_s);
            return;
        case AuditKind::JobRejected:
            end(event, u"rejected"_s);
            return;
        case AuditKind::JobReleased:
            end(event, u"released"_s);
            return;
        case AuditKind::JobFenced:
            end(event, u"fenced"_s);
            return;
        case AuditKind::JobRequeued:
            end(event, m_view.outcome == "assigned"_L1 || m_view.outcome.isEmpty() ? u"requeued"_s : m_view.outcome);
            return;
        case AuditKind::JobRecovered:
            if (m_over && byAgent) {
                m_view.detail = QString::fromUtf8(event.detail); // why it ended, told late
                m_view.cause = causeIn(event.detail).value_or(m_view.cause);
            } else if (m_view.outcome.isEmpty()) {
                on(event.node, u"recovered"_s);
                m_view.detail = QString::fromUtf8(event.detail);
            }
            return;
        case AuditKind::JobAccepted:
        case AuditKind::JobWithdrawn:
        case AuditKind::JobStopAsked:
        case AuditKind::LateResult:
        case AuditKind::DispatchPaused:
        case AuditKind::DispatchResumed:
        case AuditKind::ShareState:
        case AuditKind::CommandRefused:
        case AuditKind::AlertRaised:
        case AuditKind::AlertCleared:
        case AuditKind::AlertAcknowledged:
        case AuditKind::JoinCode:
        case AuditKind::NodeJoined:
        case AuditKind::NodeForgotten:
        case AuditKind::OrchestratorStarted:
        case AuditKind::OrchestratorStopped:
        case AuditKind::Gap:
            return;
        }
    }
    /// False: its rows say nothing of a node's having had the file.
    [[nodiscard]] bool isOne() const { return !m_view.node.isEmpty(); }
    [[nodiscard]] const AttemptView &view() const { return m_view; }

private:
    void on(const NodeName &node, const QString &outcome)
    {
        if (!node.isEmpty()) {
            m_view.node = node;
        }
        if (!outcome.isEmpty()) {
            m_view.outcome = outcome;
        }
    }
    void end(const AuditEvent &event, const QString &outcome)
    {
        if (m_over) {
            return;
        }
        m_over = true;
        on(m_view.node.isEmpty() ? event.node : NodeName {}, outcome);
        if (m_view.ended.msecsSinceEpoch == 0) {
            m_view.ended = event.time;
        }
        m_view.detail = QString::fromUtf8(event.detail);
        m_view.cause = causeIn(event.detail).value_or(Cause::None);
    }

    AttemptView m_view;
    bool m_over = false;
};

} // namespace

QList<AttemptView> attemptsOf(const JobId &job, const QList<AuditRow> &rows)
{
    QMap<Epoch, AttemptBuilder> attempts;
    for (const AuditRow &row : rows) {
        if (row.event.job == job && row.event.epoch > 0 && !row.event.detail.startsWith(ignoredWord.data())) {
            attempts[row.event.epoch].take(row.event);
        }
    }
    QList<AttemptView> out;
    for (const AttemptBuilder &attempt : std::as_const(attempts)) {
        if (attempt.isOne()) {
            out.prepend(attempt.view());
        }
    }
    return out;
}

} // namespace dtf
