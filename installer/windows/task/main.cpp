// SPDX-License-Identifier: GPL-3.0-or-later
// dtf-task NAME FILE.xml ACCOUNT: registers that task (Task Scheduler's XML in UTF-16), in place of one of that name, to run as
// ACCOUNT whoever is logged on. The account's password is taken from the environment, DTF_TASK_PASSWORD: schtasks.exe wants it on
// its command line, which an audited machine writes into its event log. Exit codes: 0 registered, 1 refused, 2 wrong usage.
#include <comdef.h>
#include <taskschd.h>

#include <cstdio>
#include <cwctype>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace {

constexpr size_t largestFile = 1024 * 1024;
constexpr DWORD longestPassword = 1024;

/// What is to be done about it, in plain words; empty: nothing but what Windows says itself.
const wchar_t *advice(HRESULT why)
{
    switch (static_cast<unsigned long>(why)) {
    case 0x8007052E: // ERROR_LOGON_FAILURE
        return L": the account or its password is wrong";
    case 0x80070534: // ERROR_NONE_MAPPED
        return L": there is no such account";
    case 0x80070005: // ERROR_ACCESS_DENIED
        return L": this needs an administrator";
    default:
        return L"";
    }
}

int refused(const wchar_t *what, HRESULT why)
{
    wchar_t words[1024] = L"";
    DWORD length = FormatMessageW(
        FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, nullptr, static_cast<DWORD>(why), 0, words, 1024, nullptr);
    while (length > 0 && std::iswspace(words[length - 1])) {
        words[--length] = 0;
    }
    std::printf("%ls: 0x%08lX %ls%ls\n", what, static_cast<unsigned long>(why), words, advice(why));
    return 1;
}

std::optional<std::wstring> readUtf16(const wchar_t *path)
{
    std::ifstream file(path, std::ios::binary);
    const std::string bytes {std::istreambuf_iterator<char>(file), {}};
    const bool isMarked = bytes.size() >= 2 && bytes[0] == '\xff' && bytes[1] == '\xfe';
    if (!isMarked || bytes.size() % 2 != 0 || bytes.size() > largestFile) {
        return std::nullopt;
    }
    std::wstring text;
    for (size_t i = 2; i < bytes.size(); i += 2) {
        text += static_cast<wchar_t>(static_cast<unsigned char>(bytes[i]) | static_cast<unsigned char>(bytes[i + 1]) << 8);
    }
    return text;
}

/// The library must be initialised.
int registerTask(const wchar_t *name, const std::wstring &description, const wchar_t *account, const wchar_t *password)
{
    ITaskService *service = nullptr;
    if (const HRESULT made = CoCreateInstance(
            __uuidof(TaskScheduler), nullptr, CLSCTX_INPROC_SERVER, __uuidof(ITaskService), reinterpret_cast<void **>(&service));
        FAILED(made)) {
        return refused(L"Task Scheduler can't be reached", made);
    }
    ITaskFolder *folder = nullptr;
    HRESULT done = service->Connect(_variant_t(), _variant_t(), _variant_t(), _variant_t());
    if (SUCCEEDED(done)) {
        done = service->GetFolder(_bstr_t(L"\\"), &folder);
    }
    IRegisteredTask *task = nullptr;
    if (SUCCEEDED(done)) {
        done = folder->RegisterTask(_bstr_t(name), _bstr_t(description.c_str()), TASK_CREATE_OR_UPDATE, _variant_t(account),
            _variant_t(password), TASK_LOGON_PASSWORD, _variant_t(L""), &task);
    }
    for (IUnknown *held : {static_cast<IUnknown *>(task), static_cast<IUnknown *>(folder), static_cast<IUnknown *>(service)}) {
        if (held != nullptr) {
            held->Release();
        }
    }
    return SUCCEEDED(done) ? 0 : refused(L"Task Scheduler refuses the task", done);
}

} // namespace

int wmain(int argc, wchar_t **argv)
{
    wchar_t password[longestPassword];
    const DWORD length = GetEnvironmentVariableW(L"DTF_TASK_PASSWORD", password, longestPassword);
    if (argc != 4 || length == 0 || length >= longestPassword) {
        std::fputs("usage: DTF_TASK_PASSWORD=... dtf-task NAME FILE.xml ACCOUNT\n", stderr);
        return 2;
    }
    const auto description = readUtf16(argv[2]);
    if (!description) {
        std::printf("%ls can't be read, or is no UTF-16 text\n", argv[2]);
        return 1;
    }
    if (const HRESULT ready = CoInitializeEx(nullptr, COINIT_MULTITHREADED); FAILED(ready)) {
        return refused(L"COM is not there", ready);
    }
    const int status = registerTask(argv[1], *description, argv[3], password);
    CoUninitialize();
    return status;
}
