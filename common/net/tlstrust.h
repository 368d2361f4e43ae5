// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"
#include "common/core/fingerprint.h"

#include <QList>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslError>

#include <functional>

class QNetworkReply;
class QObject;
class QSslSocket;

namespace dtf {

/// By what a client believes a server's certificate. Default: the system's CAs, the certificate's dates and the host's name. With
/// a pin that one certificate, whoever signed it, whatever its name and dates, and no other one. A value; any thread.
class TlsTrust
{
public:
    TlsTrust() = default;
    explicit TlsTrust(Fingerprint pin)
        : m_pin(std::move(pin))
    { }

    [[nodiscard]] const Fingerprint &pin() const { return m_pin; } ///< empty: the system's CAs decide
    /// For the handshake: TLS 1.2 or later. With a pin no CA is known, so that every certificate comes before judge().
    [[nodiscard]] QSslConfiguration configuration() const;
    /// Untrusted, with what differs and what to do, unless the certificate that was `shown` may be believed. `found`: what TLS
    /// has against it. Pure.
    [[nodiscard]] Result<void> judge(const QSslCertificate &shown, const QList<QSslError> &found) const;

    bool operator==(const TlsTrust &) const = default;

private:
    Fingerprint m_pin;
};

[[nodiscard]] Fingerprint fingerprintOf(const QSslCertificate &certificate);

/// Watches the handshake that is about to begin: a certificate that `trust` does not believe ends the connection before the first
/// byte of ours (a token!) is sent, and `refused` is told why, from within a signal of it. Not called when `context` is gone.
void guard(QSslSocket &socket, const TlsTrust &trust, QObject *context, std::function<void(const Error &why)> refused);
void guard(QNetworkReply &reply, const TlsTrust &trust, QObject *context, std::function<void(const Error &why)> refused);

/// What to say when a handshake failed for another reason than the certificate. `reason`: Qt's words.
[[nodiscard]] QString handshakeTrouble(const QString &reason);

} // namespace dtf
