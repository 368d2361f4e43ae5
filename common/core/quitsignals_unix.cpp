// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/quitsignals.h"

#include <QSocketNotifier>

#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace dtf {

namespace {

int pipeEnd = -1; ///< written by the signal handler, which may do little else

void onSignal(int)
{
    const char byte = 1;
    (void)!write(pipeEnd, &byte, 1);
}

} // namespace

struct QuitSignals::Private
{
    int ends[2] = {-1, -1};
    std::unique_ptr<QSocketNotifier> notifier;
};

QuitSignals::QuitSignals(std::function<void()> quit)
    : d(std::make_unique<Private>())
{
    if (pipe2(d->ends, O_CLOEXEC | O_NONBLOCK) != 0) {
        return; // the default action of the signals stays
    }
    pipeEnd = d->ends[1];
    d->notifier = std::make_unique<QSocketNotifier>(d->ends[0], QSocketNotifier::Read);
    QObject::connect(d->notifier.get(), &QSocketNotifier::activated, d->notifier.get(), [this, quit = std::move(quit)] {
        char bytes[16];
        while (read(d->ends[0], bytes, sizeof bytes) > 0) { }
        quit();
    });
    struct sigaction action = {};
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART;
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
        sigaction(signal, &action, nullptr);
    }
}

QuitSignals::~QuitSignals()
{
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
        std::signal(signal, SIG_DFL);
    }
    pipeEnd = -1;
    d->notifier.reset();
    for (const int end : d->ends) {
        if (end >= 0) {
            close(end);
        }
    }
}

} // namespace dtf
