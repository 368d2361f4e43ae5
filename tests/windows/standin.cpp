// SPDX-License-Identifier: GPL-3.0-or-later
// Stands in for dtf-orchestrator.exe and dtf-agent.exe in the test of the installer, on machines that cannot build those for
// Windows.
//   setup WORD…       writes its words, one per line, to the file after --config; fails when one of them is "bad"
//   --config FILE     runs until its quit event is set, then writes FILE.ended; with --deaf it has no event
#include "common/core/quitevent_win.h"

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <windows.h>

namespace {

bool write(const std::wstring &path, const std::vector<std::wstring> &lines)
{
    FILE *file = _wfopen(path.c_str(), L"wb");
    if (file == nullptr) {
        return false;
    }
    for (const std::wstring &line : lines) {
        std::fprintf(file, "%ls\n", line.c_str());
    }
    return std::fclose(file) == 0;
}

} // namespace

int wmain(int argc, wchar_t **argv)
{
    const std::vector<std::wstring> words(argv + 1, argv + argc);
    std::wstring config;
    bool deaf = false;
    for (size_t i = 0; i < words.size(); ++i) {
        if (words[i] == L"--config" && i + 1 < words.size()) {
            config = words[i + 1];
        }
        if (words[i] == L"bad") {
            std::puts("the share is bad");
            return 1;
        }
        deaf = deaf || words[i] == L"--deaf";
    }
    if (config.empty()) {
        return 2;
    }
    if (words[0] == L"setup") {
        return write(config, words) ? 0 : 1;
    }
    const HANDLE quit = CreateEventW(nullptr, TRUE, FALSE, deaf ? nullptr : dtf::quitEventName(GetCurrentProcessId()).c_str());
    write(config + L".running", {std::to_wstring(GetCurrentProcessId())});
    if (WaitForSingleObject(quit, 120'000) != WAIT_OBJECT_0) {
        return 1; // nobody ended it: the test that started it is gone
    }
    return write(config + L".ended", {L"in order"}) ? 0 : 1;
}
