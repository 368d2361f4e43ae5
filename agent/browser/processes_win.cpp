// SPDX-License-Identifier: GPL-3.0-or-later
// clang-format off
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include <iphlpapi.h>
#include <psapi.h>
#include <shellapi.h>
#include <tlhelp32.h>
// clang-format on

#include "agent/browser/processes.h"

#include <QStringList>

#include <array>
#include <memory>
#include <vector>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

struct HandleCloser
{
    void operator()(HANDLE handle) const { CloseHandle(handle); }
};
using Handle = std::unique_ptr<void, HandleCloser>;

std::uint64_t toNumber(const FILETIME &time)
{
    return (std::uint64_t {time.dwHighDateTime} << 32) | time.dwLowDateTime;
}

/// Another process's command line (NtQueryInformationProcess, ProcessCommandLineInformation = 60, Windows 8.1 and later).
QString commandLine(HANDLE process)
{
    using Query = LONG(NTAPI *)(HANDLE, ULONG, PVOID, ULONG, PULONG);
    static const auto query = reinterpret_cast<Query>(
        reinterpret_cast<void *>(GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtQueryInformationProcess")));
    if (!query) {
        return {};
    }
    struct Text // UNICODE_STRING
    {
        USHORT length;
        USHORT maximum;
        const wchar_t *buffer;
    };
    std::vector<Text> buffer(70'000 / sizeof(Text) + 1); // a command line has at most 32,767 characters
    ULONG size = 0;
    const LONG status = query(process, 60, buffer.data(), static_cast<ULONG>(buffer.size() * sizeof(Text)), &size);
    return status == 0 ? QString::fromWCharArray(buffer.at(0).buffer, buffer.at(0).length / 2) : QString();
}

QByteArrayList argumentsOf(HANDLE process)
{
    const QString line = commandLine(process);
    if (line.isEmpty()) {
        return {};
    }
    int count = 0;
    LPWSTR *words = CommandLineToArgvW(reinterpret_cast<const wchar_t *>(line.utf16()), &count);
    QByteArrayList arguments;
    for (int i = 0; words && i < count; ++i) {
        arguments.append(QString::fromWCharArray(words[i]).toUtf8());
    }
    LocalFree(words);
    return arguments;
}

QByteArray userOf(HANDLE process)
{
    HANDLE token = nullptr;
    if (!OpenProcessToken(process, TOKEN_QUERY, &token)) {
        return {};
    }
    const Handle owned(token);
    std::array<std::uint64_t, 32> buffer {}; // TOKEN_USER and a SID of at most 68 bytes
    DWORD size = 0;
    if (!GetTokenInformation(token, TokenUser, buffer.data(), sizeof buffer, &size)) {
        return {};
    }
    const PSID sid = reinterpret_cast<TOKEN_USER *>(buffer.data())->User.Sid;
    return QByteArray(static_cast<const char *>(sid), static_cast<qsizetype>(GetLengthSid(sid)));
}

std::optional<ProcessEntry> entryOf(HANDLE process, qint64 pid, qint64 parent)
{
    FILETIME created {};
    FILETIME exited {};
    FILETIME kernel {};
    FILETIME user {};
    if (WaitForSingleObject(process, 0) == WAIT_OBJECT_0 || !GetProcessTimes(process, &created, &exited, &kernel, &user)) {
        return std::nullopt;
    }
    static const QByteArray me = userOf(GetCurrentProcess());
    return ProcessEntry {pid, parent, toNumber(created), argumentsOf(process), !me.isEmpty() && userOf(process) == me};
}

Handle openProcess(qint64 pid, DWORD access)
{
    return Handle(OpenProcess(access | PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, FALSE, static_cast<DWORD>(pid)));
}

template <typename Table> std::vector<std::uint64_t> tcpListeners(ULONG family)
{
    DWORD size = 64 * 1024;
    for (int attempt = 0; attempt < 5; ++attempt) { // the table may grow between two calls
        std::vector<std::uint64_t> buffer(size / 8 + 1);
        size = static_cast<DWORD>(buffer.size() * 8);
        const DWORD result = GetExtendedTcpTable(buffer.data(), &size, FALSE, family, TCP_TABLE_OWNER_PID_LISTENER, 0);
        if (result == NO_ERROR) {
            return buffer;
        }
        if (result != ERROR_INSUFFICIENT_BUFFER) {
            break;
        }
    }
    return std::vector<std::uint64_t>(sizeof(Table) / 8 + 1);
}

} // namespace

std::optional<ProcessEntry> processEntry(qint64 pid)
{
    const Handle process = openProcess(pid, 0);
    return process ? entryOf(process.get(), pid, 0) : std::nullopt;
}

QList<ProcessEntry> processTable()
{
    QList<ProcessEntry> table;
    const HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    if (snapshot == INVALID_HANDLE_VALUE) {
        return table;
    }
    const Handle owned(snapshot);
    PROCESSENTRY32W row {};
    row.dwSize = sizeof row;
    for (BOOL more = Process32FirstW(snapshot, &row); more; more = Process32NextW(snapshot, &row)) {
        const Handle process = openProcess(row.th32ProcessID, 0); // refused for other users' and protected processes: not ours
        if (!process) {
            continue;
        }
        if (auto entry = entryOf(process.get(), row.th32ProcessID, row.th32ParentProcessID)) {
            table.append(*std::move(entry));
        }
    }
    return table;
}

void reapSession(qint64)
{
    // no zombies here
}

bool endProcess(const ProcessEntry &process)
{
    const Handle handle = openProcess(process.pid, PROCESS_TERMINATE);
    if (!handle) {
        return GetLastError() == ERROR_INVALID_PARAMETER; // no such process
    }
    const auto now = entryOf(handle.get(), process.pid, 0);
    return !now || now->startTime != process.startTime || TerminateProcess(handle.get(), 1);
}

QList<PortListener> listenersOn(int port, const QList<qint64> &candidates)
{
    QList<PortListener> listeners;
    const auto add = [&](DWORD localPort, DWORD pid, const QString &address, bool loopback4) {
        if (ntohs(static_cast<u_short>(localPort)) == port) {
            listeners.append({address, loopback4, candidates.contains(pid) ? qint64 {pid} : 0});
        }
    };
    const auto four = tcpListeners<MIB_TCPTABLE_OWNER_PID>(AF_INET);
    const auto *table = reinterpret_cast<const MIB_TCPTABLE_OWNER_PID *>(four.data());
    for (DWORD i = 0; i < table->dwNumEntries; ++i) {
        const MIB_TCPROW_OWNER_PID &row = table->table[i];
        const bool any = row.dwLocalAddr == INADDR_ANY;
        const bool loopback = row.dwLocalAddr == htonl(INADDR_LOOPBACK);
        add(row.dwLocalPort, row.dwOwningPid,
            any            ? u"0.0.0.0"_s
                : loopback ? u"127.0.0.1"_s
                           : u"another address"_s,
            any || loopback);
    }
    const auto six = tcpListeners<MIB_TCP6TABLE_OWNER_PID>(AF_INET6);
    const auto *table6 = reinterpret_cast<const MIB_TCP6TABLE_OWNER_PID *>(six.data());
    for (DWORD i = 0; i < table6->dwNumEntries; ++i) {
        add(table6->table[i].dwLocalPort, table6->table[i].dwOwningPid, u"::1"_s, false);
    }
    return listeners;
}

qint64 residentBytes(const QList<qint64> &pids)
{
    qint64 sum = -1;
    for (const qint64 pid : pids) {
        const Handle process = openProcess(pid, 0);
        PROCESS_MEMORY_COUNTERS_EX counters {};
        counters.cb = sizeof counters;
        if (process
            && GetProcessMemoryInfo(process.get(), reinterpret_cast<PROCESS_MEMORY_COUNTERS *>(&counters), sizeof counters)) {
            // Two names of the private pages; shared ones are not counted a dozen times.
            sum = std::max<qint64>(sum, 0) + static_cast<qint64>(std::max(counters.PrivateUsage, counters.PagefileUsage));
        }
    }
    return sum;
}

QString machineBootId()
{
    return {}; // a creation FILETIME never comes twice
}

} // namespace dtf
