// SPDX-License-Identifier: GPL-3.0-or-later
// Open troubles: one message per cause, over when the cause is over.
#include "orchestrator/fleet/fleetstate.h"
#include "orchestrator/policy/browserdown.h"

namespace dtf {

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
