// SPDX-License-Identifier: GPL-3.0-or-later
// Machines that join, at the gate.
#include "common/core/joincode.h"
#include "orchestrator/api/membershipservice.h"
#include "tests/orchestrator/api/gatedapi.h"
#include "tests/support/comparewords.h"

#include <QTest>

using namespace dtf;
using namespace dtf::apifixture;
using namespace Qt::StringLiterals;

namespace {

const JoinCode theCode = *JoinCode::parse("7K2QD-0X9FA-00000-11111-22222-33333");
const QByteArray memberToken = "member-token-0123456789abcdef";

class FakeMembers final : public MembershipService
{
public:
    std::optional<Principal> memberOf(QByteArrayView bearer) const override
    {
        return sameSecret(bearer, memberToken) ? std::optional(Principal {Role::Node, u"VM-1"_s, node("VM-1")}) : std::nullopt;
    }
    void enrol(const EnrolRequest &request, const QByteArray &digest, const QByteArray &from, Callback<EnrolReply> done) override
    {
        asked.append({request, digest, from});
        if (digest == theCode.digest()) {
            done(EnrolReply {protocolVersion, node("VM-1"), QString::fromLatin1(memberToken), "5e0c"});
        } else {
            done(fail(ErrorCode::Forbidden, u"not known here"_s));
        }
    }
    void makeJoinCode(const JoinCodeRequest &request, const QByteArray &actor, Callback<OperatorReply> done) override
    {
        commands.append("make " + QByteArray::number(request.uses) + ' ' + request.digest.left(4) + " by " + actor);
        done(OperatorReply {true, u"done"_s, {}, {}, 0});
    }
    void revokeJoinCode(
        qint64 number, const OperatorRequest &request, const QByteArray &actor, Callback<OperatorReply> done) override
    {
        commands.append("revoke " + QByteArray::number(number) + ' ' + request.reason.toUtf8() + " by " + actor);
        done(OperatorReply {true, u"done"_s, {}, {}, 0});
    }
    JoinCodesView joinCodes() override { return {}; }
    void forgetNode(
        const NodeName &name, const OperatorRequest &request, const QByteArray &actor, Callback<OperatorReply> done) override
    {
        commands.append("forget " + name.bytes() + ' ' + request.reason.toUtf8() + " by " + actor);
        done(OperatorReply {false, u"illegal-transition"_s, u"it is heard"_s, {}, 0});
    }

    struct Asked
    {
        EnrolRequest request;
        QByteArray digest;
        QByteArray from;
    };
    QList<Asked> asked;
    QByteArrayList commands;
};

struct JoinApi
{
    FakeFleet fleet;
    FakeMembers members;
    SystemClock clock;
    AccessList access = accessList();
    ApiGate gate {ApiContext {fleet, clock, nullptr, nullptr, &members}, access, HostRules({})};
    HttpServer server {gate, HttpLimits {}, clock};
    quint16 port = server.start(QHostAddress(QHostAddress::LocalHost), 0).value_or(0);

    RawClient::Answer ask(const QByteArray &bytes) { return RawClient(port).ask(bytes); }
};

EnrolRequest asking(const QByteArray &code = theCode.text())
{
    EnrolRequest body;
    body.protocol = protocolVersion;
    body.code = QString::fromLatin1(code);
    body.node = node("VM-1");
    body.machine = "board-1";
    body.request = "0123456789abcdef";
    body.boot = beat().boot;
    return body;
}

QByteArray post(const QByteArray &path, const QByteArray &token, const QJsonObject &body)
{
    return request("POST", path, token, toBytes(body));
}

} // namespace

class TestEnrol : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aMachineIsLetInWithoutAToken();
    void whatIsNoQuestionIsRefused_data();
    void whatIsNoQuestionIsRefused();
    void askingIsLimited();
    void aMembersTokenIsItsOwn();
    void codesAreForOperators();
    void withoutMembersNobodyJoins();
};

void TestEnrol::aMachineIsLetInWithoutAToken()
{
    JoinApi api;
    const auto answer = api.ask(post("/api/v1/enrol", {}, toJson(asking("7k2qd 0x9fa 00000 11111 22222 33333"))));
    QCOMPARE(answer.status, 200);
    const auto reply = fromJson<EnrolReply>(QJsonDocument::fromJson(answer.body).object());
    QVERIFY(reply);
    QCOMPARE(reply->node, node("VM-1"));
    QCOMPARE(reply->token.toLatin1(), memberToken);
    QCOMPARE(api.members.asked.size(), 1);
    QCOMPARE(api.members.asked.first().digest, theCode.digest());
    QVERIFY(api.members.asked.first().request.code.isEmpty()); // goes no further
    QCOMPARE(api.members.asked.first().from, "machine@127.0.0.1"_ba);
    const auto wrong = api.ask(post("/api/v1/enrol", {}, toJson(asking(JoinCode::generate().text()))));
    QCOMPARE(wrong.status, 403);
    QCOMPARE(errorCode(wrong), "forbidden"_ba);
}

void TestEnrol::whatIsNoQuestionIsRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    const auto row = [](const char *name, const QJsonObject &body, int status) {
        QTest::newRow(name) << toBytes(body) << status;
    };
    const QJsonObject good = toJson(asking());
    QJsonObject body = good;
    body["code"_L1] = u"hello"_s;
    row("no code", body, 403);
    body = good;
    body["code"_L1] = QString(3'000, u'7');
    row("a code without end", body, 400);
    body = good;
    body["request"_L1] = u"short"_s;
    row("a request that others may use", body, 400);
    body = good;
    body.remove("boot"_L1);
    row("half", body, 400);
    body = good;
    body["protocol"_L1] = protocolVersion + 1;
    body["code"_L1] = 7; // of another shape
    row("from the future", body, 400);
    body = good;
    body["node"_L1] = u"../x"_s;
    row("a hostile name", body, 400);
    body = good;
    body["x"_L1] = QString(5'000, u'x');
    row("too large", body, 413);
}

void TestEnrol::whatIsNoQuestionIsRefused()
{
    QFETCH(QByteArray, body);
    JoinApi api;
    QTEST(api.ask(request("POST", "/api/v1/enrol", {}, body)).status, "status");
    QVERIFY(api.members.asked.isEmpty());
}

void TestEnrol::askingIsLimited()
{
    JoinApi api;
    for (int i = 0; i < 60; ++i) {
        QCOMPARE(api.ask(post("/api/v1/enrol", {}, toJson(asking()))).status, 200);
    }
    const auto answer = api.ask(post("/api/v1/enrol", {}, toJson(asking())));
    QCOMPARE(answer.status, 429);
    QVERIFY(answer.head.contains("Retry-After: 60\r\n"));
    QCOMPARE(api.members.asked.size(), 60);
}

void TestEnrol::aMembersTokenIsItsOwn()
{
    JoinApi api;
    api.fleet.beatReply.orchestratorBoot = *BootId::parse("0rch3str");
    QCOMPARE(api.ask(post("/api/v1/heartbeat", memberToken, toJson(beat("VM-1")))).status, 200);
    QCOMPARE(api.ask(post("/api/v1/heartbeat", memberToken, toJson(beat("DTF-01")))).status, 403);
    QCOMPARE(api.ask(request("GET", "/api/v1/join-codes", memberToken)).status, 403);
}

void TestEnrol::codesAreForOperators()
{
    JoinApi api;
    const JoinCodeRequest make {{}, u"key"_s, theCode.digest().toHex(), 24, 3};
    OperatorRequest why;
    why.reason = u"lost"_s;
    const QList<QByteArray> others {viewerToken, nodeToken};
    const auto asked = [&](const QByteArray &method, const QByteArray &path, const QJsonObject &body, int status) {
        for (const QByteArray &token : others) {
            QCOMPARE(api.ask(request(method, path, token, toBytes(body))).status, 403);
        }
        QCOMPARE(api.ask(request(method, path, {}, toBytes(body))).status, 401);
        QCOMPARE(api.ask(request(method, path, operatorToken, toBytes(body))).status, status);
    };
    asked("POST", "/api/v1/join-codes", toJson(make), 200);
    asked("GET", "/api/v1/join-codes", {}, 200);
    asked("POST", "/api/v1/join-codes/7/revoke", toJson(why), 200);
    asked("POST", "/api/v1/nodes/VM-1/forget", toJson(why), 409);
    QCOMPARE(api.members.commands,
        (QByteArrayList {"make 3 " + theCode.digest().toHex().left(4) + " by operator:anna", "revoke 7 lost by operator:anna",
            "forget VM-1 lost by operator:anna"}));
    QCOMPARE(api.ask(post("/api/v1/join-codes/0/revoke", operatorToken, toJson(why))).status, 400);
    QCOMPARE(api.ask(post("/api/v1/nodes/VM-1/forget", operatorToken, {})).status, 400); // a reason is needed
    JoinCodeRequest none = make;
    none.digest = {};
    QCOMPARE(api.ask(post("/api/v1/join-codes", operatorToken, toJson(none))).status, 400);
}

void TestEnrol::withoutMembersNobodyJoins()
{
    Api api;
    QCOMPARE(api.ask(post("/api/v1/enrol", {}, toJson(asking()))).status, 404);
}

QTEST_GUILESS_MAIN(TestEnrol)
#include "tst_enrol.moc"
