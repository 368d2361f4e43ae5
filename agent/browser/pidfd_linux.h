// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <csignal>
#include <sys/syscall.h>
#include <unistd.h>

/// pidfd_open(2), pidfd_send_signal(2) as bare system calls: glibc 2.36's sys/pidfd.h can't be used from C++ (it lacks extern
/// "C"; mended in 2.37).
namespace dtf {

[[nodiscard]] inline int pidfdOpen(qint64 pid)
{
    return static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0U));
}

[[nodiscard]] inline int pidfdSignal(int fd, int number)
{
    return static_cast<int>(::syscall(SYS_pidfd_send_signal, fd, number, nullptr, 0U));
}

} // namespace dtf
