// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/quitevent_win.h"
#include "common/core/quitsignals.h"

#include <QCoreApplication>
#include <QObject>
#include <QWinEventNotifier>

#include <windows.h>

#include <sddl.h>

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

/// Only the system, administrators and this process's own user may ask. Null: nobody can, the console's ways remain.
HANDLE makeQuitEvent()
{
    SECURITY_ATTRIBUTES security {};
    security.nLength = sizeof security;
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(
            L"D:(A;;GA;;;SY)(A;;GA;;;BA)(A;;GA;;;OW)", SDDL_REVISION_1, &security.lpSecurityDescriptor, nullptr)) {
        return nullptr;
    }
    const HANDLE event = CreateEventW(&security, TRUE, FALSE, quitEventName(GetCurrentProcessId()).c_str());
    const bool mine = GetLastError() != ERROR_ALREADY_EXISTS;
    LocalFree(security.lpSecurityDescriptor);
    if (event != nullptr && !mine) {
        CloseHandle(event); // somebody made it before us: it is theirs, not ours to obey
        return nullptr;
    }
    return event;
}

} // namespace

struct QuitSignals::Private
{
    QObject object;
    std::function<void()> quit;
    HANDLE event = nullptr;
    std::unique_ptr<QWinEventNotifier> notifier;
};

QuitSignals::QuitSignals(std::function<void()> quit)
    : d(std::make_unique<Private>())
{
    d->quit = std::move(quit);
    action = &d->quit;
    receiver = &d->object;
    SetConsoleCtrlHandler(onControl, TRUE);
    d->event = makeQuitEvent();
    if (d->event != nullptr) {
        d->notifier = std::make_unique<QWinEventNotifier>(d->event);
        QObject::connect(d->notifier.get(), &QWinEventNotifier::activated, &d->object, [this] {
            ResetEvent(d->event);
            d->quit();
        });
    }
}

QuitSignals::~QuitSignals()
{
    SetConsoleCtrlHandler(onControl, FALSE);
    receiver = nullptr;
    d->notifier.reset();
    if (d->event != nullptr) {
        CloseHandle(d->event);
    }
}

} // namespace dtf
