// SPDX-License-Identifier: GPL-3.0-or-later
// dtf-stop FOLDER [SECONDS]: ends the dtf-* programs whose files are below FOLDER, so that they can be replaced or removed.
// Each is asked to end in order (its quit event); what is still there after SECONDS (30) is ended hard, which loses nothing: all
// of them are built to be killed. Exit codes: 0 none is left, 1 one could not be ended, 2 wrong usage.
// dtf-stop --await PROGRAM.exe [SECONDS]: waits until that program runs. Exit codes: 0 it does, 1 not within SECONDS (30).
#include "common/core/quitevent_win.h"

#include <chrono>
#include <cstdio>
#include <cwchar>
#include <memory>
#include <string>
#include <vector>

#include <windows.h>

#include <tlhelp32.h>

namespace {

using Clock = std::chrono::steady_clock;

struct CloseIt
{
    void operator()(HANDLE handle) const { CloseHandle(handle); }
};
using Handle = std::unique_ptr<void, CloseIt>;

struct Running
{
    DWORD pid = 0;
    std::wstring image;
    Handle process;
};

bool sameText(const wchar_t *a, const wchar_t *b, size_t count)
{
    return CompareStringOrdinal(a, static_cast<int>(count), b, static_cast<int>(count), TRUE) == CSTR_EQUAL;
}

bool isOurs(const std::wstring &image, const std::wstring &folder)
{
    const size_t slash = image.find_last_of(L'\\');
    return slash != std::wstring::npos && image.size() >= folder.size() && image.size() - slash - 1 >= 4
        && sameText(image.c_str(), folder.c_str(), folder.size()) && sameText(image.c_str() + slash + 1, L"dtf-", 4);
}

/// Those whose whole path begins with `folder`.
std::vector<Running> runningBelow(const std::wstring &folder)
{
    std::vector<Running> found;
    const Handle snapshot(CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0));
    if (snapshot.get() == INVALID_HANDLE_VALUE) {
        return found;
    }
    PROCESSENTRY32W entry {};
    entry.dwSize = sizeof entry;
    for (BOOL more = Process32FirstW(snapshot.get(), &entry); more; more = Process32NextW(snapshot.get(), &entry)) {
        if (entry.th32ProcessID == GetCurrentProcessId()) {
            continue;
        }
        Handle process(
            OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_TERMINATE | SYNCHRONIZE, FALSE, entry.th32ProcessID));
        wchar_t image[32768];
        DWORD length = 32768;
        if (process && QueryFullProcessImageNameW(process.get(), 0, image, &length) && isOurs({image, length}, folder)) {
            found.push_back({entry.th32ProcessID, {image, length}, std::move(process)});
        }
    }
    return found;
}

bool ask(DWORD pid)
{
    const Handle event(OpenEventW(EVENT_MODIFY_STATE, FALSE, dtf::quitEventName(pid).c_str()));
    return event && SetEvent(event.get());
}

/// True when it has ended.
bool waitFor(const Running &program, Clock::time_point deadline)
{
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    return WaitForSingleObject(program.process.get(), left > 0 ? static_cast<DWORD>(left) : 0) == WAIT_OBJECT_0;
}

/// Nothing tells of a program that somebody else starts, so this looks again and again; one that ends within moments may be
/// missed.
int awaitStart(const std::wstring &image, long seconds)
{
    constexpr DWORD pauseMs = 100;
    const Clock::time_point deadline = Clock::now() + std::chrono::seconds(seconds);
    while (true) {
        if (const std::vector<Running> found = runningBelow(image); !found.empty()) {
            std::printf("process %lu\n", found.front().pid);
            return 0;
        }
        if (Clock::now() >= deadline) {
            return 1;
        }
        Sleep(pauseMs);
    }
}

int stopBelow(const std::wstring &folder, long seconds)
{
    const std::vector<Running> programs = runningBelow(folder);
    std::vector<bool> asked;
    for (const Running &program : programs) {
        asked.push_back(ask(program.pid));
    }
    int status = 0;
    const Clock::time_point deadline = Clock::now() + std::chrono::seconds(seconds);
    for (size_t i = 0; i < programs.size(); ++i) {
        const Running &program = programs[i];
        const char *how = "ended in order";
        if (!asked[i] || !waitFor(program, deadline)) {
            how = "ended hard";
            if (!TerminateProcess(program.process.get(), 1) || !waitFor(program, Clock::now() + std::chrono::seconds(10))) {
                how = "could not be ended";
                status = 1;
            }
        }
        std::printf("process %lu (%ls): %s\n", program.pid, program.image.c_str(), how);
    }
    return status;
}

} // namespace

int wmain(int argc, wchar_t **argv)
{
    const bool awaits = argc > 1 && std::wcscmp(argv[1], L"--await") == 0;
    const int at = awaits ? 2 : 1;
    const long seconds = argc > at + 1 ? std::wcstol(argv[at + 1], nullptr, 10) : 30;
    wchar_t whole[32768];
    const DWORD length = argc > at ? GetFullPathNameW(argv[at], 32768, whole, nullptr) : 0;
    if (length == 0 || length >= 32767 || argc > at + 2 || seconds < 0 || seconds > 3600) {
        std::fputs("usage: dtf-stop FOLDER [SECONDS]\n       dtf-stop --await PROGRAM.exe [SECONDS]\n", stderr);
        return 2;
    }
    const std::wstring path(whole, length);
    if (awaits) {
        return awaitStart(path, seconds);
    }
    return stopBelow(path.back() == L'\\' ? path : path + L'\\', seconds);
}
