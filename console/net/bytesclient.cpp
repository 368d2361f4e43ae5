// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/net/bytesclient.h"

#include "common/net/jsonclient.h"
#include "common/protocol/codec.h"

#include <QNetworkProxy>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QPointer>
#include <QTimer>

#include <memory>

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

/// What one request has gathered so far.
struct Gathered
{
    QByteArray bytes;
    std::optional<Error> ownReason; ///< why we ended it ourselves
};

Result<QByteArray> judged(int status, const QByteArray &wantedType, const QByteArray &type, const QByteArray &bytes)
{
    if (status >= 200 && status < 300) {
        const QByteArray bare = type.split(';').constFirst().trimmed().toLower();
        if (bare != wantedType) {
            return fail(ErrorCode::ParseError, u"an answer of type '%1'"_s.arg(QString::fromLatin1(bare)));
        }
        return bytes;
    }
    if (status < 400) {
        return fail(ErrorCode::Unavailable, u"HTTP %1: redirections are not followed"_s.arg(status));
    }
    if (const auto body = parseObject(bytes, qint64 {64} * 1024)) {
        if (const auto refusal = fromJson<ApiError>(*body)) {
            return fail(refusal->code, refusal->detail);
        }
    }
    return fail(errorCodeOfStatus(status), u"HTTP %1"_s.arg(status));
}

} // namespace

BytesClient::BytesClient(Options options, QObject *parent)
    : QObject(parent)
    , m_options(std::move(options))
{
    m_manager.setProxy(QNetworkProxy::NoProxy);
    m_manager.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
}

QNetworkRequest BytesClient::request(const QString &target, const QByteArray &type) const
{
    QNetworkRequest http(m_options.base.resolved(QUrl(target, QUrl::StrictMode)));
    if (!m_options.token.isEmpty()) {
        http.setRawHeader("Authorization", "Bearer " + m_options.token);
    }
    http.setRawHeader("Accept", type);
    http.setRawHeader("Accept-Encoding", "identity");
    http.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    http.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    http.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    http.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    http.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    if (http.url().scheme() == "https"_L1) {
        http.setSslConfiguration(m_options.trust.configuration());
    }
    return http;
}

void BytesClient::get(const QString &target, const QByteArray &type, QObject *context, Callback callback, milliseconds deadline)
{
    await(m_manager.get(request(target, type)), type, context, std::move(callback), deadline);
}

void BytesClient::post(const QString &target, const QByteArray &type, QObject *context, Callback callback, milliseconds deadline)
{
    QNetworkRequest http = request(target, type);
    http.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    await(m_manager.post(http, QByteArray("{}")), type, context, std::move(callback), deadline);
}

/// As JsonClient's: requests that wait for one handshake fail with it.
Error BytesClient::failureOf(const QNetworkReply &reply) const
{
    const Error other {ErrorCode::Unavailable, reply.errorString()};
    if (reply.error() == QNetworkReply::SslHandshakeFailedError) {
        return m_refusal.value_or(Error {ErrorCode::Unavailable, handshakeTrouble(reply.errorString())});
    }
    return reply.error() == QNetworkReply::OperationCanceledError ? m_refusal.value_or(other) : other;
}

void BytesClient::await(QNetworkReply *reply, const QByteArray &type, QObject *context, Callback callback, milliseconds deadline)
{
    const auto gathered = std::make_shared<Gathered>();
    const auto end = [reply, gathered](ErrorCode code, const QString &detail) {
        gathered->ownReason = Error {code, detail};
        reply->abort();
    };
    reply->setReadBufferSize(qint64 {256} * 1024);
    guard(*reply, m_options.trust, this, [this](const Error &why) { m_refusal = why; }); // then it ends by itself
    connect(reply, &QIODevice::readyRead, this, [this, reply, gathered, end] {
        gathered->bytes += reply->readAll();
        if (gathered->bytes.size() > m_options.maxAnswerBytes && !gathered->ownReason) {
            end(ErrorCode::TooLarge, u"the answer has more than %1 bytes"_s.arg(m_options.maxAnswerBytes));
        }
    });
    auto *timer = new QTimer(reply);
    timer->setSingleShot(true);
    connect(timer, &QTimer::timeout, this,
        [end, deadline] { end(ErrorCode::Timeout, u"no complete answer within %1 ms"_s.arg(deadline.count())); });
    timer->start(deadline);
    const QPointer<QObject> alive(context);
    connect(reply, &QNetworkReply::finished, this, [=, this, callback = std::move(callback)] {
        timer->stop();
        reply->deleteLater();
        const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        const QNetworkReply::NetworkError error = reply->error();
        // From 201 on Qt's codes stand for an HTTP status, below for what happened to the connection.
        const bool whole = status > 0 && (error == QNetworkReply::NoError || error >= QNetworkReply::ContentAccessDenied)
            && error != QNetworkReply::ProtocolFailure && error != QNetworkReply::ProtocolUnknownError;
        BytesReply answer {fail(ErrorCode::Unavailable), status};
        if (gathered->ownReason) {
            answer.result = tl::unexpected(*gathered->ownReason);
        } else if (!whole) {
            answer.result = tl::unexpected(failureOf(*reply));
        } else {
            m_refusal.reset();
            gathered->bytes += reply->readAll();
            answer.result = judged(status, type, reply->rawHeader("Content-Type"), gathered->bytes);
        }
        // Not from within a signal of the reply: the callback may delete this client.
        QTimer::singleShot(0, this, [alive, callback, answer] {
            if (alive) {
                callback(answer);
            }
        });
    });
}

} // namespace dtf
