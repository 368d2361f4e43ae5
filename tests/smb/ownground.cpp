// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/smb/ownground.h"

#include <QFile>
#include <QProcess>
#include <QStandardPaths>

#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

const char *failedStep = "not tried";
int failedCode = 0;

bool loopbackUp()
{
    const int any = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ifreq request {};
    std::strncpy(request.ifr_name, "lo", IFNAMSIZ - 1);
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    const bool up = any >= 0 && ::ioctl(any, SIOCSIFFLAGS, &request) == 0;
    const int code = errno;
    ::close(any);
    errno = code;
    return up;
}

} // namespace

void enterOwnGround()
{
    failedStep = ::unshare(CLONE_NEWNS | CLONE_NEWNET) != 0                ? "unshare mounts and network"
        : ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ? "keep mounts to ourselves"
        : !loopbackUp()                                                    ? "bring the loopback up"
                                                                           : nullptr;
    failedCode = failedStep ? errno : 0;
}

QString whyNoOwnGround()
{
    if (failedStep) {
        return u"needs root with namespaces: %1: %2"_s.arg(
            QLatin1StringView(failedStep), QString::fromLocal8Bit(std::strerror(failedCode)));
    }
    if (::access("/dev/fuse", R_OK | W_OK) != 0) {
        return u"needs /dev/fuse"_s;
    }
    for (const QString &program : {u"smbd"_s, u"smbnetfs"_s, u"smbclient"_s, u"fusermount"_s}) {
        if (QStandardPaths::findExecutable(program).isEmpty()
            && QStandardPaths::findExecutable(program, {u"/usr/sbin"_s}).isEmpty()) {
            return u"needs %1 (installer/packages test)"_s.arg(program);
        }
    }
    QProcess python;
    python.start(u"/usr/bin/python3"_s, {u"-c"_s, u"import samba.samba3"_s});
    if (!python.waitForFinished(30'000) || python.exitCode() != 0) {
        return u"needs python3-samba (installer/packages test)"_s;
    }
    return {};
}

} // namespace dtf
