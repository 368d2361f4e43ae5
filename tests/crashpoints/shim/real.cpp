// SPDX-License-Identifier: GPL-3.0-or-later
#include "real.h"

#include <dlfcn.h>

namespace crashshim::real {

namespace {

template <typename Function> Function next(const char *name)
{
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

} // namespace

#define DTF_REAL(name, ...)                                                                                                      \
    static const auto function = next<decltype(&name)>(#name);                                                                   \
    return function(__VA_ARGS__)

int open(const char *path, int flags, mode_t mode)
{
    return openat(-100, path, flags, mode); // AT_FDCWD
}
int openat(int dirfd, const char *path, int flags, mode_t mode)
{
    static const auto function = next<int (*)(int, const char *, int, ...)>("openat");
    return function(dirfd, path, flags, mode);
}
ssize_t write(int fd, const void *data, size_t size)
{
    DTF_REAL(write, fd, data, size);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t offset)
{
    DTF_REAL(pwrite, fd, data, size, offset);
}
int close(int fd)
{
    DTF_REAL(close, fd);
}
int fsync(int fd)
{
    DTF_REAL(fsync, fd);
}
int fdatasync(int fd)
{
    DTF_REAL(fdatasync, fd);
}
int ftruncate(int fd, off_t size)
{
    DTF_REAL(ftruncate, fd, size);
}
int rename(const char *from, const char *to)
{
    DTF_REAL(rename, from, to);
}
int renameat(int fromFd, const char *from, int toFd, const char *to)
{
    DTF_REAL(renameat, fromFd, from, toFd, to);
}
int renameat2(int fromFd, const char *from, int toFd, const char *to, unsigned flags)
{
    DTF_REAL(renameat2, fromFd, from, toFd, to, flags);
}
int linkat(int fromFd, const char *from, int toFd, const char *to, int flags)
{
    DTF_REAL(linkat, fromFd, from, toFd, to, flags);
}
int unlinkat(int dirfd, const char *path, int flags)
{
    DTF_REAL(unlinkat, dirfd, path, flags);
}
int mkdirat(int dirfd, const char *path, mode_t mode)
{
    DTF_REAL(mkdirat, dirfd, path, mode);
}
int execve(const char *program, char *const arguments[], char *const environment[])
{
    DTF_REAL(execve, program, arguments, environment);
}
long syscall(long number, long a, long b, long c, long d, long e, long f)
{
    static const auto function = next<long (*)(long, ...)>("syscall");
    return function(number, a, b, c, d, e, f);
}

} // namespace crashshim::real
