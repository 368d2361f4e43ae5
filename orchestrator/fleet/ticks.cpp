// SPDX-License-Identifier: GPL-3.0-or-later
// What time alone brings about, and how the share and the store are.
#include "orchestrator/fleet/fleetstate.h"

namespace dtf {

namespace {

constexpr milliseconds tickEvery(1'000);
constexpr milliseconds longStall(10'000); ///< after so long everybody starts afresh: their beats are still in our sockets

} // namespace

void FleetState::on(Context &c, const Tick &)
{
    const milliseconds stall = ownStall(c.now.mono - m_lastTick, tickEvery);
    m_lastTick = c.now.mono;
    if (stall > milliseconds(0)) {
        for (FleetNode &n : m_nodes) {
            // What came out of our sockets before this tick is heard now, and no later.
            const auto shifted = [&](MonoTime at) { return stall >= longStall ? c.now.mono : std::min(c.now.mono, at + stall); };
            n.lastBeat = shifted(n.lastBeat);
            n.aliveMoved = shifted(n.aliveMoved);
            if (n.unableSince) {
                n.unableSince = shifted(*n.unableSince);
            }
            if (n.browserDownSince) {
                n.browserDownSince = shifted(*n.browserDownSince);
            }
        }
        m_started = m_started + stall;
    }
    rollDay(c);
    judgeNodes(c);
    judgeBrowsers(c);
    judgeUnable(c);
    judgeDoubtful(c);
    if (c.now.mono - m_lastStuckLook >= seconds(10)) {
        m_lastStuckLook = c.now.mono;
        judgeStuck(c);
        forgetAffinityWaits();
    }
    const QSet<JobId> troubled = m_troubled;
    for (const JobId &id : troubled) {
        Job *job = find(id);
        if (!job || !job->extra || job->extra->tries == 0 || !(job->hasPending() || job->state == JobState::Moving)) {
            m_troubled.remove(id);
        } else if (job->extra->inFlight || job->extra->retryAt > c.now.mono) {
            continue;
        } else if (job->hasPending()) {
            issue(c, *job);
        } else {
            job->extra->retryAt = c.now.mono + seconds(10);
            c.step.traces.append({id, traceCandidates(*job, c.now)});
        }
    }
    lookForUnsettled(c);
    m_dispatchWanted = m_dispatchWanted || !m_waiting.empty();
}

/// What an earlier life had begun is looked for until a look is sure: the share may have been away when we asked first.
void FleetState::lookForUnsettled(Context &c)
{
    if (m_unsettled.isEmpty() || !m_gates.shareOk || c.now.mono - m_lastUnsettledLook < seconds(10)) {
        return;
    }
    m_lastUnsettledLook = c.now.mono;
    m_unsettled.removeIf([this](const JobId &id) {
        const Job *job = find(id);
        return !job || !(job->hasPending() || job->state == JobState::Moving);
    });
    for (const JobId &id : std::as_const(m_unsettled)) {
        c.step.traces.append({id, traceCandidates(*find(id), c.now)});
    }
}

void FleetState::on(Context &c, const ShareHealth &event)
{
    if (event.ok != m_gates.shareOk || (!event.ok && event.detail != m_shareDetail)) {
        m_shareSince = event.ok ? c.now.mono : m_shareSince;
        m_gates.shareOk = event.ok;
        m_shareDetail = event.detail;
        audit(c, AuditKind::ShareState, nullptr, {}, event.ok ? QByteArray("the share answers") : event.detail, "orchestrator");
        if (event.ok) {
            clear(c, AlertKind::ShareDown, {});
        } else {
            raise(c, AlertKind::ShareDown, AlertSeverity::Critical, {}, event.detail);
        }
        c.step.wantZone = event.ok;
        c.step.summaryChanged = true;
        m_dispatchWanted = true;
    }
    if (event.ok && !event.uuid.isEmpty()
        && event.uuid != m_shareUuid) { // the first one ever, or adopted: the only one from now on
        m_shareUuid = event.uuid;
        c.step.store.settings.append({"share.uuid", m_shareUuid});
    }
    for (const auto &[name, mark] : event.alive) {
        FleetNode *n = node(name);
        if (n && n->aliveMark != mark) {
            n->aliveMoved = n->aliveSeen || n->aliveMark.isEmpty() ? c.now.mono : n->aliveMoved;
            n->aliveSeen = !n->aliveMark.isEmpty();
            n->aliveMark = mark;
        }
    }
}

void FleetState::on(Context &c, const StoreHealth &event)
{
    m_gates.storeOk = event.ok;
    m_storeDetail = event.detail;
    if (event.ok) {
        clear(c, AlertKind::StoreFailing, {});
    } else {
        raise(c, AlertKind::StoreFailing, AlertSeverity::Critical, {}, event.detail);
    }
    c.step.summaryChanged = true;
    m_dispatchWanted = true;
}

void FleetState::on(Context &c, const AccessRefused &event)
{
    audit(c, AuditKind::CommandRefused, nullptr, {}, event.what, event.who);
}

} // namespace dtf
