// SPDX-License-Identifier: GPL-3.0-or-later
// Loaded into a program, lets a share hang as a network share does: while a file <root>.hang lies beside it, opening the folder
// <root> does not return. Nothing else is touched.
#include <cstdarg>
#include <ctime>
#include <string>

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

namespace {

using Open = int (*)(const char *, int, ...);

int openSlowly(const char *name, const char *path, int flags, mode_t mode)
{
    if ((flags & O_PATH) != 0 && path != nullptr) {
        const std::string flag = std::string(path) + ".hang";
        while (::access(flag.c_str(), F_OK) == 0) {
            const timespec pause {0, 20'000'000};
            ::nanosleep(&pause, nullptr);
        }
    }
    return reinterpret_cast<Open>(::dlsym(RTLD_NEXT, name))(path, flags, mode);
}

mode_t modeOf(int flags, va_list arguments)
{
    return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

} // namespace

extern "C" {

int open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = modeOf(flags, arguments);
    va_end(arguments);
    return openSlowly("open", path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = modeOf(flags, arguments);
    va_end(arguments);
    return openSlowly("open64", path, flags, mode);
}
}
