// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/browser/exitwatch.h"

#include "agent/browser/processes.h"

#include <QTimer>
#include <QWinEventNotifier>

#include <windows.h>

namespace dtf {

using namespace Qt::StringLiterals;

struct ExitWatch::Private
{
    qint64 pid = 0;
    std::uint64_t startTime = 0;
    HANDLE process = nullptr;
    bool told = false;
    std::unique_ptr<QWinEventNotifier> notifier;
    QTimer poll;
};

ExitWatch::ExitWatch(qint64 pid, std::uint64_t startTime, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>())
{
    d->pid = pid;
    d->startTime = startTime;
    d->process = OpenProcess(SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION, FALSE, static_cast<DWORD>(pid));
    if (d->process) {
        d->notifier = std::make_unique<QWinEventNotifier>(d->process);
        connect(d->notifier.get(), &QWinEventNotifier::activated, this, &ExitWatch::check);
    } else {
        connect(&d->poll, &QTimer::timeout, this, &ExitWatch::check);
        d->poll.start(250);
    }
    QTimer::singleShot(0, this, &ExitWatch::check);
}

ExitWatch::~ExitWatch()
{
    d->notifier.reset();
    if (d->process) {
        CloseHandle(d->process);
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
    DWORD code = 0;
    const bool known = d->process && !living && GetExitCodeProcess(d->process, &code) && code != STILL_ACTIVE;
    Q_EMIT ended(known ? u"exit code %1"_s.arg(code) : QString());
}

} // namespace dtf
