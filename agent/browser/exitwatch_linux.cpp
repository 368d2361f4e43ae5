// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/browser/exitwatch.h"

#include "agent/browser/pidfd_linux.h"
#include "agent/browser/processes.h"

#include <QSocketNotifier>
#include <QTimer>

#include <sys/wait.h>
#include <unistd.h>

namespace dtf {

using namespace Qt::StringLiterals;

struct ExitWatch::Private
{
    qint64 pid = 0;
    std::uint64_t startTime = 0;
    int fd = -1;
    bool told = false;
    std::unique_ptr<QSocketNotifier> notifier;
    QTimer poll;
};

ExitWatch::ExitWatch(qint64 pid, std::uint64_t startTime, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>())
{
    d->pid = pid;
    d->startTime = startTime;
    d->fd = pidfdOpen(pid);
    if (d->fd >= 0) {
        d->notifier = std::make_unique<QSocketNotifier>(d->fd, QSocketNotifier::Read);
        connect(d->notifier.get(), &QSocketNotifier::activated, this, &ExitWatch::check);
    } else {
        connect(&d->poll, &QTimer::timeout, this, &ExitWatch::check);
        d->poll.start(250);
    }
    QTimer::singleShot(0, this, &ExitWatch::check);
}

ExitWatch::~ExitWatch()
{
    d->notifier.reset();
    if (d->fd >= 0) {
        ::close(d->fd);
    }
}

void ExitWatch::check()
{
    const auto living = processEntry(d->pid);
    if (d->told || (living && (d->startTime == 0 || living->startTime == d->startTime))) {
        return;
    }
    d->told = true;
    d->poll.stop();
    if (d->notifier) {
        d->notifier->setEnabled(false);
    }
    QString how;
    siginfo_t info {};
    const int waited = d->fd >= 0 ? ::waitid(P_PIDFD, static_cast<id_t>(d->fd), &info, WEXITED | WNOHANG)
                                  : ::waitid(P_PID, static_cast<id_t>(d->pid), &info, WEXITED | WNOHANG);
    if (waited == 0 && info.si_pid != 0) {
        how = info.si_code == CLD_EXITED ? u"exit code %1"_s.arg(info.si_status) : u"signal %1"_s.arg(info.si_status);
    }
    Q_EMIT ended(how);
}

} // namespace dtf
