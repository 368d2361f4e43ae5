// SPDX-License-Identifier: GPL-3.0-or-later
// The program's own fsync and fdatasync stand before the system's, so that every caller is counted.
#include "tests/bench/agentbench.h"

#include <algorithm>
#include <atomic>
#include <chrono>

#include <sys/syscall.h>
#include <unistd.h>

namespace {

std::atomic<qint64> s_count {0};
std::atomic<qint64> s_nanoseconds {0};

int counted(long call, int fd)
{
    const auto began = std::chrono::steady_clock::now();
    const long result = ::syscall(call, fd);
    s_nanoseconds += std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - began).count();
    ++s_count;
    return static_cast<int>(result);
}

} // namespace

extern "C" int fsync(int fd)
{
    return counted(SYS_fsync, fd);
}

extern "C" int fdatasync(int fd)
{
    return counted(SYS_fdatasync, fd);
}

namespace dtf::bench {

Syncs syncs()
{
    return {s_count, static_cast<double>(s_nanoseconds) / 1e9};
}

void resetSyncs()
{
    s_count = 0;
    s_nanoseconds = 0;
}

double wallSeconds()
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double median(QList<double> values)
{
    std::sort(values.begin(), values.end());
    return values.isEmpty() ? 0 : values.at(values.size() / 2);
}

} // namespace dtf::bench
