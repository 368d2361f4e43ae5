// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "common/core/error.h"
#include "orchestrator/api/http/httpcounters.h"
#include "orchestrator/api/http/httphandler.h"
#include "orchestrator/api/http/httplimits.h"

#include <QHash>
#include <QSet>
#include <QSslConfiguration>
#include <QTcpServer>
#include <QTimer>

#include <optional>

namespace dtf {

class HttpConnection;

/// The port: accepts, counts, keeps the deadlines of all connections with one timer. Upgraded sockets count until they are
/// destroyed. `handler` and `clock` outlive it. Thread: main.
class HttpServer final : public QTcpServer
{
public:
    HttpServer(HttpHandler &handler, const HttpLimits &limits, const Clock &clock, QObject *parent = nullptr);
    ~HttpServer() override;

    /// From now on this port speaks TLS only. Before start().
    void setTls(const QSslConfiguration &tls) { m_tls = tls; }
    /// Port 0: any free one. Gives the port. Unavailable when it can't be had.
    [[nodiscard]] Result<quint16> start(const QHostAddress &address, quint16 port);
    [[nodiscard]] const HttpCounters &counters() const { return m_counters; }

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    void tick();
    void leave(const QByteArray &who);

    HttpHandler &m_handler;
    const HttpLimits m_limits;
    const Clock &m_clock;
    HttpCounters m_counters;
    QHash<QByteArray, int> m_perAddress;
    QSet<HttpConnection *> m_connections;
    std::optional<QSslConfiguration> m_tls;
    QTimer m_ticker;
    MonoTime m_lastTick;
};

} // namespace dtf
