// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/nemesis/ground/loads.h"

#include "common/protocol/codec.h"
#include "common/protocol/version.h"

#include <QElapsedTimer>
#include <QJsonDocument>

#include <algorithm>
#include <cstdio>

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace dtf {

namespace {

/// From 127.0.`network`.1; −1: refused.
int connectTo(quint16 port, int network, bool blocking)
{
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in from {};
    from.sin_family = AF_INET;
    from.sin_addr.s_addr = htonl(0x7f000001U | static_cast<quint32>(network) << 8);
    sockaddr_in to {};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval limit {10, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (::bind(fd, reinterpret_cast<const sockaddr *>(&from), sizeof from) != 0
        || ::connect(fd, reinterpret_cast<const sockaddr *>(&to), sizeof to) != 0) {
        ::close(fd);
        return -1;
    }
    if (!blocking) {
        ::fcntl(fd, F_SETFL, O_NONBLOCK);
    }
    return fd;
}

} // namespace

void Repeater::begin(int pauseMs, std::function<bool()> round)
{
    if (::pipe2(m_wakeUp, O_CLOEXEC) != 0) {
        qFatal("no pipe");
    }
    m_thread = std::thread([this, pauseMs, round = std::move(round)] {
        pollfd stopped {m_wakeUp[0], POLLIN, 0};
        while (round() && ::poll(&stopped, 1, pauseMs) == 0) { }
    });
}

void Repeater::end()
{
    if (m_thread.joinable()) {
        (void)!::write(m_wakeUp[1], "x", 1);
        m_thread.join();
        ::close(m_wakeUp[0]);
        ::close(m_wakeUp[1]);
    }
}

BeatMeter::BeatMeter(quint16 port, const QByteArray &node, const QByteArray &token)
    : m_port(port)
    , m_node(node)
    , m_token(token)
{ }

void BeatMeter::begin(int pauseMs)
{
    m_times.clear();
    m_refusals = 0;
    m_repeater.begin(pauseMs, [this] {
        QElapsedTimer took;
        took.start();
        if (beatOnce()) {
            m_times.push_back(static_cast<double>(took.nsecsElapsed()) / 1e6);
        } else {
            ++m_refusals;
            ::close(std::exchange(m_socket, -1));
        }
        return true;
    });
}

bool BeatMeter::beatOnce()
{
    if (m_socket < 0 && (m_socket = connectTo(m_port, 0, true)) < 0) {
        return false;
    }
    Heartbeat beat;
    beat.protocol = protocolVersion;
    beat.node = *NodeName::parse(m_node);
    beat.boot = m_boot;
    beat.seq = ++m_seq;
    beat.machine = "machine-of-" + m_node;
    beat.machineBoot = "boot";
    beat.browserConnected = m_ready;
    beat.browserState = m_ready ? BrowserState::Ready : BrowserState::Disconnected;
    const QByteArray body = QJsonDocument(toJson(beat)).toJson(QJsonDocument::Compact);
    const QByteArray request = "POST /api/v1/heartbeat HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + m_token
        + "\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
    if (::send(m_socket, request.constData(), static_cast<size_t>(request.size()), MSG_NOSIGNAL) != request.size()) {
        return false;
    }
    QByteArray answer;
    for (;;) {
        char block[8192];
        const ssize_t got = ::recv(m_socket, block, sizeof block, 0);
        if (got <= 0) {
            return false;
        }
        answer.append(block, got);
        const qsizetype head = answer.indexOf("\r\n\r\n");
        const qsizetype length = answer.toLower().indexOf("content-length: ");
        if (head > 0 && length > 0) {
            const qsizetype from = length + 16;
            if (answer.size() >= head + 4 + answer.mid(from, answer.indexOf('\r', from) - from).toLongLong()) {
                return answer.startsWith("HTTP/1.1 200");
            }
        }
    }
}

BeatMeter::Figures BeatMeter::end()
{
    m_repeater.end();
    ::close(std::exchange(m_socket, -1));
    Figures figures;
    figures.answers = static_cast<qsizetype>(m_times.size());
    figures.refusals = m_refusals;
    if (!m_times.empty()) {
        std::sort(m_times.begin(), m_times.end());
        figures.p50 = m_times[m_times.size() / 2];
        figures.p99 = m_times[m_times.size() * 99 / 100];
        figures.worst = m_times.back();
    }
    return figures;
}

SlowCrowd::SlowCrowd(quint16 port, int count)
    : m_port(port)
    , m_sockets(static_cast<size_t>(count), -1)
    , m_sent(static_cast<size_t>(count), 0)
{ }

SlowCrowd::~SlowCrowd()
{
    end();
}

void SlowCrowd::begin()
{
    round();
    m_repeater.begin(200, [this] {
        round();
        return true;
    });
}

void SlowCrowd::round()
{
    static constexpr char request[] = "POST /api/v1/heartbeat HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";
    int open = 0;
    for (size_t i = 0; i < m_sockets.size(); ++i) {
        if (m_sockets[i] < 0) {
            m_sockets[i] = connectTo(m_port, 1 + static_cast<int>(i / 40), false);
            m_sent[i] = 0;
            if (m_sockets[i] < 0) {
                continue;
            }
        }
        const char next = m_sent[i] < sizeof request - 1 ? request[m_sent[i]] : 'x';
        char rest[512];
        const ssize_t got = ::recv(m_sockets[i], rest, sizeof rest, MSG_DONTWAIT);
        if (got >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK) || ::send(m_sockets[i], &next, 1, MSG_NOSIGNAL) != 1) {
            ::close(std::exchange(m_sockets[i], -1)); // answered with 408 or thrown out: once more
            continue;
        }
        ++m_sent[i];
        ++open;
    }
    m_open = open;
}

void SlowCrowd::end()
{
    m_repeater.end();
    for (int &socket : m_sockets) {
        if (socket >= 0) {
            ::close(std::exchange(socket, -1));
        }
    }
}

void print(const char *what, const BeatMeter::Figures &figures)
{
    std::printf("measured: heartbeats %s: %lld answered, %lld refused, p50 %.2f ms, p99 %.2f ms, worst %.1f ms\n", what,
        static_cast<long long>(figures.answers), static_cast<long long>(figures.refusals), figures.p50, figures.p99,
        figures.worst);
    std::fflush(stdout);
}

} // namespace dtf
