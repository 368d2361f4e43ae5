// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/iofile.h"

#include <sys/stat.h>
#include <unistd.h>

#include <utility>

namespace dtf {

/// Owns one descriptor. -1: none.
class Fd
{
public:
    Fd() = default;
    explicit Fd(int fd)
        : m_fd(fd)
    { }
    Fd(Fd &&other) noexcept
        : m_fd(std::exchange(other.m_fd, -1))
    { }
    Fd &operator=(Fd &&other) noexcept
    {
        std::swap(m_fd, other.m_fd);
        return *this;
    }
    ~Fd()
    {
        if (m_fd >= 0) {
            ::close(m_fd);
        }
    }
    [[nodiscard]] int get() const { return m_fd; }
    [[nodiscard]] int release() { return std::exchange(m_fd, -1); }

private:
    int m_fd = -1;
};

/// As fstatat() of the name itself (a link is not followed), or of `fd` when the name is "", but asked of the server: a network
/// client's attributes may be a second old, also those of a file just opened. 0, or -1 and errno.
[[nodiscard]] int statFresh(int fd, const char *name, struct stat &st);
[[nodiscard]] EntryInfo entryFrom(const struct stat &st, const QByteArray &name);
/// An open descriptor of a regular file as IoFile; NotRegular for anything else.
[[nodiscard]] Io<std::unique_ptr<IoFile>> wrapRegular(Fd fd);

} // namespace dtf
