// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/agentconfig.h"
#include "agent/browser/browserstatus.h"
#include "agent/browser/policy/browserlimits.h"

#include <QObject>

#include <functional>
#include <memory>

namespace dtf {

/// Keeps this VM's one browser alive, and knows how far up the ladder it is: process → the port is that process's → WebSocket → a
/// page answers → logged in. It adopts a living browser of an earlier life, starts one otherwise, restarts it only when it is
/// really gone or hung (never because of a login page), always with the same profile, and leaves it running at its own end.
/// Thread: main; nothing blocks (process tables and small local files take milliseconds).
class BrowserSupervisor final : public QObject
{
    Q_OBJECT
public:
    /// clock outlives this.
    BrowserSupervisor(const BrowserConfig &config, const QString &stateDir, const Clock &clock, QObject *parent = nullptr);
    BrowserSupervisor(const BrowserConfig &config, const QString &stateDir, const Clock &clock, const BrowserLimits &limits,
        QObject *parent = nullptr);
    ~BrowserSupervisor() override; ///< detach()

    void start();
    [[nodiscard]] const BrowserStatus &status() const;
    /// Of the browser's main process; 0: none. For tests and measurements.
    [[nodiscard]] qint64 browserPid() const;

    /// An operator wants it: asks the browser to close (so that cookies reach the disk), ends it after 5 s, starts anew; also
    /// leaves Paused and ends a browser that was started by hand on our profile. Never refused: who calls decides whether a run
    /// may be hurt.
    void restart(const QString &reason);
    /// A run is going on: a page that merely doesn't answer is left alone (see PageRemedy), a browser that is gone or hung is
    /// not.
    void setBusy(bool busy);
    /// What the person would see: a PNG of at most 8 MiB of the login page, else the portal's page, else the first page. Exactly
    /// once, within 15 s. Unavailable: not up. NotFound: no page. TooMany: four pictures are under way. Timeout, TooLarge,
    /// BrowserGone.
    void capture(std::function<void(Result<QByteArray>)> done);
    /// Lets go: no probes, no restarts, the browser runs on. start() takes it up again.
    void detach();

Q_SIGNALS:
    /// Anything but memoryBytes changed.
    void statusChanged(const dtf::BrowserStatus &status);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace dtf
