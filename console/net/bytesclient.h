// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "common/core/error.h"
#include "common/net/tlstrust.h"

#include <QByteArray>
#include <QNetworkAccessManager>
#include <QObject>
#include <QUrl>

#include <functional>
#include <optional>

class QNetworkReply;
class QNetworkRequest;

namespace dtf {

/// What came back where the answer is not JSON: a log, a picture.
struct BytesReply
{
    Result<QByteArray> result; ///< the body of a 2xx answer of the wanted type, or what went wrong
    int status = 0; ///< HTTP status, 0: no answer
};

/// JsonClient's sister for the two answers that are bytes, with the same guards: a deadline over all, a bound on the size, no
/// redirects, cookies, proxy or compression. Thread: its own; never blocks.
class BytesClient final : public QObject
{
public:
    struct Options
    {
        QUrl base; ///< http(s)://host:port
        QByteArray token; ///< bearer token; empty: none
        TlsTrust trust = {}; ///< of an https server
        qint64 maxAnswerBytes = qint64 {16} * 1024 * 1024;
    };
    /// Called once per request from the event loop; not called when `context` or the client is gone before.
    using Callback = std::function<void(const BytesReply &)>;

    explicit BytesClient(Options options, QObject *parent = nullptr);

    /// `type`: the only content type taken ("image/png"). `context` must not be null.
    void get(const QString &target, const QByteArray &type, QObject *context, Callback callback, milliseconds deadline);
    void post(const QString &target, const QByteArray &type, QObject *context, Callback callback, milliseconds deadline);

private:
    [[nodiscard]] QNetworkRequest request(const QString &target, const QByteArray &type) const;
    [[nodiscard]] Error failureOf(const QNetworkReply &reply) const;
    void await(QNetworkReply *reply, const QByteArray &type, QObject *context, Callback callback, milliseconds deadline);

    const Options m_options;
    QNetworkAccessManager m_manager;
    std::optional<Error> m_refusal; ///< of the server's certificate, since its last answer
};

} // namespace dtf
