// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/api/http/httpserver.h"
#include "tests/orchestrator/api/rawclient.h"

namespace dtf::echoserver {

/// Echoes what it understood; /never keeps the caller waiting, /large answers 8 MB.
class EchoHandler final : public HttpHandler
{
public:
    HttpVerdict judge(const HttpHead &head, const HttpPeer &) override
    {
        ++judged;
        if (head.path == "/refuse") {
            return HttpRefusal {text(403, "no")};
        }
        return HttpAcceptance {1024 * 1024, [this, head](const QByteArray &body, const HttpResponder &respond) {
                                   lastBody = body;
                                   if (head.path == "/never") {
                                       late = respond;
                                   } else if (head.path == "/large") {
                                       respond(text(200, QByteArray(8'000'000, 'x')));
                                   } else {
                                       respond(text(200, head.method + ' ' + head.path + ' ' + QByteArray::number(body.size())));
                                   }
                               }};
    }
    HttpResponse failure(int status) override { return text(status, "failed"); }
    HttpResponse plainWhereTls() override { return text(400, "TLS is spoken here"); }
    static HttpResponse text(int status, const QByteArray &body)
    {
        HttpResponse response;
        response.status = status;
        response.contentType = "text/plain";
        response.body = body;
        return response;
    }
    int judged = 0;
    QByteArray lastBody;
    HttpResponder late;
};

inline const QByteArray host = "Host: localhost\r\n";

inline QByteArray get(const QByteArray &path)
{
    return "GET " + path + " HTTP/1.1\r\n" + host + "\r\n";
}

inline QByteArray post(const QByteArray &path, const QByteArray &body)
{
    return "POST " + path + " HTTP/1.1\r\n" + host + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

/// The machine's clock, and what the test adds to it.
class JumpClock final : public Clock
{
public:
    [[nodiscard]] Now now() const override
    {
        ++reads;
        const Now real = m_real.now();
        return {real.mono + jump, real.wall};
    }
    milliseconds jump {0};
    mutable int reads = 0; ///< each tick of the server reads it

private:
    SystemClock m_real;
};

struct Server
{
    explicit Server(const HttpLimits &limits = {}, const std::optional<QSslConfiguration> &tls = {})
        : server(handler, limits, clock)
    {
        if (tls) {
            server.setTls(*tls);
        }
        port = server.start(QHostAddress(QHostAddress::LocalHost), 0).value_or(0);
    }
    EchoHandler handler;
    JumpClock clock;
    HttpServer server;
    quint16 port = 0;
};

} // namespace dtf::echoserver
