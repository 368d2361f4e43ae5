// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <functional>
#include <memory>

namespace dtf {

/// Tells the service manager that started this process how it is (systemd's sd_notify protocol): ready, a line of status,
/// alive, stopping. With no such manager (NOTIFY_SOCKET not set; Windows) nothing is said and nothing fails.
/// All of it is sent by the event loop of this object's thread, never in a call: a loop that stands still is silent, and the
/// manager starts the program anew. Nothing here blocks. NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID are taken out of the
/// environment, so that no child speaks in our name, and put back by the destructor for a next life in the same process (exec).
/// Thread: main, before any other thread is started.
class ServiceNotify
{
public:
    /// How this program is, in one line of plain words; asked at each beat.
    using StatusText = std::function<QString()>;

    ServiceNotify();
    ServiceNotify(const ServiceNotify &) = delete;
    ServiceNotify &operator=(const ServiceNotify &) = delete;
    ~ServiceNotify();

    /// The start has succeeded: the event loop's next turn says so, and from then on it beats twice in each watchdog interval
    /// (each 10 s without one).
    void ready(StatusText status);
    /// The end has been asked for and may take its time; the beats go on as long as the event loop does.
    void stopping(const QString &why);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace dtf
