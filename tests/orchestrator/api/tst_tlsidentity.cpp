// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/tlsidentity.h"
#include "tests/support/certificates.h"
#include "tests/support/comparewords.h"

#include <QTest>

using namespace Qt::StringLiterals;

namespace dtf {

/// What is said of certificate and key before the port opens.
class TestTlsIdentity final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_own = m_made.make({.name = u"own"_s});
        m_other = m_made.make({.name = u"other"_s});
        m_made.openssl({u"genrsa"_s, u"-out"_s, u"rsa.key"_s, u"2048"_s});
        m_made.openssl({u"req"_s, u"-x509"_s, u"-new"_s, u"-key"_s, u"rsa.key"_s, u"-subj"_s, u"/CN=rsa"_s, u"-days"_s, u"3"_s,
            u"-out"_s, u"rsa.crt"_s});
        m_made.openssl({u"genrsa"_s, u"-out"_s, u"weak.key"_s, u"512"_s});
        m_made.openssl({u"req"_s, u"-x509"_s, u"-new"_s, u"-key"_s, u"weak.key"_s, u"-subj"_s, u"/CN=weak"_s, u"-days"_s, u"3"_s,
            u"-out"_s, u"weak.crt"_s});
        m_made.openssl({u"genrsa"_s, u"-out"_s, u"rsa2.key"_s, u"2048"_s});
        m_made.openssl(
            {u"pkcs8"_s, u"-topk8"_s, u"-in"_s, u"own.key"_s, u"-passout"_s, u"pass:secret"_s, u"-out"_s, u"locked.key"_s});
        m_made.openssl({u"pkcs8"_s, u"-topk8"_s, u"-nocrypt"_s, u"-in"_s, u"own.key"_s, u"-out"_s, u"pkcs8.key"_s});
        for (const QString &key : {u"rsa.key"_s, u"rsa2.key"_s, u"weak.key"_s, u"locked.key"_s, u"pkcs8.key"_s}) {
            QVERIFY(QFile::setPermissions(m_made.path(key), QFile::ReadOwner));
        }
        m_made.write(u"rubbish"_s, "no certificate");
        m_made.write(u"broken.crt"_s, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        m_made.write(u"empty"_s, {});
        m_made.openssl({u"pkey"_s, u"-in"_s, u"own.key"_s, u"-out"_s, u"open.key"_s});
        QVERIFY(QFile::setPermissions(m_made.path(u"open.key"_s), QFile::ReadOwner | QFile::ReadGroup));
    }

    void good_data()
    {
        QTest::addColumn<QString>("certificate");
        QTest::addColumn<QString>("key");
        QTest::newRow("EC") << u"own.crt"_s << u"own.key"_s;
        QTest::newRow("EC as PKCS #8") << u"own.crt"_s << u"pkcs8.key"_s;
        QTest::newRow("RSA") << u"rsa.crt"_s << u"rsa.key"_s;
    }
    void good()
    {
        QFETCH(QString, certificate);
        QFETCH(QString, key);
        const auto identity = loadTlsIdentity(m_made.path(certificate), m_made.path(key));
        QVERIFY2(identity.has_value(), qPrintable(identity ? QString() : identity.error().detail));
        QCOMPARE(identity->chain.size(), 1);
        QVERIFY(!serverTls(*identity).privateKey().isNull());
    }

    void refused_data()
    {
        QTest::addColumn<QString>("certificate");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("says");
        QTest::newRow("no certificate file") << u"gone.crt"_s << u"own.key"_s << u"gone.crt: no such file"_s;
        QTest::newRow("no key file") << u"own.crt"_s << u"gone.key"_s << u"gone.key: no such file"_s;
        QTest::newRow("no certificate in it") << u"rubbish"_s << u"own.key"_s << u"rubbish: holds no certificate in PEM form"_s;
        QTest::newRow("empty") << u"empty"_s << u"own.key"_s << u"empty: holds no certificate"_s;
        QTest::newRow("a broken certificate") << u"broken.crt"_s << u"own.key"_s << u"broken.crt: holds no certificate"_s;
        QTest::newRow("a key for a certificate") << u"own.key"_s << u"own.key"_s << u"own.key: holds no certificate"_s;
        QTest::newRow("no key in it") << u"own.crt"_s << u"rubbish"_s << u"rubbish: holds no RSA or EC private key"_s;
        QTest::newRow("a certificate for a key") << u"own.crt"_s << u"other.crt"_s << u"other.crt: "_s;
        QTest::newRow("a passphrase") << u"own.crt"_s << u"locked.key"_s << u"locked.key: the key has a passphrase"_s;
        QTest::newRow("others may read it") << u"own.crt"_s << u"open.key"_s << u"chmod 600"_s;
        QTest::newRow("another's key") << u"own.crt"_s << u"other.key"_s
                                       << u"other.key: this key belongs to another certificate"_s;
        QTest::newRow("another's RSA key") << u"rsa.crt"_s << u"rsa2.key"_s
                                           << u"rsa2.key: this key belongs to another certificate"_s;
        QTest::newRow("a key of another kind") << u"rsa.crt"_s << u"own.key"_s << u"own.key: this key belongs to another"_s;
        QTest::newRow("a key that is too weak")
            << u"weak.crt"_s << u"weak.key"_s << u"weak.crt: no TLS can be spoken with it, is it too weak"_s;
    }
    void refused()
    {
        QFETCH(QString, certificate);
        QFETCH(QString, key);
        QFETCH(QString, says);
        const auto identity = loadTlsIdentity(m_made.path(certificate), m_made.path(key));
        QVERIFY(!identity.has_value());
        QVERIFY2(identity.error().detail.contains(says), qPrintable(identity.error().detail));
    }

private:
    Certificates m_made;
    Certificates::Made m_own, m_other;
};

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::TestTlsIdentity)
#include "tst_tlsidentity.moc"
