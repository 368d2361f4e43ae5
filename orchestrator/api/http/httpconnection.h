// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "orchestrator/api/http/httpcounters.h"
#include "orchestrator/api/http/httphandler.h"
#include "orchestrator/api/http/httplimits.h"
#include "orchestrator/api/http/httpparser.h"

#include <QObject>

#include <memory>

class QSslSocket;
class QTcpSocket;

namespace dtf {

/// One keep-alive connection, with TLS when its socket is a QSslSocket (the handshake counts to the first head's time): requests
/// one after the other; what is pipelined waits in the socket, whose buffer is bounded. Owns the socket until it is upgraded.
/// Deletes itself (later) when the connection ends. Thread: main.
class HttpConnection final : public QObject
{
public:
    HttpConnection(QTcpSocket *socket, HttpHandler &handler, const HttpLimits &limits, const Clock &clock, HttpCounters &counters,
        QObject *parent);

    /// Looks at the deadline; called every tick.
    void expire(MonoTime now);
    /// This process did not run for `pause`: that is not the peer's fault.
    void forgive(milliseconds pause) { m_deadline = m_deadline + pause; }

private:
    enum class State { Hello, Idle, Head, Body, Handling, Answering, Draining, Gone };
    void readable();
    void readHello();
    void readHead();
    void readBody();
    void decide(HttpVerdict verdict);
    void runRequest();
    void refuse(HttpResponse response);
    void answer(const HttpResponse &response);
    void written();
    void answered();
    void drain();
    void handOver(const HttpUpgrade &upgrade);
    void finish();
    void until(milliseconds limit) { m_deadline = m_clock.now().mono + limit; }

    QTcpSocket *m_socket;
    QSslSocket *m_tls; ///< the same socket, or null
    HttpHandler &m_handler;
    const HttpLimits &m_limits;
    const Clock &m_clock;
    HttpCounters &m_counters;
    State m_state;
    MonoTime m_deadline;
    std::unique_ptr<HttpParser> m_parser;
    HttpAcceptance m_accepted;
    HttpPeer m_peer;
    quint64 m_serial = 0; ///< of the request being handled: a late answer finds another number
    qint64 m_drained = 0;
    bool m_closeAfter = false;
    bool m_inWrite = false;
};

} // namespace dtf
