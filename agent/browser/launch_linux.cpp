// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/browser/processes.h"

#include <QFile>
#include <QStandardPaths>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <vector>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

QString errorText(int number)
{
    return QString::fromLocal8Bit(::strerrordesc_np(number));
}

/// A stale lock's socket refuses or is gone. A stopped browser still accepts (the kernel does it), so Busy is the safe answer
/// then.
bool somebodyAccepts(const QByteArray &socketPath)
{
    sockaddr_un address {};
    if (socketPath.isEmpty() || static_cast<size_t>(socketPath.size()) >= sizeof address.sun_path) {
        return false;
    }
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, socketPath.constData(), static_cast<size_t>(socketPath.size()));
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return true;
    }
    const bool accepted = ::connect(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0 || errno == EAGAIN;
    ::close(fd);
    return accepted;
}

QByteArray linkTarget(const QByteArray &path)
{
    char target[512] = {};
    const ssize_t size = ::readlink(path.constData(), target, sizeof target - 1);
    return size > 0 ? QByteArray(target, size) : QByteArray();
}

} // namespace

Result<ProcessEntry> launchDetached(const LaunchRequest &request)
{
    std::vector<QByteArray> words {QFile::encodeName(request.program)};
    words.reserve(static_cast<size_t>(request.arguments.size()) + 1);
    for (const QString &argument : request.arguments) {
        words.push_back(argument.toUtf8());
    }
    std::vector<char *> argv;
    argv.reserve(words.size() + 1);
    for (QByteArray &word : words) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);

    const QByteArray log = request.logFile.isEmpty() ? "/dev/null"_ba : QFile::encodeName(request.logFile);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, log.constData(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    pid_t pid = 0;
    const int error = posix_spawnp(&pid, argv.at(0), &actions, &attributes, argv.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        return fail(ErrorCode::SpawnFailed, u"%1: %2"_s.arg(request.program, errorText(error)));
    }
    if (auto entry = processEntry(pid)) {
        return *entry;
    }
    ProcessEntry ended; // already a zombie: its watcher will tell so
    ended.pid = pid;
    ended.sameUser = true;
    return ended;
}

Result<QString> findBrowserProgram()
{
    for (const QString &name : {u"google-chrome-stable"_s, u"google-chrome"_s, u"chromium"_s, u"chromium-browser"_s}) {
        const QString path = QStandardPaths::findExecutable(name);
        if (!path.isEmpty()) {
            return path;
        }
    }
    return fail(ErrorCode::NotFound, u"neither Chrome nor Chromium is installed; name it in browser.program"_s);
}

Result<QString> removeStaleLock(const QString &profile)
{
    const QByteArray dir = QFile::encodeName(profile);
    struct stat info
    { };
    if (::lstat((dir + "/SingletonLock").constData(), &info) != 0
        && ::lstat((dir + "/SingletonSocket").constData(), &info) != 0) {
        return QString();
    }
    if (::stat(dir.constData(), &info) != 0 || info.st_uid != ::geteuid()) {
        return fail(ErrorCode::PermissionDenied, u"the profile folder %1 belongs to another user"_s.arg(profile));
    }
    if (somebodyAccepts(linkTarget(dir + "/SingletonSocket"))) {
        return fail(ErrorCode::Busy, u"a browser that isn't visible here still holds the profile %1"_s.arg(profile));
    }
    const QByteArray lock = linkTarget(dir + "/SingletonLock");
    for (const char *name : {"/SingletonLock", "/SingletonCookie", "/SingletonSocket"}) {
        if (::unlink((dir + name).constData()) != 0 && errno != ENOENT) {
            return fail(ErrorCode::IoError, u"%1%2: %3"_s.arg(profile, QString::fromLatin1(name), errorText(errno)));
        }
    }
    return QString::fromUtf8(lock);
}

} // namespace dtf
