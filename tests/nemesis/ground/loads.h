// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/ids.h"

#include <QByteArray>

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

namespace dtf {

/// A thread that does something again and again until it is stopped.
class Repeater
{
public:
    /// `round`: true to be called again after `pauseMs`.
    void begin(int pauseMs, std::function<bool()> round);
    void end();
    ~Repeater() { end(); }
    Repeater() = default;
    Repeater(const Repeater &) = delete;
    Repeater &operator=(const Repeater &) = delete;

private:
    std::thread m_thread;
    int m_wakeUp[2] = {-1, -1}; ///< a pipe
};

/// Posts a node's heartbeats over one kept connection, one after the other, and measures each answer.
class BeatMeter
{
public:
    struct Figures
    {
        qsizetype answers = 0;
        qsizetype refusals = 0; ///< anything but 200, and connections that broke
        double p50 = 0; ///< ms
        double p99 = 0;
        double worst = 0;
    };
    BeatMeter(quint16 port, const QByteArray &node, const QByteArray &token);
    void beReady() { m_ready = true; } ///< to take files; before begin()
    [[nodiscard]] const BootId &boot() const { return m_boot; }
    void begin(int pauseMs = 10);
    /// Of all since begin(), or the last call.
    [[nodiscard]] Figures end();

private:
    [[nodiscard]] bool beatOnce();

    quint16 m_port;
    QByteArray m_node;
    QByteArray m_token;
    BootId m_boot = BootId::generate();
    qint64 m_seq = 0;
    int m_socket = -1;
    bool m_ready = false;
    qsizetype m_refusals = 0;
    std::vector<double> m_times;
    Repeater m_repeater;
};

/// `count` connections from many addresses that send a request's head byte by byte; whoever is thrown out comes back.
class SlowCrowd
{
public:
    SlowCrowd(quint16 port, int count);
    ~SlowCrowd();
    void begin();
    void end();
    [[nodiscard]] int open() const { return m_open; } ///< at the last round

private:
    void round();

    quint16 m_port;
    std::vector<int> m_sockets;
    std::vector<size_t> m_sent;
    std::atomic<int> m_open = 0;
    Repeater m_repeater;
};

void print(const char *what, const BeatMeter::Figures &figures);

} // namespace dtf
