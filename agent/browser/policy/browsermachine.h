// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/browser/policy/restartpolicy.h"

#include <QList>
#include <QString>

#include <optional>

namespace dtf {

/// Where the browser's life stands. The ladder above Up (page, login) is PortalWatch's.
enum class BrowserPhase {
    Off, ///< not started, or detached
    Looking, ///< is a browser of ours alive?
    Blocked, ///< a living browser holds the profile and can't be ours to drive
    Clearing, ///< leftovers are ended, the lock removed, a port chosen
    Waiting, ///< a process lives; its DevTools port is awaited
    Connecting, ///< the WebSocket is being opened
    Up,
    Closing, ///< asked to close for an operator's restart
    Cooling, ///< the next start has to wait
    Paused, ///< crash loop: only an operator's restart goes on
};

/// What happened. text: why, in plain words, where it says so.
struct BrowserEvent
{
    enum class Kind {
        Start,
        Found, ///< LookUp: our browser lives; it is watched and its port is known
        NotFound, ///< LookUp
        Blocked, ///< LookUp or Clear: a living main process holds the profile; text
        Cleared,
        ClearFailed, ///< text
        Launched,
        LaunchFailed, ///< text
        Listening, ///< the port is ours and /json/version answered
        WrongListener, ///< somebody else has the port we launched for; text
        Connected,
        Lost, ///< the WebSocket closed or could not be opened; text
        ProcessGone, ///< text
        Hung, ///< from BrowserHealth; text
        Restart, ///< operator; text is the reason
        Detach,
        Tick, ///< wakeAt may have come
    };
    Kind kind = Kind::Tick;
    QString text;
};

/// What the shell does, in order; each answer comes back as an event.
enum class BrowserAction {
    LookUp, ///< answers Found, NotFound or Blocked
    ClearLeftovers, ///< ends children of a dead main process; answers Cleared, ClearFailed or Blocked
    ClearAll, ///< ends every process that carries our profile; answers Cleared or ClearFailed
    Launch, ///< on the port that clearing chose; answers Launched or LaunchFailed, later ProcessGone
    Poll, ///< until Listening or WrongListener
    Connect, ///< answers Connected or Lost
    BeginHealth, ///< records are written (identity, endpoint file), probes begin
    Close, ///< Browser.close, so that cookies reach the disk
    Drop, ///< connection, polling and probes end; a living process stays alone
    Forget, ///< the process is no longer watched and the endpoint file is removed: a wrong endpoint is worse than none
};

/// Pure: phase × event → actions. An event that has no meaning in a phase (a late answer) changes nothing.
class BrowserMachine
{
public:
    BrowserMachine(const BrowserLimits &limits, milliseconds startTimeout);

    [[nodiscard]] QList<BrowserAction> apply(const BrowserEvent &event, MonoTime now);

    [[nodiscard]] BrowserPhase phase() const { return m_phase; }
    /// When Tick is wanted.
    [[nodiscard]] std::optional<MonoTime> wakeAt() const { return m_wakeAt; }
    /// Why the browser isn't up; empty when it is.
    [[nodiscard]] const QString &why() const { return m_why; }
    /// Waiting or Connecting for a browser that was up before: not a start.
    [[nodiscard]] bool reconnecting() const { return m_reconnecting; }

private:
    QList<BrowserAction> on(const BrowserEvent &event, MonoTime now);
    QList<BrowserAction> onTick(MonoTime now);
    QList<BrowserAction> onRestart(const QString &reason, MonoTime now);
    QList<BrowserAction> enter(BrowserPhase phase, std::optional<MonoTime> wakeAt, QList<BrowserAction> actions);
    QList<BrowserAction> clear(bool all, QList<BrowserAction> before, MonoTime now);
    QList<BrowserAction> failed(const QString &why, bool stillAlive, MonoTime now);
    [[nodiscard]] bool live() const;

    BrowserLimits m_limits;
    milliseconds m_startTimeout;
    RestartPolicy m_restarts;
    BrowserPhase m_phase = BrowserPhase::Off;
    std::optional<MonoTime> m_wakeAt;
    MonoTime m_connectBy; ///< of Waiting and Connecting together
    QString m_why;
    bool m_reconnecting = false;
    bool m_clearAll = false; ///< what Clearing does, or Cooling ends with
};

} // namespace dtf
