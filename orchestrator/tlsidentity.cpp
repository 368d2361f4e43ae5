// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/tlsidentity.h"

#include "common/config/privatefile.h"
#include "common/config/tomlreader.h"

#include <QHostAddress>
#include <QSslSocket>
#include <QTcpServer>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int loopbackTimeoutMs = 3'000;

/// Keeps the connection it gets as a bare descriptor.
class Door final : public QTcpServer
{
public:
    qintptr descriptor = -1;

protected:
    void incomingConnection(qintptr incoming) override { descriptor = incoming; }
};

Result<QSslKey> readKey(const QString &path)
{
    if (const auto kept = refuseReadableByOthers(path); !kept) {
        return tl::unexpected(kept.error());
    }
    const Result<QByteArray> pem = readConfigFile(path);
    if (!pem) {
        return tl::unexpected(pem.error());
    }
    if (pem->contains("ENCRYPTED")) {
        return fail(ErrorCode::InvalidArgument,
            u"%1: the key has a passphrase, which nobody could type at start; write it without: openssl pkey -in … -out …"_s.arg(
                path));
    }
    for (const QSsl::KeyAlgorithm algorithm : {QSsl::Rsa, QSsl::Ec}) {
        const QSslKey key(*pem, algorithm);
        if (!key.isNull()) {
            return key;
        }
    }
    return fail(
        ErrorCode::InvalidArgument, u"%1: holds no RSA or EC private key in PEM form (-----BEGIN … KEY-----)"_s.arg(path));
}

/// Qt does not say why TLS refuses the two. A private key in DER form holds its public part as the certificate does: the last
/// bytes there are those of an EC point, or of an RSA modulus with its exponent.
bool holdsItsPublicPart(const TlsIdentity &identity)
{
    constexpr qsizetype tail = 64;
    return identity.key.toDer().contains(identity.own().publicKey().toDer().right(tail));
}

/// Whether key and certificate belong together is only told by beginning a handshake: with ourselves.
Result<void> tryOut(const TlsIdentity &identity, const QString &certificateFile, const QString &keyFile)
{
    Door door;
    QTcpSocket caller;
    if (door.listen(QHostAddress::LocalHost)) {
        caller.connectToHost(QHostAddress(QHostAddress::LocalHost), door.serverPort());
        door.waitForNewConnection(loopbackTimeoutMs);
    }
    QSslSocket socket;
    if (door.descriptor < 0 || !socket.setSocketDescriptor(door.descriptor)) {
        return fail(ErrorCode::Unavailable, u"the certificate can't be tried out: %1"_s.arg(door.errorString()));
    }
    QString trouble;
    QObject::connect(&socket, &QAbstractSocket::errorOccurred, &socket, [&] { trouble = socket.errorString(); });
    socket.setSslConfiguration(serverTls(identity));
    socket.startServerEncryption();
    if (trouble.isEmpty()) {
        return {};
    }
    if (!holdsItsPublicPart(identity)) {
        return fail(
            ErrorCode::InvalidArgument, u"%1: this key belongs to another certificate than %2"_s.arg(keyFile, certificateFile));
    }
    return fail(ErrorCode::InvalidArgument,
        u"%1: no TLS can be spoken with it, is it too weak (RSA below 2048 bits, SHA-1)? %2"_s.arg(certificateFile, trouble));
}

} // namespace

Result<TlsIdentity> loadTlsIdentity(const QString &certificateFile, const QString &keyFile)
{
    const Result<QByteArray> pem = readConfigFile(certificateFile);
    if (!pem) {
        return tl::unexpected(pem.error());
    }
    TlsIdentity identity;
    identity.chain = QSslCertificate::fromData(*pem, QSsl::Pem);
    if (identity.chain.isEmpty() || identity.own().isNull()) {
        return fail(ErrorCode::InvalidArgument,
            u"%1: holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)"_s.arg(certificateFile));
    }
    const Result<QSslKey> key = readKey(keyFile);
    if (!key) {
        return tl::unexpected(key.error());
    }
    identity.key = *key;
    return tryOut(identity, certificateFile, keyFile).map([&] { return identity; });
}

QSslConfiguration serverTls(const TlsIdentity &identity)
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setProtocol(QSsl::TlsV1_2OrLater);
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
    configuration.setCaCertificates(
        {}); // nobody's certificate is looked at; with the system's CAs each accept takes twice as long
    configuration.setLocalCertificateChain(identity.chain);
    configuration.setPrivateKey(identity.key);
    return configuration;
}

} // namespace dtf
