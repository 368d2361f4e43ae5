// SPDX-License-Identifier: GPL-3.0-or-later
// Who talks to whom: protocol N, the one before and the one after, each way round, with messages as they were written.
#include "common/protocol/codec.h"
#include "common/protocol/version.h"
#include "tests/support/comparewords.h"

#include <QFile>
#include <QJsonArray>
#include <QTest>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

constexpr int n = protocolVersion;

/// golden/versions/<kind>-<N-1|N|N+1>.json; the numbers inside are those of the release that wrote it.
QJsonObject golden(const QString &kind, int protocol)
{
    QFile file(QStringLiteral(DTF_SOURCE_DIR "/tests/common/protocol/golden/versions/%1-%2.json").arg(kind).arg(protocol));
    const auto object = file.open(QIODevice::ReadOnly) ? parseObject(file.readAll(), 1 << 20) : QJsonObject();
    return object.value_or(QJsonObject());
}

} // namespace

class TestVersions : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whoServesWhom_data();
    void whoServesWhom();
    void agentsMessages_data();
    void agentsMessages();
    void orchestratorsMessages_data();
    void orchestratorsMessages();
    void anAgentFallsBackByOne();
};

void TestVersions::whoServesWhom_data()
{
    QTest::addColumn<int>("own");
    QTest::addColumn<int>("peer");
    QTest::addColumn<int>("verdict");
    const auto row = [](int own, int peer, PeerVersion verdict) {
        QTest::addRow("%d hears %d", own, peer) << own << peer << static_cast<int>(verdict);
    };
    row(n - 1, n - 1, PeerVersion::Current);
    row(n - 1, n, PeerVersion::Future);
    row(n - 1, n + 1, PeerVersion::Future);
    row(n, n - 1, PeerVersion::PastCompatible);
    row(n, n, PeerVersion::Current);
    row(n, n + 1, PeerVersion::Future);
    row(n + 1, n - 1, PeerVersion::TooOld);
    row(n + 1, n, PeerVersion::PastCompatible);
    row(n + 1, n + 1, PeerVersion::Current);
}

void TestVersions::whoServesWhom()
{
    QFETCH(int, own);
    QFETCH(int, peer);
    QFETCH(int, verdict);
    QCOMPARE(static_cast<int>(judgeVersion(peer, own)), verdict);
}

void TestVersions::agentsMessages_data()
{
    QTest::addColumn<int>("protocol");
    QTest::addColumn<bool>("served");
    QTest::newRow("N-1") << n - 1 << true;
    QTest::newRow("N") << n << true;
    QTest::newRow("N+1") << n + 1 << false;
}

void TestVersions::agentsMessages()
{
    QFETCH(int, protocol);
    QFETCH(bool, served);
    for (const QString &kind : {u"heartbeat"_s, u"reports"_s, u"hello"_s}) {
        const QJsonObject message = golden(kind, protocol);
        QVERIFY2(!message.isEmpty(), qPrintable(kind));
        const auto version = servedProtocol(message);
        QCOMPARE(version.has_value(), served);
        if (!served) {
            COMPARE_WORDS(version.error().code, ErrorCode::VersionMismatch); // and not "parse error": its shape is another one
            QVERIFY2(
                version.error().detail.contains(QString::number(protocol)) && version.error().detail.contains(QString::number(n)),
                qPrintable(version.error().detail));
        }
    }
    if (served) {
        const auto beat = fromJson<Heartbeat>(golden(u"heartbeat"_s, protocol));
        QVERIFY2(beat, qPrintable(beat ? QString() : beat.error().detail));
        QCOMPARE(beat->node.toString(), u"DTF-01"_s);
        QCOMPARE(beat->running.size(), 1);
        QCOMPARE(beat->running.first().name, u"Agency A.csv"_s);
        const auto batch = fromJson<ReportBatch>(golden(u"reports"_s, protocol));
        QVERIFY2(batch, qPrintable(batch ? QString() : batch.error().detail));
        QCOMPARE(batch->reports.size(), 2);
        QVERIFY(fromJson<AgentHello>(golden(u"hello"_s, protocol)));
    }
}

void TestVersions::orchestratorsMessages_data()
{
    agentsMessages_data();
}

/// What an agent and a console hear. An answer is read whoever wrote it: what it does not know it ignores. A console asks the
/// greeting's version first.
void TestVersions::orchestratorsMessages()
{
    QFETCH(int, protocol);
    QFETCH(bool, served);
    const QJsonObject answer = golden(u"reply"_s, protocol);
    QVERIFY(!answer.isEmpty());
    const auto reply = fromJson<HeartbeatReply>(answer);
    QVERIFY2(reply, qPrintable(reply ? QString() : reply.error().detail));
    QCOMPARE(reply->protocol, protocol);
    QVERIFY(reply->accepted && !reply->twin);
    QCOMPARE(reply->commands.size(), 1);
    const auto greeting = fromJson<FeedHello>(golden(u"feed"_s, protocol));
    QVERIFY2(greeting, qPrintable(greeting ? QString() : greeting.error().detail));
    const PeerVersion verdict = judgeVersion(greeting->protocol);
    QCOMPARE(verdict == PeerVersion::Current || verdict == PeerVersion::PastCompatible, served);
}

void TestVersions::anAgentFallsBackByOne()
{
    QCOMPARE(otherProtocol(n), n - 1);
    QCOMPARE(otherProtocol(n - 1), n); // until the other side is upgraded, too
}

QTEST_GUILESS_MAIN(TestVersions)
#include "tst_versions.moc"
