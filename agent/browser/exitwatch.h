// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

#include <cstdint>
#include <memory>

namespace dtf {

/// Tells at once that a process has ended, child or not: a pidfd (Linux) or a handle (Windows) on the event loop. Where the
/// system has none, the process is looked at four times a second. Thread: its own event loop's.
class ExitWatch final : public QObject
{
    Q_OBJECT
public:
    /// Watches (pid, startTime); a process that is already gone is reported from the event loop, too. startTime 0: whatever has
    /// the pid.
    ExitWatch(qint64 pid, std::uint64_t startTime, QObject *parent = nullptr);
    ~ExitWatch() override;

Q_SIGNALS:
    /// Once. how: "exit code 1", "signal 9", or empty when it was not our child.
    void ended(const QString &how);

private:
    void check();

    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace dtf
