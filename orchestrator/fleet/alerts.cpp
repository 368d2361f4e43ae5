// SPDX-License-Identifier: GPL-3.0-or-later
// Open troubles: one message per cause, over when the cause is over.
#include "orchestrator/fleet/fleetstate.h"
#include "orchestrator/policy/browserdown.h"

namespace dtf {

namespace {

constexpr int mostOfAKind = 500; ///< files with an alert of their own; a console must be able to read them all

} // namespace

bool FleetState::isAboutFile(AlertKind kind)
{
    switch (kind) {
    case AlertKind::JobHeld:
    case AlertKind::JobFailed:
    case AlertKind::JobRejected:
    case AlertKind::ZeroRows:
    case AlertKind::LateResult:
        return true;
    case AlertKind::JobStuck: // its message about all that wait is one of its own
    case AlertKind::LoginNeeded:
    case AlertKind::BrowserDown:
    case AlertKind::BrowserCrashLoop:
    case AlertKind::NodeLost:
    case AlertKind::ManyNodesLost:
    case AlertKind::ClonedNode:
    case AlertKind::ShareDown:
    case AlertKind::StoreFailing:
        break;
    }
    return false;
}

/// Counts no further than `most`.
int FleetState::openAlerts(AlertKind kind, int most) const
{
    int count = 0;
    auto at = m_alerts.lowerBound({static_cast<int>(kind), QByteArray()});
    for (; at != m_alerts.end() && at->kind == kind && count < most; ++at) {
        ++count;
    }
    return count;
}

/// From then on one message stands for all that follow, until those before it are over.
bool FleetState::isStorm(AlertKind kind) const
{
    return isAboutFile(kind) && m_alerts.size() >= mostOfAKind
        && (m_alerts.contains({static_cast<int>(kind), QByteArray()}) || openAlerts(kind, mostOfAKind) >= mostOfAKind);
}

void FleetState::clearForJob(Context &c, const Job &job, std::initializer_list<AlertKind> kinds)
{
    if (m_alerts.isEmpty()) {
        return;
    }
    const QByteArray subject = job.id.toBytes26();
    for (const AlertKind kind : kinds) {
        clear(c, kind, subject);
    }
}

void FleetState::clearForgotten(Context &c)
{
    const QMap open = m_alerts;
    for (const Alert &alert : open) {
        const Result<NodeName> name = NodeName::parse(alert.subject);
        if (isAboutNode(alert.kind) && (!name || !node(*name))) {
            clear(c, alert.kind, alert.subject);
        }
    }
}

/// After a heartbeat that was taken.
void FleetState::browserAlerts(Context &c, FleetNode &n, bool changed)
{
    const BrowserState state = n.beat.browserState;
    if (!isBrowserDown(state)) {
        n.browserDownSince.reset();
    } else if (!n.browserDownSince) {
        n.browserDownSince = c.now.mono;
    }
    if (!changed) {
        return;
    }
    const QByteArray name = n.config.name.bytes();
    const auto set = [&](AlertKind kind, bool on, AlertSeverity severity) {
        if (on) {
            raise(c, kind, severity, name, n.beat.browserDetail.toUtf8());
        } else {
            clear(c, kind, name);
        }
    };
    set(AlertKind::LoginNeeded, state == BrowserState::LoginRequired, AlertSeverity::Critical);
    set(AlertKind::BrowserCrashLoop, state == BrowserState::Paused, AlertSeverity::Critical);
    if (!n.browserDownSince) {
        clear(c, AlertKind::BrowserDown, name);
    }
}

void FleetState::judgeBrowsers(Context &c)
{
    for (const FleetNode &n : m_nodes) {
        if (!n.browserDownSince
            || !browserDownTooLong(
                n.liveness, n.beat.browserState, c.now.mono - *n.browserDownSince, m_config.browserDownAfter)) {
            continue;
        }
        const QByteArray detail = n.beat.browserDetail.toUtf8();
        raise(c, AlertKind::BrowserDown, AlertSeverity::Warning, n.config.name.bytes(),
            QByteArray(toString(n.beat.browserState).data()) + (detail.isEmpty() ? QByteArray() : ": " + detail));
    }
}

} // namespace dtf
