// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/net/jsonclient.h"

#include "common/protocol/codec.h"

#include <QNetworkProxy>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QTimer>

#include <utility>

namespace dtf {

using namespace Qt::StringLiterals;

struct JsonClient::Request final : public QObject
{
    using QObject::QObject;

    QPointer<QNetworkReply> reply;
    QPointer<QObject> context;
    Callback callback;
    QByteArray answer;
    QTimer deadline;
};

namespace {

ErrorCode errorCodeOfNetwork(QNetworkReply::NetworkError error)
{
    switch (error) {
    case QNetworkReply::TimeoutError:
        return ErrorCode::Timeout;
    case QNetworkReply::OperationCanceledError:
        return ErrorCode::Cancelled;
    case QNetworkReply::ProtocolFailure:
    case QNetworkReply::ProtocolUnknownError:
    case QNetworkReply::ProtocolInvalidOperationError:
        return ErrorCode::ParseError;
    default:
        return ErrorCode::Unavailable;
    }
}

/// Judges a whole answer.
JsonReply judged(int status, const QByteArray &answer, qint64 maxBytes)
{
    JsonReply reply {fail(ErrorCode::Internal), status, {}};
    const auto body = answer.isEmpty() && status == 204 ? QJsonObject() : parseObject(answer, maxBytes);
    if (body) {
        reply.body = *body;
    }
    if (status >= 200 && status < 300) {
        reply.result = body;
    } else if (status < 400) {
        reply.result = fail(ErrorCode::Unavailable, u"HTTP %1: redirections are not followed"_s.arg(status));
    } else if (const auto refusal = fromJson<ApiError>(reply.body)) {
        reply.result = fail(refusal->code, refusal->detail);
    } else {
        reply.result = fail(errorCodeOfStatus(status), u"HTTP %1"_s.arg(status));
    }
    return reply;
}

} // namespace

ErrorCode errorCodeOfStatus(int status)
{
    switch (status) {
    case 401:
        return ErrorCode::Unauthorised;
    case 403:
        return ErrorCode::Forbidden;
    case 404:
        return ErrorCode::NotFound;
    case 408:
        return ErrorCode::Timeout;
    case 409:
        return ErrorCode::Stale;
    case 413:
        return ErrorCode::TooLarge;
    case 426:
        return ErrorCode::VersionMismatch;
    case 429:
        return ErrorCode::TooMany;
    case 502:
    case 503:
    case 504:
        return ErrorCode::Unavailable;
    default:
        return status >= 400 && status < 500 ? ErrorCode::InvalidArgument : ErrorCode::Internal;
    }
}

JsonClient::JsonClient(Options options, QObject *parent)
    : QObject(parent)
    , m_options(std::move(options))
{
    m_manager.setProxy(QNetworkProxy::NoProxy);
    m_manager.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
}

JsonClient::~JsonClient()
{
    for (Request *request : std::exchange(m_open, {})) {
        if (request->reply) {
            request->reply->disconnect(request);
            request->reply->abort();
        }
    }
}

void JsonClient::get(const QString &target, QObject *context, Callback callback, std::optional<milliseconds> deadline)
{
    send(target, std::nullopt, context, std::move(callback), deadline.value_or(m_options.deadline));
}

void JsonClient::post(
    const QString &target, const QJsonObject &body, QObject *context, Callback callback, std::optional<milliseconds> deadline)
{
    send(target, toBytes(body), context, std::move(callback), deadline.value_or(m_options.deadline));
}

void JsonClient::send(
    const QString &target, const std::optional<QByteArray> &body, QObject *context, Callback callback, milliseconds deadline)
{
    auto *request = new Request(this);
    request->context = context;
    request->callback = std::move(callback);
    if (m_open.size() >= m_options.maxInFlight) {
        m_open.insert(request);
        QTimer::singleShot(0, request, [this, request] {
            finish(request, Error {ErrorCode::TooMany, u"too many open requests"_s});
        });
        return;
    }
    m_open.insert(request);

    QUrl url = m_options.base.resolved(QUrl(target, QUrl::StrictMode));
    if (url.host() != m_options.base.host() || url.port() != m_options.base.port() || url.scheme() != m_options.base.scheme()) {
        QTimer::singleShot(0, request, [this, request] {
            finish(request, Error {ErrorCode::InvalidArgument, u"not a path of this server"_s});
        });
        return; // the token is for this server only
    }
    QNetworkRequest http(url);
    if (!m_options.token.isEmpty()) {
        http.setRawHeader("Authorization", "Bearer " + m_options.token);
    }
    http.setRawHeader("Accept", "application/json");
    http.setRawHeader("Accept-Encoding", "identity"); // no decompression bombs
    http.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    http.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    http.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    http.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    http.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    if (body) {
        http.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    }
    if (url.scheme() == "https"_L1) {
        http.setSslConfiguration(m_options.trust.configuration());
    }
    QNetworkReply *reply = body ? m_manager.post(http, *body) : m_manager.get(http);
    reply->setReadBufferSize(qint64 {256} * 1024);
    request->reply = reply;
    guard(*reply, m_options.trust, request, [this, request](const Error &why) {
        m_refusal = why;
        finish(request, why);
    });
    connect(reply, &QIODevice::readyRead, request, [this, request] {
        request->answer += request->reply->readAll();
        if (request->answer.size() > m_options.maxAnswerBytes) {
            finish(request, Error {ErrorCode::TooLarge, u"the answer has more than %1 bytes"_s.arg(m_options.maxAnswerBytes)});
        }
    });
    connect(reply, &QNetworkReply::finished, request, [this, request] { finish(request, std::nullopt); });
    request->deadline.setSingleShot(true);
    connect(&request->deadline, &QTimer::timeout, request, [this, request, deadline] {
        finish(request, Error {ErrorCode::Timeout, u"no complete answer within %1 ms"_s.arg(deadline.count())});
    });
    request->deadline.start(deadline);
}

void JsonClient::finish(Request *request, std::optional<Error> ownReason)
{
    if (!m_open.remove(request)) {
        return; // already told
    }
    request->deadline.stop();
    JsonReply answer {fail(ErrorCode::Internal), 0, {}};
    if (QNetworkReply *reply = request->reply) {
        reply->disconnect(request);
        answer.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        const QNetworkReply::NetworkError error = reply->error();
        // From 201 on Qt's codes stand for an HTTP status, below for what happened to the connection.
        const bool whole = reply->isFinished() && answer.status > 0
            && (error == QNetworkReply::NoError || error >= QNetworkReply::ContentAccessDenied)
            && error != QNetworkReply::ProtocolFailure && error != QNetworkReply::ProtocolUnknownError;
        if (!ownReason && whole) {
            request->answer += reply->readAll();
            m_refusal.reset();
            answer = judged(answer.status, request->answer, m_options.maxAnswerBytes);
        } else if (!ownReason) {
            ownReason = failureOf(*reply);
        }
        reply->abort();
        reply->deleteLater();
    }
    if (ownReason) {
        answer.result = tl::unexpected(*ownReason);
    }
    // Not from within a signal of the reply: the callback may delete this client.
    QTimer::singleShot(0, request, [request, answer] {
        request->deleteLater();
        if (request->context && request->callback) {
            std::exchange(request->callback, {})(answer);
        }
    });
}

/// Requests that wait for one handshake fail with it; its certificate is shown to one of them only.
Error JsonClient::failureOf(const QNetworkReply &reply) const
{
    if (reply.error() != QNetworkReply::SslHandshakeFailedError) {
        return {errorCodeOfNetwork(reply.error()), reply.errorString()};
    }
    return m_refusal.value_or(Error {ErrorCode::Unavailable, handshakeTrouble(reply.errorString())});
}

void JsonClient::cancelAll()
{
    const QSet<Request *> open = m_open;
    for (Request *request : open) {
        finish(request, Error {ErrorCode::Cancelled, u"cancelled"_s});
    }
}

} // namespace dtf
