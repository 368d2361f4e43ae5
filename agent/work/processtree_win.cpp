// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/work/processtree.h"

#include <windows.h>

#include <tlhelp32.h>

namespace dtf {

struct ProcessTree::Private
{
    HANDLE job = nullptr;
};

ProcessTree::ProcessTree(const QByteArray &)
    : d(std::make_unique<Private>())
{
    d->job = CreateJobObjectW(nullptr, nullptr);
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits {};
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE; // no breakaway
    if (d->job != nullptr && SetInformationJobObject(d->job, JobObjectExtendedLimitInformation, &limits, sizeof limits) == 0) {
        CloseHandle(d->job);
        d->job = nullptr;
    }
}

ProcessTree::~ProcessTree()
{
    if (d->job != nullptr) {
        CloseHandle(d->job);
    }
}

void ProcessTree::prepare(QProcess &process)
{
    process.setCreateProcessArgumentsModifier([](QProcess::CreateProcessArguments *arguments) {
        arguments->flags |= CREATE_SUSPENDED | CREATE_NO_WINDOW | CREATE_NEW_PROCESS_GROUP;
    });
}

namespace {

/// QProcess closes the thread's handle, so it is looked up again: a suspended new process has exactly one.
bool resumeMainThread(DWORD pid)
{
    const HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
    if (snapshot == INVALID_HANDLE_VALUE) {
        return false;
    }
    bool resumed = false;
    THREADENTRY32 entry {};
    entry.dwSize = sizeof entry;
    for (BOOL more = Thread32First(snapshot, &entry); more != 0; more = Thread32Next(snapshot, &entry)) {
        if (entry.th32OwnerProcessID != pid) {
            continue;
        }
        if (const HANDLE thread = OpenThread(THREAD_SUSPEND_RESUME, FALSE, entry.th32ThreadID); thread != nullptr) {
            resumed = ResumeThread(thread) != static_cast<DWORD>(-1) || resumed;
            CloseHandle(thread);
        }
    }
    CloseHandle(snapshot);
    return resumed;
}

} // namespace

bool ProcessTree::adopt(QProcess &process)
{
    const auto pid = static_cast<DWORD>(process.processId());
    const HANDLE handle = OpenProcess(PROCESS_SET_QUOTA | PROCESS_TERMINATE, FALSE, pid);
    bool adopted = d->job != nullptr && handle != nullptr && AssignProcessToJobObject(d->job, handle) != 0;
    adopted = adopted && resumeMainThread(pid);
    if (!adopted && handle != nullptr) {
        TerminateProcess(handle, 127); // it never ran
    }
    if (handle != nullptr) {
        CloseHandle(handle);
    }
    return adopted;
}

int ProcessTree::look()
{
    JOBOBJECT_BASIC_ACCOUNTING_INFORMATION info {};
    if (d->job == nullptr
        || QueryInformationJobObject(d->job, JobObjectBasicAccountingInformation, &info, sizeof info, nullptr) == 0) {
        return 0;
    }
    return static_cast<int>(info.ActiveProcesses);
}

void ProcessTree::signalSoft() { }

void ProcessTree::kill()
{
    if (d->job != nullptr) {
        TerminateJobObject(d->job, 1);
    }
}

void ProcessTree::freeze(bool) { }

void becomeSubreaper() { }

int sweepLeftovers(const QSet<QByteArray> &)
{
    return 0; // the Job Object has ended them with the agent that owned it
}

} // namespace dtf
