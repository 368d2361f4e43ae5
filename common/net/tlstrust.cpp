// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/net/tlstrust.h"

#include <QNetworkReply>
#include <QSslSocket>
#include <QStringList>

#include <memory>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

QSslCertificate shownBy(const QSslSocket &socket)
{
    return socket.peerCertificate();
}

QSslCertificate shownBy(const QNetworkReply &reply)
{
    return reply.sslConfiguration().peerCertificate();
}

template <typename Stream>
void watch(Stream &stream, const TlsTrust &trust, QObject *context, std::function<void(const Error &)> refused)
{
    const auto told = std::make_shared<bool>(false);
    const auto believed = [&stream, trust, told, refused = std::move(refused)](const QList<QSslError> &found) {
        const Result<void> verdict = trust.judge(shownBy(stream), found);
        if (!verdict && !std::exchange(*told, true)) {
            refused(verdict.error());
        }
        return verdict.has_value();
    };
    QObject::connect(&stream, &Stream::sslErrors, context, [&stream, believed](const QList<QSslError> &found) {
        if (believed(found)) {
            stream.ignoreSslErrors(found); // these, of this certificate, which is the pinned one
        } // else the handshake fails by itself
    });
    // Again when all is agreed on and nothing is sent yet: errors that were ignored once stay so for a connection's next
    // handshakes.
    QObject::connect(&stream, &Stream::encrypted, context, [&stream, believed] {
        if (!believed({})) {
            stream.abort();
        }
    });
}

} // namespace

QSslConfiguration TlsTrust::configuration() const
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setProtocol(QSsl::TlsV1_2OrLater);
    configuration.setPeerVerifyMode(QSslSocket::VerifyPeer);
    if (!m_pin.isEmpty()) {
        configuration.setCaCertificates({});
    }
    return configuration;
}

Result<void> TlsTrust::judge(const QSslCertificate &shown, const QList<QSslError> &found) const
{
    if (shown.isNull()) {
        return fail(ErrorCode::Untrusted, u"the server shows no certificate"_s);
    }
    const Fingerprint print = fingerprintOf(shown);
    if (!m_pin.isEmpty()) {
        return print == m_pin
            ? Result<void>()
            : fail(ErrorCode::Untrusted,
                u"the server shows another certificate than the pinned one: its SHA-256 fingerprint is %1, pinned is %2. When "
                u"the "
                "certificate was renewed, compare with what dtf-orchestrator --check shows on its machine and pin that; else "
                "another machine answers in its place: tell IT"_s.arg(print.toString(), m_pin.toString()));
    }
    if (found.isEmpty()) {
        return {};
    }
    QStringList reasons;
    for (const QSslError &error : found) {
        if (!reasons.contains(error.errorString())) {
            reasons.append(error.errorString());
        }
    }
    return fail(ErrorCode::Untrusted,
        u"the server's certificate is not trusted by this system (%1). Its SHA-256 fingerprint is %2; when dtf-orchestrator "
        u"--check "
        "shows the same on its machine, pin this fingerprint"_s.arg(reasons.join(u"; "_s), print.toString()));
}

Fingerprint fingerprintOf(const QSslCertificate &certificate)
{
    return certificate.isNull() ? Fingerprint() : Fingerprint::ofDer(certificate.toDer());
}

void guard(QSslSocket &socket, const TlsTrust &trust, QObject *context, std::function<void(const Error &)> refused)
{
    watch(socket, trust, context, std::move(refused));
}

void guard(QNetworkReply &reply, const TlsTrust &trust, QObject *context, std::function<void(const Error &)> refused)
{
    watch(reply, trust, context, std::move(refused));
}

QString handshakeTrouble(const QString &reason)
{
    return u"no TLS came about (%1); a server without a certificate in its settings has an address that begins with http://"_s
        .arg(reason);
}

} // namespace dtf
