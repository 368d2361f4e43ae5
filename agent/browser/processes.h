// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/browser/policy/profileowner.h"
#include "common/core/error.h"

#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

/// The machine's processes, as far as a browser's owner has to know them. Thread: any. Nothing blocks; a table of a few hundred
/// processes takes some milliseconds.
namespace dtf {

/// Every living process (a zombie isn't one).
[[nodiscard]] QList<ProcessEntry> processTable();
/// One living process; nothing when gone or a zombie.
[[nodiscard]] std::optional<ProcessEntry> processEntry(qint64 pid);
/// Ends it at once, if (pid, startTime) still is that process. True: it is gone or dying.
bool endProcess(const ProcessEntry &process);

/// Collects every zombie that is our child and belongs to a session, `leader` itself excepted (its watcher does that). An agent
/// that is a child subreaper inherits a dead browser's children, also those that no look at the living ever saw. Does nothing on
/// Windows.
void reapSession(qint64 leader);

/// Who listens on a TCP port of this machine.
struct PortListener
{
    QString address; ///< "127.0.0.1", "::1", "0.0.0.0", "::"
    bool loopback4 = false; ///< reached by connecting to 127.0.0.1
    qint64 pid = 0; ///< one of the candidates; 0: none of them
};
[[nodiscard]] QList<PortListener> listenersOn(int port, const QList<qint64> &candidates);

/// Resident memory of these processes in bytes: anonymous and shared memory of each, and the program's mapped files once (the
/// largest share), so that a dozen processes of one program aren't counted a dozen times. -1: none could be read.
[[nodiscard]] qint64 residentBytes(const QList<qint64> &pids);

/// Changes with every boot of the machine: pids and start times mean nothing across it.
[[nodiscard]] QString machineBootId();

struct LaunchRequest
{
    QString program;
    QStringList arguments;
    QString logFile; ///< standard output and error, appended; Linux only (a Windows browser has none)
};
/// Starts a process that outlives us: a session of its own, standard streams on the log file, no other descriptor or handle of
/// ours, default signals. Linux: it stays our child until we end, so its exit status can be told; then init adopts it. Windows:
/// detached, outside our job where that is allowed. ErrorCode::SpawnFailed with the system's words.
[[nodiscard]] Result<ProcessEntry> launchDetached(const LaunchRequest &request);

/// The browser's program when the configuration names none: Chrome or Chromium of this machine. ErrorCode::NotFound.
[[nodiscard]] Result<QString> findBrowserProgram();

/// Removes Chromium's Singleton{Lock,Cookie,Socket} of a profile. The caller has proven that no process of this machine carries
/// the profile; here it is also proven that nothing accepts on the profile's socket and that the profile belongs to our user (so
/// a lock of another host is a cloned machine's). Result: what was removed, for the log; empty: nothing was there.
/// ErrorCode::Busy when somebody accepts. Windows: nothing to do, its lock is a handle that dies with the process.
[[nodiscard]] Result<QString> removeStaleLock(const QString &profile);

} // namespace dtf
