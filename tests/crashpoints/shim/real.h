// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

/// The C library's own functions, past those that this library puts in front of them.
namespace crashshim::real {

int open(const char *path, int flags, mode_t mode);
int openat(int dirfd, const char *path, int flags, mode_t mode);
ssize_t write(int fd, const void *data, size_t size);
ssize_t pwrite(int fd, const void *data, size_t size, off_t offset);
int close(int fd);
int fsync(int fd);
int fdatasync(int fd);
int ftruncate(int fd, off_t size);
int rename(const char *from, const char *to);
int renameat(int fromFd, const char *from, int toFd, const char *to);
int renameat2(int fromFd, const char *from, int toFd, const char *to, unsigned flags);
int linkat(int fromFd, const char *from, int toFd, const char *to, int flags);
int unlinkat(int dirfd, const char *path, int flags);
int mkdirat(int dirfd, const char *path, mode_t mode);
int execve(const char *program, char *const arguments[], char *const environment[]);
long syscall(long number, long a, long b, long c, long d, long e, long f);

} // namespace crashshim::real
