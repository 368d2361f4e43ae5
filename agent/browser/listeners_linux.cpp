// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/browser/processes.h"

#include <QDir>
#include <QFile>

#include <cstring>

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int maxMessages = 1'000; ///< of the kernel, of some KiB each

struct Found
{
    PortListener listener;
    QByteArray inode; ///< "socket:[123]", as /proc/<pid>/fd shows it
};

Found toFound(bool six, const quint32 (&source)[4], quint64 inode)
{
    char text[INET6_ADDRSTRLEN] = {};
    ::inet_ntop(six ? AF_INET6 : AF_INET, source, text, sizeof text);
    Found found;
    found.listener.address = QString::fromLatin1(text);
    found.listener.loopback4 =
        found.listener.address == "127.0.0.1"_L1 || found.listener.address == "0.0.0.0"_L1 || found.listener.address == "::"_L1;
    found.inode = "socket:[" + QByteArray::number(inode) + ']';
    return found;
}

/// Asks the kernel for the listeners only (sock_diag(7)). Reading /proc/net/tcp instead walks the hash table of all connections:
/// 5 ms and more each time, whatever it holds, and a starting browser's port is looked at a hundred times.
bool listenersOfFamily(int fd, int family, int port, QList<Found> &found)
{
    struct
    {
        nlmsghdr head;
        inet_diag_req_v2 request;
    } ask {};
    ask.head.nlmsg_len = sizeof ask;
    ask.head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    ask.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    ask.request.sdiag_family = static_cast<__u8>(family);
    ask.request.sdiag_protocol = IPPROTO_TCP;
    ask.request.idiag_states = 1U << TCP_LISTEN;
    if (::send(fd, &ask, sizeof ask, 0) != static_cast<ssize_t>(sizeof ask)) {
        return false;
    }
    for (int i = 0; i < maxMessages; ++i) {
        alignas(nlmsghdr) char buffer[32'768];
        const ssize_t size = ::recv(fd, buffer, sizeof buffer, 0);
        if (size <= 0) {
            return false;
        }
        for (size_t at = 0; at + sizeof(nlmsghdr) <= static_cast<size_t>(size);) {
            nlmsghdr head {};
            std::memcpy(&head, buffer + at, sizeof head);
            if (head.nlmsg_type == NLMSG_DONE) {
                return true;
            }
            if (head.nlmsg_type == NLMSG_ERROR || head.nlmsg_len < sizeof head
                || at + head.nlmsg_len > static_cast<size_t>(size)) {
                return false;
            }
            if (head.nlmsg_len >= NLMSG_LENGTH(sizeof(inet_diag_msg))) {
                inet_diag_msg row {};
                std::memcpy(&row, buffer + at + NLMSG_HDRLEN, sizeof row);
                if (ntohs(row.id.idiag_sport) == port) {
                    found.append(toFound(row.idiag_family == AF_INET6, row.id.idiag_src, row.idiag_inode));
                }
            }
            at += NLMSG_ALIGN(head.nlmsg_len);
        }
    }
    return false;
}

/// For kernels without sock_diag.
QList<Found> listenersInProc(int port)
{
    QList<Found> found;
    const QByteArray portHex = ':' + QByteArray::number(port, 16).toUpper().rightJustified(4, '0');
    for (const QString &path : {u"/proc/net/tcp"_s, u"/proc/net/tcp6"_s}) {
        QFile table(path);
        if (!table.open(QIODevice::ReadOnly)) {
            continue;
        }
        table.readLine(); // the heads
        for (;;) {
            // sl local_address rem_address st … inode is the tenth word (proc(5)); state 0A is LISTEN, and the listeners come
            // first
            const QByteArrayList words = table.readLine(512).simplified().split(' ');
            if (words.size() < 10 || words.at(3) != "0A") {
                break;
            }
            if (words.at(1).endsWith(portHex)) {
                // four bytes in host order each, so the words are inet_ntop's once read as numbers
                const QByteArray hex = words.at(1).chopped(5);
                quint32 source[4] = {};
                for (qsizetype i = 0; i < hex.size() / 8 && i < 4; ++i) {
                    source[i] = hex.mid(i * 8, 8).toUInt(nullptr, 16);
                }
                found.append(toFound(hex.size() == 32, source, words.at(9).toULongLong()));
            }
        }
    }
    return found;
}

QList<Found> listenersOfMachine(int port)
{
    QList<Found> found;
    const int fd = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (fd < 0) {
        return listenersInProc(port);
    }
    const bool asked = listenersOfFamily(fd, AF_INET, port, found) && listenersOfFamily(fd, AF_INET6, port, found);
    ::close(fd);
    return asked ? found : listenersInProc(port);
}

} // namespace

QList<PortListener> listenersOn(int port, const QList<qint64> &candidates)
{
    QList<Found> found = listenersOfMachine(port);
    for (const qint64 pid : candidates) {
        if (found.isEmpty()) {
            break;
        }
        const QDir fds(u"/proc/%1/fd"_s.arg(pid));
        const QStringList names = fds.entryList(QDir::Files | QDir::System | QDir::NoDotAndDotDot, QDir::Unsorted);
        for (const QString &name : names) {
            char target[64] = {};
            const QByteArray link = QFile::encodeName(fds.filePath(name));
            const ssize_t size = ::readlink(link.constData(), target, sizeof target - 1);
            for (Found &f : found) {
                if (size > 0 && f.inode == QByteArrayView(target, size)) {
                    f.listener.pid = pid;
                }
            }
        }
    }
    QList<PortListener> listeners;
    for (const Found &f : found) {
        listeners.append(f.listener);
    }
    return listeners;
}

} // namespace dtf
