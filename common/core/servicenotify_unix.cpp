// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/servicenotify.h"

#include "common/core/escape.h"

#include <QTimer>

#include <chrono>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace dtf {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds withoutWatchdog(10'000);
constexpr milliseconds soonest(100); ///< a watchdog of less than 0.2 s is not one for this program

constexpr const char *variables[] = {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"};

/// False: not taken (the manager's queue is full, or it is gone); the next beat says it again.
bool sendTo(const QByteArray &address, const QByteArray &words)
{
    sockaddr_un to {};
    to.sun_family = AF_UNIX;
    if (address.size() < 2 || static_cast<size_t>(address.size()) >= sizeof to.sun_path) {
        return false;
    }
    std::memcpy(to.sun_path, address.constData(), static_cast<size_t>(address.size()));
    if (to.sun_path[0] == '@') {
        to.sun_path[0] = '\0'; // an abstract address
    }
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return false;
    }
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + static_cast<size_t>(address.size()));
    const ssize_t sent = ::sendto(
        fd, words.constData(), static_cast<size_t>(words.size()), MSG_NOSIGNAL, reinterpret_cast<const sockaddr *>(&to), length);
    ::close(fd);
    return sent == words.size();
}

} // namespace

struct ServiceNotify::Private
{
    QByteArray environment[std::size(variables)];
    QByteArray socket; ///< empty: nobody wants to know
    bool watched = false;
    QTimer timer;
    StatusText status;
    bool readyIsTold = false;
    bool stoppingIsTold = true;
    QString stoppingWhy;

    void beat();
};

void ServiceNotify::Private::beat()
{
    QByteArray words = watched ? "WATCHDOG=1\n" : "";
    if (!readyIsTold) {
        words += "READY=1\n";
    }
    if (!stoppingIsTold) {
        words += "STOPPING=1\n";
    }
    const QString text = !stoppingWhy.isEmpty() ? stoppingWhy : status ? status() : QString();
    words += "STATUS=" + escapedForLog(text).toUtf8() + '\n';
    if (sendTo(socket, words)) {
        readyIsTold = true;
        stoppingIsTold = true;
    }
}

ServiceNotify::ServiceNotify()
    : d(std::make_unique<Private>())
{
    for (size_t n = 0; n < std::size(variables); ++n) {
        d->environment[n] = qgetenv(variables[n]);
        qunsetenv(variables[n]);
    }
    d->socket = d->environment[0];
    const qint64 watchdog = d->environment[1].toLongLong(); // µs
    d->watched = watchdog > 0 && (d->environment[2].isEmpty() || d->environment[2].toLongLong() == ::getpid());
    d->timer.setTimerType(Qt::PreciseTimer);
    d->timer.setInterval(d->watched ? std::max(soonest, milliseconds(watchdog / 2'000)) : withoutWatchdog);
    QObject::connect(&d->timer, &QTimer::timeout, &d->timer, [this] { d->beat(); });
}

ServiceNotify::~ServiceNotify()
{
    for (size_t n = 0; n < std::size(variables); ++n) {
        if (!d->environment[n].isEmpty()) {
            qputenv(variables[n], d->environment[n]);
        }
    }
}

void ServiceNotify::ready(StatusText status)
{
    d->status = std::move(status);
    if (!d->socket.isEmpty()) {
        QTimer::singleShot(0, &d->timer, [this] { d->beat(); });
        d->timer.start();
    }
}

void ServiceNotify::stopping(const QString &why)
{
    d->stoppingWhy = why;
    d->stoppingIsTold = false;
    if (!d->socket.isEmpty() && d->timer.isActive()) {
        QTimer::singleShot(0, &d->timer, [this] { d->beat(); });
    }
}

} // namespace dtf
