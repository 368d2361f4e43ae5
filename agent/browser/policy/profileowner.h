// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayList>
#include <QList>
#include <QString>

#include <cstdint>
#include <optional>

namespace dtf {

/// One process of this machine as the system lists it. (pid, startTime) within one boot names a process for ever.
struct ProcessEntry
{
    qint64 pid = 0;
    qint64 parent = 0;
    std::uint64_t startTime = 0; ///< Linux: clock ticks since boot; Windows: creation FILETIME
    QByteArrayList arguments; ///< UTF-8, argument 0 first; empty: unreadable. Chromium's children show theirs as one text
    bool sameUser = false;
    bool operator==(const ProcessEntry &) const = default;
};

/// Does this process carry --user-data-dir=profile, and run as our user? profile: absolute, as launched.
[[nodiscard]] bool carriesProfile(const ProcessEntry &process, const QString &profile);
/// A browser's main process, not one of its children (they have --type=).
[[nodiscard]] bool isMainBrowser(const ProcessEntry &process);
/// Does it have the profile's files open (main process; the storage and network services)? Renderers, zygotes and the GPU's
/// process do not: once killed they needn't be waited for.
[[nodiscard]] bool usesProfileFiles(const ProcessEntry &process);
/// N of --remote-debugging-port=N; 0: none.
[[nodiscard]] int debuggingPort(const ProcessEntry &process);
/// The processes that carry the profile; main ones only, or all.
[[nodiscard]] QList<ProcessEntry> profileProcesses(const QList<ProcessEntry> &table, const QString &profile, bool mainOnly);
/// root and all its descendants.
[[nodiscard]] QList<qint64> processTree(const QList<ProcessEntry> &table, qint64 root);

} // namespace dtf
