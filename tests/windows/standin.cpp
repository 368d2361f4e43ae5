// SPDX-License-Identifier: GPL-3.0-or-later
// Stands in for dtf-orchestrator.exe and dtf-agent.exe in the test of the installer, on machines that cannot build those for
// Windows. Under the name schtasks.exe: does nothing, and notes its words in C:\schtasks.txt, for /Change also which tasks the
// registry says are to be enabled again; fails when one of its words is the only one in C:\schtasks.refused.
//   setup WORD…       writes its words, one per line, to the file after --config; fails when one of them is "bad", and as agent
//   when
//                     nobody says what is run for each file
//   --config FILE     runs until its quit event is set, then writes FILE.ended; with --deaf it has no event
#include "common/core/quitevent_win.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <windows.h>

namespace {

bool write(const std::wstring &path, const std::vector<std::wstring> &lines, const wchar_t *mode = L"wb")
{
    FILE *file = _wfopen(path.c_str(), mode);
    if (file == nullptr) {
        return false;
    }
    for (const std::wstring &line : lines) {
        std::fprintf(file, "%ls\n", line.c_str());
    }
    return std::fclose(file) == 0;
}

std::wstring disabledTasks()
{
    wchar_t value[256] = L"";
    DWORD size = sizeof value;
    RegGetValueW(HKEY_LOCAL_MACHINE, L"Software\\DTF Orchestration", L"DisabledTasks", RRF_RT_REG_SZ, nullptr, value, &size);
    return value;
}

int playScheduler(std::vector<std::wstring> words)
{
    bool isRefused = false;
    if (std::wifstream refused(L"C:\\schtasks.refused"); refused.is_open()) {
        std::wstring word;
        refused >> word;
        isRefused = std::find(words.begin(), words.end(), word) != words.end();
    }
    if (!words.empty() && words[0] == L"/Change") {
        words.push_back(L"remembered:" + disabledTasks());
    }
    return write(L"C:\\schtasks.txt", words, L"ab") && !isRefused ? 0 : 1;
}

} // namespace

int wmain(int argc, wchar_t **argv)
{
    const std::vector<std::wstring> words(argv + 1, argv + argc);
    if (std::wstring_view(argv[0]).find(L"schtasks") != std::wstring_view::npos) {
        return playScheduler(words);
    }
    std::wstring config;
    bool deaf = false;
    bool hasPipeline = false;
    for (size_t i = 0; i < words.size(); ++i) {
        if (words[i] == L"--config" && i + 1 < words.size()) {
            config = words[i + 1];
        }
        if (words[i] == L"bad") {
            std::puts("the share is bad");
            return 1;
        }
        hasPipeline = hasPipeline || words[i] == L"--pipeline" || words[i] == L"--inbox";
        deaf = deaf || words[i] == L"--deaf";
    }
    if (config.empty()) {
        return 2;
    }
    if (words[0] == L"setup") {
        if (config.ends_with(L"agent.toml") && !hasPipeline) {
            std::puts("--pipeline: an answer is needed");
            return 2;
        }
        return write(config, words) ? 0 : 1;
    }
    const HANDLE quit = CreateEventW(nullptr, TRUE, FALSE, deaf ? nullptr : dtf::quitEventName(GetCurrentProcessId()).c_str());
    write(config + L".running", {std::to_wstring(GetCurrentProcessId())});
    if (WaitForSingleObject(quit, 120'000) != WAIT_OBJECT_0) {
        return 1; // nobody ended it: the test that started it is gone
    }
    return write(config + L".ended", {L"in order"}) ? 0 : 1;
}
