// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/net/certificateprobe.h"

#include "common/net/tlstrust.h"

#include <QNetworkProxy>

#include <utility>

namespace dtf {

using namespace Qt::StringLiterals;

CertificateProbe::CertificateProbe(const QUrl &server, Callback callback, QObject *parent)
    : QObject(parent)
    , m_callback(std::move(callback))
{
    connect(&m_socket, &QSslSocket::sslErrors, this, [this](const QList<QSslError> &found) {
        Shown shown {m_socket.peerCertificate(), {}};
        for (const QSslError &error : found) {
            if (!shown.objections.contains(error.errorString())) {
                shown.objections.append(error.errorString());
            }
        }
        finish(shown); // nothing is ignored: the handshake ends here
    });
    connect(&m_socket, &QSslSocket::encrypted, this, [this] { finish(Shown {m_socket.peerCertificate(), {}}); });
    connect(&m_socket, &QAbstractSocket::errorOccurred, this, [this](QAbstractSocket::SocketError error) {
        const bool tls = error == QAbstractSocket::SslHandshakeFailedError || error == QAbstractSocket::SslInternalError;
        finish(fail(ErrorCode::Unavailable, tls ? handshakeTrouble(m_socket.errorString()) : m_socket.errorString()));
    });
    connect(&m_deadline, &QTimer::timeout, this, [this] { finish(fail(ErrorCode::Timeout, u"no certificate came in time"_s)); });
    m_deadline.setSingleShot(true);
    m_deadline.start(deadline);
    m_socket.setProxy(QNetworkProxy::NoProxy);
    m_socket.setSslConfiguration(TlsTrust().configuration());
    m_socket.connectToHostEncrypted(server.host(), static_cast<quint16>(server.port(443)));
}

void CertificateProbe::finish(const Result<Shown> &shown)
{
    if (std::exchange(m_finished, true)) {
        return;
    }
    m_deadline.stop();
    // Not from within a signal of the socket: the callback may delete this.
    QTimer::singleShot(0, this, [this, shown] {
        m_socket.abort();
        const Callback callback = std::exchange(m_callback, {});
        callback(shown);
    });
}

} // namespace dtf
