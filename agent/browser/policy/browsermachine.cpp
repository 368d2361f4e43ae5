// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/browser/policy/browsermachine.h"

namespace dtf {

using namespace Qt::StringLiterals;
using Kind = BrowserEvent::Kind;
using Phase = BrowserPhase;
using Do = BrowserAction;

BrowserMachine::BrowserMachine(const BrowserLimits &limits, milliseconds startTimeout)
    : m_limits(limits)
    , m_startTimeout(startTimeout)
    , m_restarts(limits)
{ }

QList<BrowserAction> BrowserMachine::apply(const BrowserEvent &event, MonoTime now)
{
    return on(event, now);
}

bool BrowserMachine::live() const
{
    return m_phase == Phase::Waiting || m_phase == Phase::Connecting || m_phase == Phase::Up || m_phase == Phase::Closing;
}

QList<BrowserAction> BrowserMachine::on(const BrowserEvent &event, MonoTime now)
{
    switch (event.kind) {
    case Kind::Start:
        if (m_phase == Phase::Off) {
            return enter(Phase::Looking, {}, {Do::LookUp});
        }
        break;
    case Kind::Found:
        if (m_phase == Phase::Looking) {
            m_connectBy = now + m_limits.adoptTimeout;
            m_why = u"a running browser was found"_s;
            return enter(Phase::Waiting, m_connectBy, {Do::Poll});
        }
        break;
    case Kind::NotFound:
        if (m_phase == Phase::Looking) {
            return clear(false, {}, now);
        }
        break;
    case Kind::Blocked:
        if (m_phase == Phase::Looking) {
            m_why = event.text;
            return enter(Phase::Blocked, now + m_limits.blockedRecheck, {});
        }
        if (m_phase == Phase::Clearing) {
            return enter(Phase::Looking, {}, {Do::LookUp});
        }
        break;
    case Kind::Cleared:
        if (m_phase == Phase::Clearing) {
            m_connectBy = now + m_startTimeout;
            m_reconnecting = false;
            return enter(Phase::Waiting, m_connectBy, {Do::Launch});
        }
        break;
    case Kind::ClearFailed:
        if (m_phase == Phase::Clearing) {
            return failed(event.text, m_clearAll, now);
        }
        break;
    case Kind::Launched:
        if (m_phase == Phase::Waiting) {
            return {Do::Poll};
        }
        break;
    case Kind::LaunchFailed:
        if (m_phase == Phase::Waiting) {
            return failed(event.text, false, now);
        }
        break;
    case Kind::Listening:
        if (m_phase == Phase::Waiting) {
            return enter(Phase::Connecting, m_connectBy, {Do::Connect});
        }
        break;
    case Kind::WrongListener:
        if (m_phase == Phase::Waiting) {
            return failed(event.text, true, now);
        }
        break;
    case Kind::Connected:
        if (m_phase == Phase::Connecting) {
            m_restarts.noteHealthy();
            m_reconnecting = false;
            m_why.clear();
            return enter(Phase::Up, {}, {Do::BeginHealth});
        }
        break;
    case Kind::Lost:
        if (m_phase == Phase::Up) {
            m_connectBy = now + m_limits.reconnectTimeout;
            m_reconnecting = true;
            m_why = event.text;
            return enter(Phase::Waiting, m_connectBy, {Do::Drop, Do::Poll});
        }
        if (m_phase == Phase::Connecting) {
            return enter(Phase::Waiting, m_connectBy, {Do::Poll});
        }
        break;
    case Kind::ProcessGone:
        if (m_phase == Phase::Closing) {
            return clear(true, {Do::Drop, Do::Forget}, now);
        }
        if (live()) {
            return failed(event.text, false, now);
        }
        break;
    case Kind::Hung:
        if (m_phase == Phase::Up) {
            return failed(event.text, true, now);
        }
        break;
    case Kind::Restart:
        return onRestart(event.text, now);
    case Kind::Detach:
        if (m_phase != Phase::Off) {
            m_why.clear();
            return enter(Phase::Off, {}, {Do::Drop});
        }
        break;
    case Kind::Tick:
        return onTick(now);
    }
    return {};
}

QList<BrowserAction> BrowserMachine::onTick(MonoTime now)
{
    if (!m_wakeAt || now < *m_wakeAt) {
        return {};
    }
    switch (m_phase) {
    case Phase::Off:
    case Phase::Looking:
    case Phase::Up:
    case Phase::Paused:
        break;
    case Phase::Blocked:
        return enter(Phase::Looking, {}, {Do::LookUp});
    case Phase::Clearing:
        return failed(u"the old browser's processes could not be ended"_s, m_clearAll, now);
    case Phase::Waiting:
    case Phase::Connecting:
        return failed(u"the browser's process lives but does not answer on its DevTools port"_s, true, now);
    case Phase::Closing:
        return clear(true, {Do::Drop, Do::Forget}, now);
    case Phase::Cooling:
        return m_clearAll ? clear(true, {}, now) : enter(Phase::Looking, {}, {Do::LookUp});
    }
    return {};
}

QList<BrowserAction> BrowserMachine::onRestart(const QString &reason, MonoTime now)
{
    if (m_phase == Phase::Off) {
        return {};
    }
    m_restarts.reset();
    m_reconnecting = false;
    m_why = u"restarting: "_s + reason;
    switch (m_phase) {
    case Phase::Off:
    case Phase::Closing:
        return {};
    case Phase::Up:
        return enter(Phase::Closing, now + m_limits.closeTimeout, {Do::Close});
    case Phase::Clearing: // under way; begin again so that living main processes go, too
    case Phase::Looking:
    case Phase::Blocked:
    case Phase::Waiting:
    case Phase::Connecting:
    case Phase::Cooling:
    case Phase::Paused:
        break;
    }
    return clear(true, {Do::Drop, Do::Forget}, now);
}

QList<BrowserAction> BrowserMachine::enter(BrowserPhase phase, std::optional<MonoTime> wakeAt, QList<BrowserAction> actions)
{
    m_phase = phase;
    m_wakeAt = wakeAt;
    return actions;
}

QList<BrowserAction> BrowserMachine::clear(bool all, QList<BrowserAction> before, MonoTime now)
{
    m_clearAll = all;
    before.append(all ? Do::ClearAll : Do::ClearLeftovers);
    return enter(Phase::Clearing, now + m_limits.clearTimeout, before);
}

QList<BrowserAction> BrowserMachine::failed(const QString &why, bool stillAlive, MonoTime now)
{
    const QList<BrowserAction> end {Do::Drop, Do::Forget};
    const bool wasUp = m_phase == Phase::Up || m_reconnecting;
    m_reconnecting = false;
    const RestartPolicy::Decision decision = m_restarts.decide(now);
    if (decision.pause) {
        m_why = u"restarted %1 times in %2 minutes, so it is left alone until someone restarts it: %3"_s
                    .arg(m_limits.restartsInWindow)
                    .arg(std::chrono::ceil<std::chrono::minutes>(m_limits.restartWindow).count())
                    .arg(why);
        return enter(Phase::Paused, {}, end);
    }
    m_why = why;
    // A main process that was up and is gone leaves only children behind; one that ended early may have handed over to another.
    const bool lookAgain = !stillAlive && !wasUp;
    if (decision.wait == milliseconds {0} && !lookAgain) {
        return clear(stillAlive, end, now);
    }
    m_clearAll = stillAlive;
    return enter(Phase::Cooling, now + decision.wait, end);
}

} // namespace dtf
