// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "common/core/error.h"
#include "common/net/tlstrust.h"

#include <QByteArray>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QObject>
#include <QPointer>
#include <QSet>
#include <QUrl>

#include <functional>
#include <optional>

class QNetworkReply;

namespace dtf {

/// What came back of one request.
struct JsonReply
{
    Result<QJsonObject> result; ///< the body of a 2xx answer, or what went wrong
    int status = 0; ///< HTTP status, 0: no answer
    QJsonObject body; ///< also of a refusal (409 carries the truth), when it was JSON
};

/// Asks an HTTP server for JSON. An https server that is not trusted gets no request. Never blocks; every request has a deadline
/// from its first byte to its last, a bound on the answer's size, no redirects, no cookies, no proxy, no compression. Thread: its
/// own.
class JsonClient final : public QObject
{
    Q_OBJECT

public:
    struct Options
    {
        QUrl base; ///< http(s)://host:port
        QByteArray token; ///< bearer token; empty: none
        milliseconds deadline {10'000};
        qint64 maxAnswerBytes = qint64 {16} * 1024 * 1024;
        int maxInFlight = 64; ///< more are refused as TooMany
        TlsTrust trust = {}; ///< of an https server
    };
    /// Called exactly once per request, from the event loop, never from within a call of this class; not called when `context` or
    /// the client is gone before.
    using Callback = std::function<void(const JsonReply &)>;

    explicit JsonClient(Options options, QObject *parent = nullptr);
    ~JsonClient() override;

    /// `context` must not be null. `target`: path and query ("/api/v1/jobs?state=hold"). `deadline`: instead of the one in the
    /// options.
    void get(const QString &target, QObject *context, Callback callback, std::optional<milliseconds> deadline = {});
    void post(const QString &target, const QJsonObject &body, QObject *context, Callback callback,
        std::optional<milliseconds> deadline = {});

    void setToken(const QByteArray &token) { m_options.token = token; }
    [[nodiscard]] qsizetype inFlight() const { return m_open.size(); }
    /// Ends all open requests; their callbacks get Cancelled.
    void cancelAll();

private:
    struct Request;
    void send(
        const QString &target, const std::optional<QByteArray> &body, QObject *context, Callback callback, milliseconds deadline);
    void finish(Request *request, std::optional<Error> ownReason);
    [[nodiscard]] Error failureOf(const QNetworkReply &reply) const;

    Options m_options;
    QNetworkAccessManager m_manager;
    QSet<Request *> m_open; ///< children of the client
    std::optional<Error> m_refusal; ///< of the server's certificate, since its last answer
};

/// The code for an HTTP status that says nothing more: 401 Unauthorised, 403 Forbidden, 404 NotFound, 408 Timeout, 409 Stale, 413
/// TooLarge, 426 VersionMismatch, 429 TooMany, 502–504 Unavailable, other 4xx InvalidArgument, else Internal.
[[nodiscard]] ErrorCode errorCodeOfStatus(int status);

} // namespace dtf
