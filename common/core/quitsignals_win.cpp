// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/quitsignals.h"

#include <QCoreApplication>
#include <QObject>

#include <windows.h>

namespace dtf {

namespace {

QObject *receiver = nullptr;
std::function<void()> *action = nullptr;

/// Runs on a thread of the system's.
BOOL WINAPI onControl(DWORD)
{
    if (!receiver) {
        return FALSE;
    }
    QMetaObject::invokeMethod(
        receiver, [] { (*action)(); }, Qt::QueuedConnection);
    return TRUE;
}

} // namespace

struct QuitSignals::Private
{
    QObject object;
    std::function<void()> quit;
};

QuitSignals::QuitSignals(std::function<void()> quit)
    : d(std::make_unique<Private>())
{
    d->quit = std::move(quit);
    action = &d->quit;
    receiver = &d->object;
    SetConsoleCtrlHandler(onControl, TRUE);
}

QuitSignals::~QuitSignals()
{
    SetConsoleCtrlHandler(onControl, FALSE);
    receiver = nullptr;
}

} // namespace dtf
