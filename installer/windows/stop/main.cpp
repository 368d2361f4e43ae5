// SPDX-License-Identifier: GPL-3.0-or-later
// dtf-stop FOLDER [SECONDS]: ends the dtf-* programs whose files are below FOLDER, so that they can be replaced or removed.
// Each is asked to end in order (its quit event); what is still there after SECONDS (30) is ended hard, which loses nothing: all
// of them are built to be killed. Exit codes: 0 none is left, 1 one could not be ended, 2 wrong usage.
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
    return slash != std::wstring::npos && image.size() > folder.size() && image.size() - slash - 1 >= 4
        && sameText(image.c_str(), folder.c_str(), folder.size()) && sameText(image.c_str() + slash + 1, L"dtf-", 4);
}

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

} // namespace

int wmain(int argc, wchar_t **argv)
{
    const long seconds = argc > 2 ? std::wcstol(argv[2], nullptr, 10) : 30;
    wchar_t folder[32768];
    const DWORD length = argc > 1 ? GetFullPathNameW(argv[1], 32768, folder, nullptr) : 0;
    if (length == 0 || length >= 32767 || argc > 3 || seconds < 0 || seconds > 3600) {
        std::fputs("usage: dtf-stop FOLDER [SECONDS]\n", stderr);
        return 2;
    }
    std::wstring below(folder, length);
    if (below.back() != L'\\') {
        below += L'\\';
    }
    const std::vector<Running> programs = runningBelow(below);
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
