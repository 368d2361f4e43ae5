// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/net/jsonclient.h"
#include "common/net/jsonsocket.h"
#include "console/net/feedclient.h"
#include "console/net/orchestratorclient.h"
#include "orchestrator/tlsidentity.h"
#include "tests/orchestrator/api/linkfixture.h"
#include "tests/support/certificates.h"
#include "tests/support/tlsserver.h"

#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace dtf::linkfixture;

namespace dtf {

/// The control plane over TLS, with the clients that agents and consoles use.
class TestTls final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_own = m_made.make({.name = u"own"_s});
        m_other = m_made.make({.name = u"other"_s});
        m_tls = configurationOf(m_own);
    }

    void jsonAndBytes()
    {
        Api api(quick(), {}, m_tls);
        api.fleet.log = "one line\n";
        OrchestratorClient client({url(api), operatorToken, seconds(10), TlsTrust(m_own.fingerprint)});
        std::optional<Answer<StateView>> state;
        std::optional<BytesReply> log;
        client.state(this, [&](const Answer<StateView> &answer) { state = answer; });
        client.log(*JobId::parse(jobText), 0, this, [&](const BytesReply &answer) { log = answer; });
        QTRY_VERIFY(state && log);
        QVERIFY2(state->result.has_value(), qPrintable(state->result ? QString() : state->result.error().detail));
        QCOMPARE(state->result->nodes.size(), 1);
        QCOMPARE(log->result.value_or(QByteArray()), QByteArray("one line\n"));
    }

    void feedOverWss()
    {
        Api api(quick(), {}, m_tls);
        FeedClient::Options options;
        options.socket.url = url(api);
        options.socket.token = viewerToken;
        options.socket.trust = TlsTrust(m_own.fingerprint);
        FeedClient feed(options);
        QSignalSpy snapshots(&feed, &FeedClient::snapshot);
        QSignalSpy deltas(&feed, &FeedClient::delta);
        feed.start();
        QTRY_COMPARE(snapshots.size(), 1);
        api.publisher().publish(jobDelta(JobState::Running));
        QTRY_COMPARE(deltas.size(), 1);
        QVERIFY(feed.isCurrent());
    }

    void agentLinkOverWss()
    {
        Api api(quick(), {}, m_tls);
        JsonSocket::Options options = link(url(api), TlsTrust(m_own.fingerprint));
        options.maxQueuedBytes = 20'000'000;
        JsonSocket agent(options);
        QSignalSpy messages(&agent, &JsonSocket::message);
        connect(&agent, &JsonSocket::connected, &agent,
            [&] { QVERIFY(agent.send(MessageType::AgentHello, hello(), Delivery::Needed)); });
        agent.start();
        QTRY_COMPARE(api.server->linkCounters().agents, 1);
        AgentCommand command;
        command.id = 42;
        command.kind = CommandKind::Picture;
        api.publisher().sendCommand(node(), command);
        QTRY_COMPARE(messages.size(), 1);
        QVERIFY(agent.send(
            MessageType::Picture, toJson(PictureData {node(), 42, QByteArray(8 * 1024 * 1024, '\x89'), {}}), Delivery::Needed));
        QVERIFY(agent.send(MessageType::Log, toJson(lines()), Delivery::Needed));
        QTRY_COMPARE(api.fleet.pictures.size(), 1);
        QCOMPARE(api.fleet.pictures[0].png.size(), 8 * 1024 * 1024);
        QTRY_COMPARE(api.fleet.logs.size(), 1);
    }

    /// Neither way of a client says its token to a server whose certificate is not the pinned one, however often it tries.
    void theTokenIsNotSaidToAnotherCertificate()
    {
        TlsServer impostor(configurationOf(m_other));
        const TlsTrust trust(m_own.fingerprint);
        JsonSocket agent(link(impostor.url(), trust));
        QSignalSpy lost(&agent, &JsonSocket::disconnected);
        agent.start();
        OrchestratorClient client({impostor.url(), operatorToken, seconds(10), trust});
        QList<ErrorCode> codes;
        const auto keep = [&](const auto &answer) {
            codes.append(answer.result ? ErrorCode::Internal : answer.result.error().code);
        };
        client.state(this, keep);
        client.log(*JobId::parse(jobText), 0, this, keep);
        client.picture(node(), this, keep);
        QTRY_VERIFY_WITH_TIMEOUT(codes.size() == 3 && lost.size() >= 3, 20'000);
        for (const ErrorCode code : std::as_const(codes)) {
            COMPARE_WORDS(code, ErrorCode::Untrusted);
        }
        for (const QList<QVariant> &once : std::as_const(lost)) {
            const auto error = once.first().value<Error>();
            COMPARE_WORDS(error.code, ErrorCode::Untrusted);
            QVERIFY(error.detail.contains(m_own.fingerprint.toString()) && error.detail.contains(m_other.fingerprint.toString()));
        }
        QVERIFY(impostor.connections >= 6);
        QCOMPARE(impostor.heard, QByteArray());

        impostor.show(m_tls); // the pinned one again: by itself all is well
        QTRY_VERIFY_WITH_TIMEOUT(impostor.heard.contains(nodeToken), 20'000);
    }

    void withoutAPinAnUnknownCertificateIsRefused()
    {
        Api api(quick(), {}, m_tls);
        JsonSocket agent(link(url(api), {}));
        QSignalSpy lost(&agent, &JsonSocket::disconnected);
        agent.start();
        QTRY_VERIFY(!lost.isEmpty());
        const auto error = lost.first().first().value<Error>();
        COMPARE_WORDS(error.code, ErrorCode::Untrusted);
        QVERIFY2(error.detail.contains(m_own.fingerprint.toString()), qPrintable(error.detail));
        QCOMPARE(api.server->linkCounters().agents, 0);
    }

    void plainToTlsAndTlsToPlainSayWhatToDo()
    {
        Api secure(quick(), {}, m_tls);
        Api plain;
        QUrl toSecure = url(secure);
        toSecure.setScheme(u"http"_s);
        const TlsTrust trust(m_own.fingerprint);
        OrchestratorClient wrong({toSecure, operatorToken, seconds(10)});
        OrchestratorClient wrongToo({url(plain), operatorToken, seconds(10), trust});
        QStringList details;
        const auto keep = [&](const Answer<StateView> &answer) {
            details.append(answer.result ? QString() : answer.result.error().detail);
        };
        wrong.state(this, keep);
        QTRY_COMPARE(details.size(), 1);
        QVERIFY2(details[0].contains(u"begins with https://"_s), qPrintable(details[0]));
        wrongToo.state(this, keep);
        QTRY_COMPARE(details.size(), 2);
        QVERIFY2(details[1].contains(u"begins with http://"_s), qPrintable(details[1]));
        for (const auto &[address, says] :
            {std::pair {toSecure, u"begins with https://"_s}, std::pair {url(plain), u"begins with http://"_s}}) {
            JsonSocket agent(link(address, trust));
            QSignalSpy lost(&agent, &JsonSocket::disconnected);
            agent.start();
            QTRY_VERIFY(!lost.isEmpty());
            const auto error = lost.first().first().value<Error>();
            QVERIFY2(error.detail.contains(says), qPrintable(error.detail));
        }
    }

    void aSlowReaderIsDroppedAlone()
    {
        LinkLimits limits = quick();
        limits.backlog = 200'000;
        Api api(limits, {}, m_tls);
        RawClient slow = RawClient::overTls(api.port);
        QCOMPARE(slow.ask(upgrade("/api/v1/feed", viewerToken)).status, 101);
        slow.socket().setReadBufferSize(1); // reads no more
        RawClient good = RawClient::overTls(api.port);
        QCOMPARE(good.ask(upgrade("/api/v1/feed", operatorToken)).status, 101);
        qint64 read = 0;
        connect(&good.socket(), &QIODevice::readyRead, this, [&] { read += good.socket().readAll().size(); });
        QTRY_COMPARE(api.server->linkCounters().consoles, 2);
        JobView view = job(JobState::Running);
        view.detail = QString(4000, u'x');
        FeedDelta big;
        for (int i = 0; i < 50; ++i) {
            view.job = JobId::fromBytes({1, 0, static_cast<std::uint8_t>(i)});
            big.jobs.append(view);
        }
        QTimer again;
        connect(&again, &QTimer::timeout, this, [&] { api.publisher().publish(big); });
        again.start(limits.coalesce * 2);
        QTRY_COMPARE_WITH_TIMEOUT(api.server->linkCounters().consolesDropped, 1, 60'000);
        const qint64 before = read;
        QTRY_VERIFY(read > before + 1'000'000); // the other one goes on
        again.stop();
        QCOMPARE(api.server->linkCounters().consoles, 1);
        slow.socket().setReadBufferSize(0);
        QVERIFY(slow.closed());
    }

private:
    static QUrl url(const Api &api) { return QUrl(u"https://localhost:%1"_s.arg(api.port)); }
    static JsonSocket::Options link(QUrl address, const TlsTrust &trust)
    {
        JsonSocket::Options options;
        address.setPath(u"/api/v1/agent"_s);
        options.url = address;
        options.token = nodeToken;
        options.trust = trust;
        options.firstRetry = milliseconds(20);
        options.lastRetry = milliseconds(100);
        return options;
    }
    static QSslConfiguration configurationOf(const Certificates::Made &made)
    {
        const auto identity = loadTlsIdentity(made.certificate, made.key);
        return identity ? serverTls(*identity) : QSslConfiguration();
    }

    Certificates m_made;
    Certificates::Made m_own, m_other;
    QSslConfiguration m_tls;
};

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::TestTls)
#include "tst_tls.moc"
