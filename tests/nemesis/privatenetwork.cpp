// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/nemesis/privatenetwork.h"

#include <QProcess>
#include <QStandardPaths>

#include <cerrno>
#include <cstring>

#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

QString tool(const QString &name)
{
    return QStandardPaths::findExecutable(name, {u"/usr/sbin"_s, u"/sbin"_s, u"/usr/bin"_s, u"/bin"_s});
}

bool run(const QString &program, const QStringList &arguments, const QByteArray &input = {})
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(tool(program), arguments);
    process.write(input);
    process.closeWriteChannel();
    const bool good = process.waitForFinished(20'000) && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0;
    if (!good) {
        qWarning("%s %s: %s", qPrintable(program), qPrintable(arguments.join(u' ')), process.readAll().constData());
    }
    return good;
}

bool raiseLoopback()
{
    const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ifreq request {};
    std::strncpy(request.ifr_name, "lo", IFNAMSIZ - 1);
    bool good = fd >= 0 && ::ioctl(fd, SIOCGIFFLAGS, &request) == 0;
    request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
    good = good && ::ioctl(fd, SIOCSIFFLAGS, &request) == 0;
    ::close(fd);
    return good;
}

QString nameOf(int number)
{
    return u"dtf-n%1-%2"_s.arg(::getpid()).arg(number);
}

} // namespace

QString enterPrivateNetwork()
{
    if (::geteuid() != 0) {
        return u"only root can make a private network"_s;
    }
    for (const QString &program : {u"ip"_s, u"nft"_s}) {
        if (tool(program).isEmpty()) {
            return program + u" is not installed (packages iproute2, nftables)"_s;
        }
    }
    if (::unshare(CLONE_NEWNET | CLONE_NEWNS) != 0) {
        return u"no private network here: "_s + QString::fromLocal8Bit(std::strerror(errno));
    }
    (void)::mkdir("/run/netns", 0755);
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0
        || ::mount("dtf-nemesis", "/run/netns", "tmpfs", 0, "mode=0755") != 0 || !raiseLoopback()) {
        return u"the private network is no use: "_s + QString::fromLocal8Bit(std::strerror(errno));
    }
    return {};
}

NodeLinks::~NodeLinks()
{
    (void)healAll();
    for (qsizetype i = 0; i < m_namespaces.size(); ++i) { // a namespace may live on for a moment and keep its end
        (void)run(u"ip"_s, {u"link"_s, u"del"_s, u"dtfo%1"_s.arg(i + 1)});
        (void)run(u"ip"_s, {u"netns"_s, u"del"_s, m_namespaces[i]});
    }
}

QString NodeLinks::loopbackAddress(int number)
{
    return u"127.0.0.%1"_s.arg(10 + number);
}

QString NodeLinks::orchestratorAddress(int number)
{
    return u"10.99.%1.1"_s.arg(number);
}

bool NodeLinks::addNamespace(int number)
{
    const QString name = nameOf(number);
    const QString outer = u"dtfo%1"_s.arg(number);
    const QString inner = u"dtfi%1"_s.arg(number);
    m_namespaces.append(name);
    const QStringList in {u"netns"_s, u"exec"_s, name, tool(u"ip"_s)};
    return run(u"ip"_s, {u"netns"_s, u"add"_s, name})
        && run(u"ip"_s, {u"link"_s, u"add"_s, outer, u"type"_s, u"veth"_s, u"peer"_s, u"name"_s, inner, u"netns"_s, name})
        && run(u"ip"_s, {u"addr"_s, u"add"_s, orchestratorAddress(number) + u"/24"_s, u"dev"_s, outer})
        && run(u"ip"_s, {u"link"_s, u"set"_s, outer, u"up"_s})
        && run(u"ip"_s, in + QStringList {u"link"_s, u"set"_s, u"lo"_s, u"up"_s})
        && run(u"ip"_s, in + QStringList {u"addr"_s, u"add"_s, u"10.99.%1.2/24"_s.arg(number), u"dev"_s, inner})
        && run(u"ip"_s, in + QStringList {u"link"_s, u"set"_s, inner, u"up"_s});
}

QStringList NodeLinks::launcher(int number) const
{
    return {tool(u"ip"_s), u"netns"_s, u"exec"_s, nameOf(number)};
}

bool NodeLinks::setCable(int number, bool in) const
{
    return run(u"ip"_s, {u"link"_s, u"set"_s, u"dtfo%1"_s.arg(number), in ? u"up"_s : u"down"_s});
}

bool NodeLinks::cut(int number, Cut how)
{
    m_cuts.insert(number, how);
    return writeRules();
}

bool NodeLinks::healAll()
{
    m_cuts.clear();
    return writeRules();
}

/// Both kinds of node have an address of the orchestrator that is theirs alone.
bool NodeLinks::writeRules() const
{
    QByteArray rules = "table inet dtf_nemesis {}\nflush table inet dtf_nemesis\ntable inet dtf_nemesis {\n"
                       "chain arriving { type filter hook input priority 0;\n";
    const QByteArray port = QByteArray::number(m_port);
    for (auto link = m_cuts.cbegin(); link != m_cuts.cend(); ++link) {
        if (link.value() == Cut::Both || link.value() == Cut::ToOrchestrator) {
            for (const QString &address : {loopbackAddress(link.key()), orchestratorAddress(link.key())}) {
                rules += "ip daddr " + address.toLatin1() + " tcp dport " + port + " drop\n";
            }
        }
    }
    rules += "}\nchain leaving { type filter hook output priority 0;\n";
    for (auto link = m_cuts.cbegin(); link != m_cuts.cend(); ++link) {
        if (link.value() == Cut::Both || link.value() == Cut::FromOrchestrator) {
            for (const QString &address : {loopbackAddress(link.key()), orchestratorAddress(link.key())}) {
                rules += "ip saddr " + address.toLatin1() + " tcp sport " + port + " drop\n";
            }
        }
    }
    return run(u"nft"_s, {u"-f"_s, u"-"_s}, rules + "}\n}\n");
}

} // namespace dtf
