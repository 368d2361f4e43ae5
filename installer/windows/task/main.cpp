// SPDX-License-Identifier: GPL-3.0-or-later
// dtf-task NAME FILE.xml ACCOUNT [PASSWORDFILE]: registers that task (Task Scheduler's XML in UTF-16), in place of one of that
// name, to run as ACCOUNT whoever is logged on. The account's password is the first line of PASSWORDFILE (UTF-16LE or UTF-8 with
// their marks, UTF-8 without, else the system's 8-bit text), or comes from the environment, DTF_TASK_PASSWORD: schtasks.exe wants
// it on its command line, which an audited machine writes into its event log. Exit codes: 0 registered, 1 refused, 2 wrong usage.
// dtf-task --enabled NAME: exit code 0 it is, 3 somebody has disabled it, 1 nobody can tell.
#include <comdef.h>
#include <taskschd.h>

#include <algorithm>
#include <cstdio>
#include <cwchar>
#include <cwctype>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace {

constexpr size_t largestFile = 1024 * 1024;
constexpr DWORD longestPassword = 1024;
constexpr int isDisabled = 3;

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

std::optional<std::string> readBytes(const wchar_t *path)
{
    std::ifstream file(path, std::ios::binary);
    std::string bytes {std::istreambuf_iterator<char>(file), {}};
    if (!file.is_open() || bytes.size() > largestFile) {
        return std::nullopt;
    }
    return bytes;
}

/// Nothing without the mark.
std::optional<std::wstring> fromUtf16(const std::string &bytes)
{
    if (!bytes.starts_with("\xff\xfe") || bytes.size() % 2 != 0) {
        return std::nullopt;
    }
    std::wstring text;
    for (size_t i = 2; i < bytes.size(); i += 2) {
        text += static_cast<wchar_t>(static_cast<unsigned char>(bytes[i]) | static_cast<unsigned char>(bytes[i + 1]) << 8);
    }
    return text;
}

/// Nothing when the bytes are no text of that code page.
std::optional<std::wstring> fromCodePage(unsigned int codePage, const std::string &bytes)
{
    if (bytes.empty()) {
        return std::wstring();
    }
    const int size = static_cast<int>(bytes.size());
    std::wstring text(bytes.size(), L'\0'); // no code page needs more
    const int length = MultiByteToWideChar(codePage, MB_ERR_INVALID_CHARS, bytes.data(), size, text.data(), size);
    if (length <= 0) {
        return std::nullopt;
    }
    text.resize(static_cast<size_t>(length));
    return text;
}

std::optional<std::wstring> textOf(const std::string &bytes)
{
    if (bytes.starts_with("\xff\xfe")) {
        return fromUtf16(bytes);
    }
    const std::string unmarked = bytes.substr(bytes.starts_with("\xef\xbb\xbf") ? 3 : 0);
    const auto utf8 = fromCodePage(CP_UTF8, unmarked);
    return utf8 || unmarked.size() != bytes.size() ? utf8 : fromCodePage(CP_ACP, bytes);
}

/// Says what is wrong and returns nothing when the file's first line is no password.
std::optional<std::wstring> passwordFrom(const wchar_t *path)
{
    const auto bytes = readBytes(path);
    auto text = bytes ? textOf(*bytes) : std::nullopt;
    if (!text) {
        std::printf("the password's file %ls can't be read, or is no text\n", path);
        return std::nullopt;
    }
    text->resize(std::min(text->find_first_of(L"\r\n"), text->size()));
    if (text->empty() || text->size() >= longestPassword || text->find(L'\0') != std::wstring::npos) {
        std::printf("the first line of the password's file %ls is empty, too long, or of an encoding that is not known: save it "
                    "as UTF-8\n",
            path);
        return std::nullopt;
    }
    return text;
}

std::optional<std::wstring> passwordFromEnvironment()
{
    wchar_t password[longestPassword];
    const DWORD length = GetEnvironmentVariableW(L"DTF_TASK_PASSWORD", password, longestPassword);
    if (length == 0 || length >= longestPassword) {
        std::puts("no password in DTF_TASK_PASSWORD, and no file that holds it");
        return std::nullopt;
    }
    return std::wstring(password, length);
}

/// Held for as long as it lives; COM must be initialised before and after.
template <typename T> struct Held
{
    Held() = default;
    Held(const Held &) = delete;
    Held &operator=(const Held &) = delete;
    ~Held()
    {
        if (it != nullptr) {
            it->Release();
        }
    }
    T *it = nullptr;
};

/// The scheduler's topmost folder, where our tasks are.
HRESULT openFolder(Held<ITaskFolder> &folder)
{
    Held<ITaskService> service;
    HRESULT done = CoCreateInstance(
        __uuidof(TaskScheduler), nullptr, CLSCTX_INPROC_SERVER, __uuidof(ITaskService), reinterpret_cast<void **>(&service.it));
    if (SUCCEEDED(done)) {
        done = service.it->Connect(_variant_t(), _variant_t(), _variant_t(), _variant_t());
    }
    return SUCCEEDED(done) ? service.it->GetFolder(_bstr_t(L"\\"), &folder.it) : done;
}

int registerTask(const wchar_t *name, const std::wstring &description, const wchar_t *account, const std::wstring &password)
{
    Held<ITaskFolder> folder;
    if (const HRESULT opened = openFolder(folder); FAILED(opened)) {
        return refused(L"Task Scheduler can't be reached", opened);
    }
    Held<IRegisteredTask> task;
    const HRESULT done = folder.it->RegisterTask(_bstr_t(name), _bstr_t(description.c_str()), TASK_CREATE_OR_UPDATE,
        _variant_t(account), _variant_t(password.c_str()), TASK_LOGON_PASSWORD, _variant_t(L""), &task.it);
    return SUCCEEDED(done) ? 0 : refused(L"Task Scheduler refuses the task", done);
}

int tellWhetherEnabled(const wchar_t *name)
{
    Held<ITaskFolder> folder;
    Held<IRegisteredTask> task;
    VARIANT_BOOL enabled = VARIANT_TRUE;
    HRESULT done = openFolder(folder);
    if (SUCCEEDED(done)) {
        done = folder.it->GetTask(_bstr_t(name), &task.it);
    }
    if (SUCCEEDED(done)) {
        done = task.it->get_Enabled(&enabled);
    }
    if (FAILED(done)) {
        return refused(L"whether the task is enabled can't be told", done);
    }
    return enabled == VARIANT_FALSE ? isDisabled : 0;
}

int registerAs(const wchar_t *name, const wchar_t *path, const wchar_t *account, const wchar_t *passwordFile)
{
    const auto password = passwordFile != nullptr ? passwordFrom(passwordFile) : passwordFromEnvironment();
    if (!password) {
        return 1;
    }
    const auto bytes = readBytes(path);
    const auto description = bytes ? fromUtf16(*bytes) : std::nullopt;
    if (!description) {
        std::printf("%ls can't be read, or is no UTF-16 text\n", path);
        return 1;
    }
    return registerTask(name, *description, account, *password);
}

} // namespace

int wmain(int argc, wchar_t **argv)
{
    const bool asks = argc == 3 && std::wcscmp(argv[1], L"--enabled") == 0;
    if (!asks && argc != 4 && argc != 5) {
        std::fputs("usage: dtf-task NAME FILE.xml ACCOUNT [PASSWORDFILE]\n       dtf-task --enabled NAME\n", stderr);
        return 2;
    }
    if (const HRESULT ready = CoInitializeEx(nullptr, COINIT_MULTITHREADED); FAILED(ready)) {
        return refused(L"COM is not there", ready);
    }
    const int status = asks ? tellWhetherEnabled(argv[2]) : registerAs(argv[1], argv[2], argv[3], argc == 5 ? argv[4] : nullptr);
    CoUninitialize();
    return status;
}
