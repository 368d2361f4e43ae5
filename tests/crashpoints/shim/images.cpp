// SPDX-License-Identifier: GPL-3.0-or-later
#include "images.h"

#include "places.h"
#include "plan.h"
#include "real.h"

#include <array>
#include <atomic>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace crashshim::images {

namespace {

/// Where this machine's own disk is: names there are not durable before their folder's fsync. The share's server keeps them.
bool isLocal(const std::string &place)
{
    return place.starts_with("state/") || place.starts_with("store/");
}

std::string fileFor(const struct stat &st, const char *suffix)
{
    return Plan::get().images() + '/' + std::to_string(st.st_ino) + suffix;
}

bool exists(const std::string &path)
{
    return ::access(path.c_str(), F_OK) == 0;
}

void copyContent(int fd, const std::string &to)
{
    const std::string link = "/proc/self/fd/" + std::to_string(fd);
    const int from = real::open(link.c_str(), O_RDONLY | O_CLOEXEC, 0);
    const std::string fresh = to + ".new";
    const int target = real::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    std::array<char, 65'536> block {};
    for (ssize_t got = 1; from >= 0 && got > 0;) {
        got = ::read(from, block.data(), block.size());
        if (got > 0 && real::write(target, block.data(), static_cast<size_t>(got)) != got) {
            break;
        }
    }
    real::close(from);
    real::close(target);
    real::rename(fresh.c_str(), to.c_str());
}

void note(const std::string &line)
{
    const std::string log = Plan::get().images() + "/names";
    const int fd = real::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    (void)real::write(fd, line.data(), line.size());
    real::close(fd);
}

std::string save(const std::string &path)
{
    static std::atomic<unsigned> number {0};
    const std::string name = "saved-" + std::to_string(::getpid()) + '-' + std::to_string(++number);
    const std::string target = Plan::get().images() + '/' + name;
    return real::linkat(AT_FDCWD, path.c_str(), AT_FDCWD, target.c_str(), 0) == 0 ? name : "-";
}

} // namespace

void willWrite(int fd)
{
    struct stat st
    { };
    if (Plan::get().images().empty() || ::fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        return;
    }
    const std::string dirty = fileFor(st, ".dirty");
    if (exists(dirty)) {
        return;
    }
    if (const std::string image = fileFor(st, ".image"); st.st_size > 0 && !exists(image)) {
        copyContent(fd, image); // of an earlier life: durable by now
    }
    real::close(real::open(dirty.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

void synced(int fd)
{
    struct stat st
    { };
    if (Plan::get().images().empty() || ::fstat(fd, &st) != 0) {
        return;
    }
    if (S_ISDIR(st.st_mode)) {
        note("synced\t" + pathOf(fd) + '\n');
    } else if (S_ISREG(st.st_mode)) {
        copyContent(fd, fileFor(st, ".image"));
        real::unlinkat(AT_FDCWD, fileFor(st, ".dirty").c_str(), 0);
    }
}

void willRename(const std::string &from, const std::string &to)
{
    struct stat st
    { };
    if (Plan::get().images().empty() || !isLocal(Plan::get().place(to)) || ::stat(from.c_str(), &st) != 0) {
        return;
    }
    note("renamed\t" + std::to_string(st.st_ino) + '\t' + save(to) + '\t' + from + '\t' + to + '\n');
}

void willRemove(const std::string &path)
{
    if (!Plan::get().images().empty() && isLocal(Plan::get().place(path))) {
        note("removed\t" + save(path) + '\t' + path + '\n');
    }
}

} // namespace crashshim::images
