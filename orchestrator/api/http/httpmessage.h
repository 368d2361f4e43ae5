// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <optional>

namespace dtf {

/// The head of one request, after the grammar was checked. Only the fields that anything here looks at; each of them came at most
/// once.
struct HttpHead
{
    QByteArray method; ///< as sent, "GET"
    QByteArray path; ///< origin-form before '?', undecoded, starts with '/'
    QByteArray query; ///< undecoded, without '?'
    QByteArray host;
    std::optional<QByteArray> origin;
    QByteArray authorization;
    QByteArray contentType;
    QByteArray webSocketKey;
    QByteArray webSocketVersion;
    bool upgradeWebSocket = false; ///< Connection: upgrade and Upgrade: websocket
    bool keepAlive = true;
    bool expectContinue = false;
    bool chunked = false;
    qint64 contentLength = 0; ///< announced; 0 also when chunked
    [[nodiscard]] bool hasBody() const { return chunked || contentLength > 0; }
};

/// One answer. Cache-Control: no-store and X-Content-Type-Options: nosniff are added to all of them.
struct HttpResponse
{
    int status = 200;
    QByteArray contentType = "application/json";
    QByteArray body;
    QByteArray allow; ///< 405: the methods that do exist
    int retryAfterSeconds = 0; ///< 429, 503
    bool close = false; ///< the connection ends after this answer
};

[[nodiscard]] QByteArray reasonPhrase(int status);
/// The bytes to send.
[[nodiscard]] QByteArray serialised(const HttpResponse &response, bool keepAlive);

} // namespace dtf
