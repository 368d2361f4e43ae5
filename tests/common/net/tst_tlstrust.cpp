// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/net/jsonclient.h"
#include "console/net/bytesclient.h"
#include "orchestrator/tlsidentity.h"
#include "tests/common/net/rawserver.h"
#include "tests/support/certificates.h"
#include "tests/support/comparewords.h"
#include "tests/support/tlsserver.h"

#include <QTest>

#include <memory>

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

const QByteArray token = "secret-secret-secret-0001";

} // namespace

/// Who is believed, and that nobody else hears a word.
class TestTlsTrust final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_ca = m_made.make({.name = u"ca"_s, .commonName = u"Test CA"_s, .ca = true});
        m_own = m_made.make({.name = u"own"_s});
        m_other = m_made.make({.name = u"other"_s});
        m_expired =
            m_made.make({.name = u"expired"_s, .commonName = u"elsewhere"_s, .host = u"DNS:elsewhere"_s, .expired = true});
        m_signed = m_made.make({.name = u"signed"_s, .signer = u"ca"_s});
        m_evil = m_made.make({.name = u"evil"_s, .signer = u"ca"_s});
        m_elsewhere =
            m_made.make({.name = u"elsewhere"_s, .commonName = u"elsewhere"_s, .host = u"DNS:elsewhere"_s, .signer = u"ca"_s});
        m_signedExpired = m_made.make({.name = u"signed-expired"_s, .signer = u"ca"_s, .expired = true});
        QSslConfiguration system = QSslConfiguration::defaultConfiguration();
        system.setCaCertificates(QSslCertificate::fromPath(m_ca.certificate));
        QSslConfiguration::setDefaultConfiguration(system); // this test's system knows our CA
    }

    void believed_data()
    {
        QTest::addColumn<QString>("shown");
        QTest::addColumn<QString>("pinned");
        QTest::newRow("pinned, signed by itself") << u"own"_s << u"own"_s;
        QTest::newRow("pinned, expired and of another name") << u"expired"_s << u"expired"_s;
        QTest::newRow("pinned, signed by a CA") << u"signed"_s << u"signed"_s;
        QTest::newRow("by the system's CAs") << u"signed"_s << QString();
    }
    void believed()
    {
        QFETCH(QString, shown);
        QFETCH(QString, pinned);
        TlsServer server(configurationOf(shown));
        const JsonReply reply = ask(server.url(), trustOf(pinned));
        QVERIFY2(reply.result.has_value(), qPrintable(reply.result ? QString() : reply.result.error().detail));
        QVERIFY(server.heard.contains(token));
    }

    void notBelieved_data()
    {
        QTest::addColumn<QString>("shown");
        QTest::addColumn<QString>("pinned");
        QTest::addColumn<QString>("why");
        QTest::newRow("signed by itself") << u"own"_s << QString() << u"self-signed"_s;
        QTest::newRow("expired") << u"signed-expired"_s << QString() << u"expired"_s;
        QTest::newRow("of another host") << u"elsewhere"_s << QString() << u"host name did not match"_s;
        QTest::newRow("another one than pinned") << u"other"_s << u"own"_s << u"another certificate than the pinned one"_s;
        QTest::newRow("one the system trusts, but not pinned") << u"signed"_s << u"own"_s << u"another certificate"_s;
        QTest::newRow("its own CA is pinned, which is not it") << u"signed"_s << u"ca"_s << u"another certificate"_s;
    }
    void notBelieved()
    {
        QFETCH(QString, shown);
        QFETCH(QString, pinned);
        QFETCH(QString, why);
        TlsServer server(configurationOf(shown));
        const JsonReply reply = ask(server.url(), trustOf(pinned));
        QVERIFY(!reply.result.has_value());
        COMPARE_WORDS(reply.result.error().code, ErrorCode::Untrusted);
        QCOMPARE(reply.status, 0);
        const QString detail = reply.result.error().detail;
        QVERIFY2(detail.contains(why), qPrintable(detail));
        QVERIFY2(detail.contains(fingerprint(shown).toString()), qPrintable(detail)); // a person can compare
        QVERIFY2(detail.contains(u"dtf-orchestrator --check"_s), qPrintable(detail)); // and knows with what
        QCOMPARE(detail.contains(fingerprint(pinned.isEmpty() ? shown : pinned).toString()), true);
        QVERIFY(server.connections > 0);
        QCOMPARE(server.heard, QByteArray());
    }

    /// What was ignored for one certificate must not open the door to another one of the same signer on a later connection.
    void anotherOneOfTheSameSignerBehindTheRightOne_data()
    {
        QTest::addColumn<bool>("bytes");
        QTest::newRow("JSON") << false;
        QTest::newRow("bytes") << true;
    }
    void anotherOneOfTheSameSignerBehindTheRightOne()
    {
        QFETCH(bool, bytes);
        TlsServer server(configurationOf(u"signed"_s, true));
        server.closeAfter = true;
        JsonClient client(options(server.url(), trustOf(u"signed"_s)));
        BytesClient raw({server.url(), token, trustOf(u"signed"_s)});
        const auto outcome = [&] {
            return bytes ? askBytes(raw).map([](const QByteArray &) {}) : ask(client).result.map([](const QJsonObject &) {});
        };
        QVERIFY(outcome().has_value());
        QVERIFY(server.heard.contains(token));
        server.heard.clear();
        server.show(configurationOf(u"evil"_s, true));
        const Result<void> refused = outcome();
        QCOMPARE(server.connections, 2);
        QVERIFY(!refused.has_value());
        COMPARE_WORDS(refused.error().code, ErrorCode::Untrusted);
        QVERIFY(refused.error().detail.contains(m_evil.fingerprint.toString()));
        QCOMPARE(server.heard, QByteArray());
        server.show(configurationOf(u"signed"_s, true)); // and the right one is served again
        QVERIFY(outcome().has_value());
    }

    void tlsToAPlainServerSaysSo()
    {
        RawServer server;
        server.answer = [](const QByteArray &) { return RawServer::http("400 Bad Request", "{}"); };
        QUrl url = server.url();
        url.setScheme(u"https"_s);
        const JsonReply reply = ask(url, trustOf(u"own"_s), milliseconds(2'000));
        QVERIFY(!reply.result.has_value());
        QCOMPARE(server.requests, 0);
    }

private:
    static JsonClient::Options options(const QUrl &base, const TlsTrust &trust)
    {
        JsonClient::Options options;
        options.base = base;
        options.token = token;
        options.trust = trust;
        return options;
    }
    JsonReply ask(const QUrl &base, const TlsTrust &trust, milliseconds deadline = seconds(10))
    {
        JsonClient client(options(base, trust));
        return ask(client, deadline);
    }
    JsonReply ask(JsonClient &client, milliseconds deadline = seconds(10))
    {
        std::optional<JsonReply> answer;
        client.get(
            u"/api/v1/state"_s, this, [&](const JsonReply &reply) { answer = reply; }, deadline);
        return QTest::qWaitFor([&] { return answer.has_value(); }, 15'000) ? *answer
                                                                           : JsonReply {fail(ErrorCode::Internal), 0, {}};
    }
    Result<QByteArray> askBytes(BytesClient &client)
    {
        std::optional<BytesReply> answer;
        client.get(
            u"/log"_s, "application/json", this, [&](const BytesReply &reply) { answer = reply; }, seconds(10));
        return QTest::qWaitFor([&] { return answer.has_value(); }, 15'000) ? answer->result : fail(ErrorCode::Internal);
    }
    QSslConfiguration configurationOf(const QString &name, bool withCa = false) const
    {
        auto identity = loadTlsIdentity(m_made.path(name + u".crt"_s), m_made.path(name + u".key"_s));
        if (!identity) {
            qFatal("%s", qPrintable(identity.error().detail));
        }
        if (withCa) {
            identity->chain += QSslCertificate::fromPath(m_ca.certificate);
        }
        return serverTls(*identity);
    }
    Fingerprint fingerprint(const QString &name) const
    {
        return fingerprintOf(QSslCertificate::fromPath(m_made.path(name + u".crt"_s)).value(0));
    }
    TlsTrust trustOf(const QString &pinned) const { return pinned.isEmpty() ? TlsTrust() : TlsTrust(fingerprint(pinned)); }

    Certificates m_made;
    Certificates::Made m_ca, m_own, m_other, m_expired, m_signed, m_evil, m_elsewhere, m_signedExpired;
};

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::TestTlsTrust)
#include "tst_tlstrust.moc"
