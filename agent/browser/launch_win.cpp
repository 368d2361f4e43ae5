// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/browser/processes.h"

#include <QDir>
#include <QFileInfo>
#include <QSettings>

#include <string>

#include <windows.h>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

/// One argument as CommandLineToArgvW reads it back: backslashes count only before a quote.
QString quoted(const QString &argument)
{
    if (!argument.isEmpty() && !argument.contains(u' ') && !argument.contains(u'\t') && !argument.contains(u'"')) {
        return argument;
    }
    QString text = u"\""_s;
    int backslashes = 0;
    for (const QChar c : argument) {
        if (c == u'\\') {
            ++backslashes;
            continue;
        }
        text += QString(c == u'"' ? 2 * backslashes + 1 : backslashes, u'\\');
        text += c;
        backslashes = 0;
    }
    return text + QString(2 * backslashes, u'\\') + u'"';
}

} // namespace

Result<ProcessEntry> launchDetached(const LaunchRequest &request)
{
    QString line = quoted(QDir::toNativeSeparators(request.program));
    for (const QString &argument : request.arguments) {
        line += u' ' + quoted(argument);
    }
    std::wstring words = line.toStdWString(); // CreateProcessW may write into it
    STARTUPINFOW startup {};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION made {};
    const DWORD flags = DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP;
    BOOL done = CreateProcessW(
        nullptr, words.data(), nullptr, nullptr, FALSE, flags | CREATE_BREAKAWAY_FROM_JOB, nullptr, nullptr, &startup, &made);
    if (!done && GetLastError() == ERROR_ACCESS_DENIED) {
        // a job that lets nobody out (the service manager's, or a test's): it lives as long as that job
        words = line.toStdWString();
        done = CreateProcessW(nullptr, words.data(), nullptr, nullptr, FALSE, flags, nullptr, nullptr, &startup, &made);
    }
    if (!done) {
        return fail(ErrorCode::SpawnFailed, u"%1: %2"_s.arg(request.program, qt_error_string(static_cast<int>(GetLastError()))));
    }
    ProcessEntry entry;
    entry.pid = made.dwProcessId;
    entry.sameUser = true;
    FILETIME created {};
    FILETIME others[3] {};
    if (GetProcessTimes(made.hProcess, &created, &others[0], &others[1], &others[2])) {
        entry.startTime = (std::uint64_t {created.dwHighDateTime} << 32) | created.dwLowDateTime;
    }
    CloseHandle(made.hThread);
    CloseHandle(made.hProcess);
    return entry;
}

Result<QString> findBrowserProgram()
{
    for (const QString &root : {u"HKEY_CURRENT_USER"_s, u"HKEY_LOCAL_MACHINE"_s}) {
        const QSettings paths(
            root + u"\\Software\\Microsoft\\Windows\\CurrentVersion\\App Paths\\chrome.exe"_s, QSettings::NativeFormat);
        const QString path = paths.value("."_L1).toString();
        if (QFileInfo(path).isFile()) {
            return path;
        }
    }
    for (const char *variable : {"ProgramFiles", "ProgramFiles(x86)", "LocalAppData"}) {
        const QString base = qEnvironmentVariable(variable);
        for (const QString &below : {u"/Google/Chrome/Application/chrome.exe"_s, u"/Chromium/Application/chrome.exe"_s}) {
            if (!base.isEmpty() && QFileInfo(base + below).isFile()) {
                return QDir::fromNativeSeparators(base) + below;
            }
        }
    }
    return fail(ErrorCode::NotFound, u"neither Chrome nor Chromium is installed; name it in browser.program"_s);
}

Result<QString> removeStaleLock(const QString &)
{
    return QString(); // "lockfile" is held by an open handle with delete-on-close
}

} // namespace dtf
