// SPDX-License-Identifier: GPL-3.0-or-later
// The C library's functions that change something on a disk, and the pipeline's exec, each of them a point at which the plan may
// strike. Loaded with LD_PRELOAD; the programs under test are the shipped ones.
#include "images.h"
#include "places.h"
#include "plan.h"
#include "real.h"

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

using namespace crashshim;

namespace {

/// A full disk takes no more of this file, once.
std::atomic<int> fullFd {-1};

/// A call that is made whole or not at all. `call` returns -1 on an error.
template <typename Call> auto strike(const Deed &deed, Call call) -> decltype(call())
{
    switch (deed.act) {
    case Act::Nothing:
        return call();
    case Act::KillBefore:
    case Act::ShortKill:
        Plan::get().die();
    case Act::KillAfter:
        (void)call();
        Plan::get().die();
    case Act::DoneFail:
        (void)call();
        [[fallthrough]];
    case Act::Fail:
    case Act::ShortFail:
        errno = deed.error;
        return -1;
    }
    return call();
}

template <typename Call> ssize_t writing(const char *operation, int fd, size_t size, Call call)
{
    if (!Plan::get().inProgram()) {
        return call(size);
    }
    if (fullFd.load() == fd) {
        fullFd = -1;
        errno = ENOSPC;
        return -1;
    }
    const std::string place = Plan::get().place(pathOf(fd));
    if (place.empty()) {
        return call(size);
    }
    const Deed deed = Plan::get().pass(operation, place);
    if (deed.act != Act::KillBefore && deed.act != Act::Fail) {
        images::willWrite(fd);
    }
    if (deed.act == Act::ShortKill || deed.act == Act::ShortFail) {
        const ssize_t half = size > 1 ? call(size / 2) : 0;
        if (deed.act == Act::ShortKill) {
            Plan::get().die();
        }
        if (half > 0) {
            fullFd = fd;
            return half;
        }
        errno = deed.error;
        return -1;
    }
    return strike(deed, [&] { return call(size); });
}

template <typename Call> int syncing(const char *operation, int fd, Call call)
{
    const std::string place = Plan::get().place(pathOf(fd));
    const Deed deed = place.empty() ? Deed {} : Plan::get().pass(operation, place);
    return strike(deed, [&] {
        const int result = call();
        if (result == 0 && !place.empty()) {
            images::synced(fd);
        }
        return result;
    });
}

int opening(int dirfd, const char *path, int flags, mode_t mode)
{
    const bool makes = Plan::get().inProgram() && (flags & (O_CREAT | O_TRUNC)) != 0 && (flags & O_TMPFILE) != O_TMPFILE;
    const std::string where = makes ? absolute(dirfd, path) : std::string();
    const std::string place = makes ? Plan::get().place(where) : std::string();
    if (place.empty()) {
        return real::openat(dirfd, path, flags, mode);
    }
    const Deed deed = Plan::get().pass("create", place);
    if ((flags & O_TRUNC) != 0 && !Plan::get().images().empty() && deed.act != Act::KillBefore && deed.act != Act::Fail) {
        if (const int fd = real::open(where.c_str(), O_RDONLY | O_CLOEXEC, 0); fd >= 0) {
            images::willWrite(fd);
            real::close(fd);
        }
    }
    const int fd = strike(deed, [&] { return real::openat(dirfd, path, flags, mode); });
    return fd;
}

template <typename Call> int renaming(const std::string &from, const std::string &to, Call call)
{
    const std::string source = Plan::get().place(from);
    const std::string target = Plan::get().place(to);
    if (source.empty() && target.empty()) {
        return call();
    }
    return strike(Plan::get().pass("rename", source, target), [&] {
        images::willRename(from, to);
        return call();
    });
}

int removing(int dirfd, const char *path, int flags)
{
    const std::string where = absolute(dirfd, path);
    const std::string place = Plan::get().place(where);
    if (place.empty()) {
        return real::unlinkat(dirfd, path, flags);
    }
    return strike(Plan::get().pass((flags & AT_REMOVEDIR) != 0 ? "rmdir" : "unlink", place), [&] {
        if ((flags & AT_REMOVEDIR) == 0) {
            images::willRemove(where);
        }
        return real::unlinkat(dirfd, path, flags);
    });
}

int makingFolder(int dirfd, const char *path, mode_t mode)
{
    const std::string place = Plan::get().place(absolute(dirfd, path));
    if (place.empty()) {
        return real::mkdirat(dirfd, path, mode);
    }
    return strike(Plan::get().pass("mkdir", place), [&] { return real::mkdirat(dirfd, path, mode); });
}

mode_t modeOf(int flags, va_list arguments)
{
    return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

[[gnu::constructor]] void begin()
{
    (void)Plan::get();
}

} // namespace

#pragma GCC visibility push(default)
extern "C" {

#define DTF_OPEN(name)                                                                                                           \
    int name(const char *path, int flags, ...)                                                                                   \
    {                                                                                                                            \
        va_list arguments;                                                                                                       \
        va_start(arguments, flags);                                                                                              \
        const mode_t mode = modeOf(flags, arguments);                                                                            \
        va_end(arguments);                                                                                                       \
        return opening(AT_FDCWD, path, flags, mode);                                                                             \
    }
DTF_OPEN(open)
DTF_OPEN(open64)

#define DTF_OPENAT(name)                                                                                                         \
    int name(int dirfd, const char *path, int flags, ...)                                                                        \
    {                                                                                                                            \
        va_list arguments;                                                                                                       \
        va_start(arguments, flags);                                                                                              \
        const mode_t mode = modeOf(flags, arguments);                                                                            \
        va_end(arguments);                                                                                                       \
        return opening(dirfd, path, flags, mode);                                                                                \
    }
DTF_OPENAT(openat)
DTF_OPENAT(openat64)

ssize_t write(int fd, const void *data, size_t size)
{
    return writing("write", fd, size, [&](size_t some) { return real::write(fd, data, some); });
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset)
{
    return writing("write", fd, size, [&](size_t some) { return real::pwrite(fd, data, some, offset); });
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset)
{
    return writing("write", fd, size, [&](size_t some) { return real::pwrite(fd, data, some, offset); });
}

int close(int fd)
{
    const int flags = ::fcntl(fd, F_GETFL);
    if (!Plan::get().inProgram() || flags < 0 || (flags & O_ACCMODE) == O_RDONLY || (flags & O_PATH) != 0) {
        return real::close(fd);
    }
    const std::string place = Plan::get().place(pathOf(fd));
    Deed deed = place.empty() ? Deed {} : Plan::get().pass("close", place);
    if (deed.act == Act::Fail) {
        deed.act = Act::DoneFail; // Linux frees the descriptor whatever it says
    }
    return strike(deed, [&] { return real::close(fd); });
}

int fsync(int fd)
{
    return syncing("fsync", fd, [&] { return real::fsync(fd); });
}

int fdatasync(int fd)
{
    return syncing("fsync", fd, [&] { return real::fdatasync(fd); });
}

int ftruncate(int fd, off_t size)
{
    const std::string place = Plan::get().place(pathOf(fd));
    if (place.empty()) {
        return real::ftruncate(fd, size);
    }
    return strike(Plan::get().pass("truncate", place), [&] {
        images::willWrite(fd);
        return real::ftruncate(fd, size);
    });
}

int ftruncate64(int fd, off64_t size)
{
    return ftruncate(fd, size);
}

int rename(const char *from, const char *to)
{
    return renaming(absolute(AT_FDCWD, from), absolute(AT_FDCWD, to), [&] { return real::rename(from, to); });
}

int renameat(int fromFd, const char *from, int toFd, const char *to)
{
    return renaming(absolute(fromFd, from), absolute(toFd, to), [&] { return real::renameat(fromFd, from, toFd, to); });
}

int renameat2(int fromFd, const char *from, int toFd, const char *to, unsigned flags)
{
    return renaming(absolute(fromFd, from), absolute(toFd, to), [&] { return real::renameat2(fromFd, from, toFd, to, flags); });
}

int linkat(int fromFd, const char *from, int toFd, const char *to, int flags)
{
    const std::string place = Plan::get().place(absolute(toFd, to));
    if (place.empty()) {
        return real::linkat(fromFd, from, toFd, to, flags);
    }
    return strike(Plan::get().pass("link", place), [&] { return real::linkat(fromFd, from, toFd, to, flags); });
}

int link(const char *from, const char *to)
{
    return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int unlink(const char *path)
{
    return removing(AT_FDCWD, path, 0);
}

int remove(const char *path)
{
    struct stat st
    { };
    return removing(AT_FDCWD, path, ::lstat(path, &st) == 0 && S_ISDIR(st.st_mode) ? AT_REMOVEDIR : 0);
}

int rmdir(const char *path)
{
    return removing(AT_FDCWD, path, AT_REMOVEDIR);
}

int unlinkat(int dirfd, const char *path, int flags)
{
    return removing(dirfd, path, flags);
}

int mkdir(const char *path, mode_t mode)
{
    return makingFolder(AT_FDCWD, path, mode);
}

int mkdirat(int dirfd, const char *path, mode_t mode)
{
    return makingFolder(dirfd, path, mode);
}

int execve(const char *program, char *const arguments[], char *const environment[])
{
    if (!Plan::get().isPipeline(program)) {
        return real::execve(program, arguments, environment);
    }
    return strike(Plan::get().pass("exec", "pipeline"), [&] { return real::execve(program, arguments, environment); });
}

int execv(const char *program, char *const arguments[])
{
    return execve(program, arguments, environ);
}

long syscall(long number, ...)
{
    va_list list;
    va_start(list, number);
    long a[6];
    for (long &argument : a) {
        argument = va_arg(list, long);
    }
    va_end(list);
    if (number == SYS_renameat2) {
        const int fromFd = static_cast<int>(a[0]);
        const int toFd = static_cast<int>(a[2]);
        const auto *from = reinterpret_cast<const char *>(a[1]);
        const auto *to = reinterpret_cast<const char *>(a[3]);
        return renameat2(fromFd, from, toFd, to, static_cast<unsigned>(a[4]));
    }
    return real::syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

} // extern "C"
#pragma GCC visibility pop
