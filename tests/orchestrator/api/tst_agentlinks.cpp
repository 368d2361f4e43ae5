// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/orchestrator/api/linkfixture.h"

using namespace Qt::StringLiterals;
using namespace dtf::linkfixture;

namespace dtf {

class TestAgentLinks final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void agentMustSayHello();
    void agentSpeaksForItselfOnly_data();
    void agentSpeaksForItselfOnly();
    void agentGetsCommandsAndGivesPictures();
    void secondBootIsRefusedWhileTheFirstLives();
    void sameBootReplacesItsOldLink();
};

void TestAgentLinks::agentMustSayHello()
{
    LinkLimits limits = quick();
    limits.hello = milliseconds(100);
    Api api(limits);
    Peer quiet(api, u"/api/v1/agent"_s, nodeToken);
    const Message message = quiet.next();
    COMPARE_WORDS(message.type, MessageType::Error);
    COMPARE_WORDS(fromJson<ApiError>(message.body)->code, ErrorCode::Timeout);
    QVERIFY(quiet.closed());
    Peer wrong(api, u"/api/v1/agent"_s, nodeToken);
    wrong.say(MessageType::Log, toJson(lines()));
    COMPARE_WORDS(wrong.next().type, MessageType::Error);
    QVERIFY(api.fleet.logs.isEmpty());
}

void TestAgentLinks::agentSpeaksForItselfOnly_data()
{
    QTest::addColumn<QByteArray>("first");
    QTest::addColumn<QByteArray>("second");
    QTest::newRow("hello") << encodeMessage(MessageType::AgentHello, hello("k7m2p9xz", "DTF-02")) << QByteArray();
    QTest::newRow("log") << encodeMessage(MessageType::AgentHello, hello())
                         << encodeMessage(MessageType::Log, toJson(lines("DTF-02")));
    QTest::newRow("check") << encodeMessage(MessageType::AgentHello, hello())
                           << encodeMessage(MessageType::Check, toJson(CheckData {node("DTF-02"), 1, {}, {}, {}}));
    QTest::newRow("picture") << encodeMessage(MessageType::AgentHello, hello())
                             << encodeMessage(MessageType::Picture, toJson(PictureData {node("DTF-02"), 1, "x", {}}));
}

void TestAgentLinks::agentSpeaksForItselfOnly()
{
    QFETCH(QByteArray, first);
    QFETCH(QByteArray, second);
    Api api;
    Peer agent(api, u"/api/v1/agent"_s, nodeToken);
    agent.socket().sendTextMessage(QString::fromUtf8(first));
    if (!second.isEmpty()) {
        agent.socket().sendTextMessage(QString::fromUtf8(second));
    }
    const Message message = agent.next();
    COMPARE_WORDS(message.type, MessageType::Error);
    COMPARE_WORDS(fromJson<ApiError>(message.body)->code, ErrorCode::Forbidden);
    QVERIFY(agent.closed());
    QVERIFY(api.fleet.logs.isEmpty() && api.fleet.pictures.isEmpty() && api.fleet.checks.isEmpty());
}

void TestAgentLinks::agentGetsCommandsAndGivesPictures()
{
    Api api;
    Peer agent(api, u"/api/v1/agent"_s, nodeToken);
    agent.say(MessageType::AgentHello, hello());
    QTRY_COMPARE(api.server->linkCounters().agents, 1);
    AgentCommand command;
    command.id = 42;
    command.kind = CommandKind::Picture;
    api.publisher().sendCommand(node("DTF-02"), command); // has no link: goes with its heartbeat
    api.publisher().sendCommand(node(), command);
    const Message message = agent.next();
    COMPARE_WORDS(message.type, MessageType::Command);
    QCOMPARE(fromJson<AgentCommand>(message.body)->id, 42);
    api.publisher().sendWorkHint(node());
    COMPARE_WORDS(agent.next().type, MessageType::WorkHint);

    agent.say(MessageType::Picture, toJson(PictureData {node(), 42, QByteArray(8 * 1024 * 1024, '\x89'), {}}));
    agent.say(MessageType::Log, toJson(lines()));
    QTRY_COMPARE(api.fleet.pictures.size(), 1);
    QCOMPARE(api.fleet.pictures[0].png.size(), 8 * 1024 * 1024);
    QTRY_COMPARE(api.fleet.logs.size(), 1);

    agent.say(MessageType::Check, toJson(CheckData {node(), 43, {}, {{u"share"_s, false, u"not mounted"_s}}, {}}));
    QTRY_COMPARE(api.fleet.checks.size(), 1);
    QCOMPARE(api.fleet.checks[0].rows[0].detail, u"not mounted"_s);
}

void TestAgentLinks::secondBootIsRefusedWhileTheFirstLives()
{
    Api api;
    Peer first(api, u"/api/v1/agent"_s, nodeToken);
    first.say(MessageType::AgentHello, hello());
    QTRY_COMPARE(api.server->linkCounters().agents, 1);
    Peer clone(api, u"/api/v1/agent"_s, nodeToken);
    clone.say(MessageType::AgentHello, hello("b0000000"));
    COMPARE_WORDS(fromJson<ApiError>(clone.next().body)->code, ErrorCode::AlreadyExists);
    QVERIFY(clone.closed());
    QCOMPARE(api.fleet.refusals.size(), 1);
    api.publisher().sendWorkHint(node());
    COMPARE_WORDS(first.next().type, MessageType::WorkHint);

    first.socket().abort(); // killed: its machine closes the connection
    QTRY_COMPARE(api.server->linkCounters().agents, 0);
    Peer restarted(api, u"/api/v1/agent"_s, nodeToken);
    restarted.say(MessageType::AgentHello, hello("c0000000"));
    QTRY_COMPARE(api.server->linkCounters().agents, 1);
}

void TestAgentLinks::sameBootReplacesItsOldLink()
{
    Api api;
    Peer first(api, u"/api/v1/agent"_s, nodeToken);
    first.say(MessageType::AgentHello, hello());
    QTRY_COMPARE(api.server->linkCounters().agents, 1);
    Peer again(api, u"/api/v1/agent"_s, nodeToken);
    again.say(MessageType::AgentHello, hello());
    QVERIFY(first.closed());
    api.publisher().sendWorkHint(node());
    COMPARE_WORDS(again.next().type, MessageType::WorkHint);
    QCOMPARE(api.server->linkCounters().agents, 1);
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::TestAgentLinks)
#include "tst_agentlinks.moc"
