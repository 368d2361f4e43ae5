// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/api/http/httpmessage.h"

#include <QHostAddress>

#include <functional>
#include <variant>

class QTcpSocket;

namespace dtf {

/// The two ends of a connection.
struct HttpPeer
{
    QHostAddress address;
    QHostAddress localAddress;
    quint16 localPort = 0;
};

/// Gives the answer to the connection it came from: once; later calls and calls after the connection is gone do nothing. Thread:
/// main.
using HttpResponder = std::function<void(HttpResponse)>;

/// Answered without reading any body; then the connection ends.
struct HttpRefusal
{
    HttpResponse response;
};
/// Wanted: the body, up to `bodyLimit` bytes (0: none allowed), then `run` once.
struct HttpAcceptance
{
    qint64 bodyLimit = 0;
    std::function<void(QByteArray body, HttpResponder respond)> run;
};
/// The socket leaves HTTP: head unread inside, no signal connected, no parent; `take` owns it from here on.
struct HttpUpgrade
{
    std::function<void(QTcpSocket *socket)> take;
};
using HttpVerdict = std::variant<HttpRefusal, HttpAcceptance, HttpUpgrade>;

/// Judges each head before one byte of its body is read. Thread: main.
class HttpHandler
{
public:
    HttpHandler() = default;
    HttpHandler(const HttpHandler &) = delete;
    HttpHandler &operator=(const HttpHandler &) = delete;
    virtual ~HttpHandler() = default;
    [[nodiscard]] virtual HttpVerdict judge(const HttpHead &head, const HttpPeer &peer) = 0;
    /// The answer to bytes that are no request, to one that is too slow (408) or whose answer is too slow (503).
    [[nodiscard]] virtual HttpResponse failure(int status) = 0;
    /// The answer, in the clear, to one who speaks plain HTTP where TLS is spoken. Nothing of the request was read.
    [[nodiscard]] virtual HttpResponse plainWhereTls() = 0;
};

} // namespace dtf
