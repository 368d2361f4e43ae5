// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"

#include <QByteArray>
#include <QStringList>

#include <sys/types.h>

namespace dtf {

/// Somebody who sits before a terminal (a pseudo one) in which a program runs, reads, and types.
class Typist
{
public:
    Typist(const QString &program, const QStringList &arguments);
    ~Typist(); ///< -9 for a program that still runs
    Typist(const Typist &) = delete;
    Typist &operator=(const Typist &) = delete;

    /// Waits until the screen shows `text` behind what was waited for before. False: not in time, or the program has ended.
    [[nodiscard]] bool reads(const QByteArray &text, milliseconds deadline = seconds(60));
    void types(const QByteArray &line); ///< and Enter
    void interrupts(); ///< Ctrl-C
    [[nodiscard]] bool seesWhatItTypes() const; ///< the terminal's echo, which stays as the program leaves it
    /// The exit code once it has ended, by a signal 128 and its number; -1: not in time.
    [[nodiscard]] int end(milliseconds deadline = seconds(60));
    [[nodiscard]] const QByteArray &screen() const { return m_screen; }

private:
    [[nodiscard]] bool readMore(milliseconds deadline);

    int m_terminal = -1;
    pid_t m_pid = -1;
    QByteArray m_screen;
    qsizetype m_seen = 0;
};

} // namespace dtf
