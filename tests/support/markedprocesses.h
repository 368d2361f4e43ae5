// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

#include <sys/types.h>

namespace dtf {

struct MarkedProcess
{
    pid_t pid = 0;
    QByteArray command; ///< arguments joined by spaces
    [[nodiscard]] bool isBrowser() const { return command.contains("--user-data-dir=") || command.contains("chrom"); }
};

/// Every living process (a zombie isn't one) whose command line or environment holds `mark`, this one left out. A test's
/// temporary folder is such a mark: its programs, their browsers and their scripts all carry it.
[[nodiscard]] QList<MarkedProcess> markedProcesses(const QByteArray &mark);

/// Ends them, by their ids, until none is left. False: some are still there at the deadline of 20 s.
bool endMarkedProcesses(const QByteArray &mark);

} // namespace dtf
