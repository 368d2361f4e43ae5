// SPDX-License-Identifier: GPL-3.0-or-later
// Operators' commands on their way through the gate to the fleet, and their answers.
#include "tests/orchestrator/api/gatedapi.h"
#include "tests/support/comparewords.h"

using namespace Qt::StringLiterals;
using namespace dtf::apifixture;

namespace dtf {

namespace {

const QByteArray reason = R"({"reason":"test"})";
const QByteArray jobPath = "/api/v1/jobs/" + jobText;

} // namespace

class TestCommands final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void commandsNeedAReason_data();
    void commandsNeedAReason();
    void commandsReachTheFleet();
    void alertsAreAcknowledged();
    void refusedCommandCarriesTheTruth();
};

void TestCommands::commandsNeedAReason_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("none") << "{}"_ba;
    QTest::newRow("blank") << R"({"reason":" \t\u00a0"})"_ba;
    QTest::newRow("too long") << R"({"reason":")" + QByteArray(501, 'x') + "\"}";
}

void TestCommands::commandsNeedAReason()
{
    QFETCH(QByteArray, body);
    Api api;
    for (const QByteArray &path : {jobPath + "/done", "/api/v1/nodes/DTF-01/restart-browser"_ba, "/api/v1/dispatch/resume"_ba}) {
        const auto answer = api.ask(request("POST", path, operatorToken, body));
        QCOMPARE(answer.status, 400);
        QCOMPARE(errorCode(answer), "invalid-argument"_ba);
    }
    QVERIFY(api.fleet.commands.isEmpty());
}

void TestCommands::commandsReachTheFleet()
{
    Api api;
    const QByteArray body = R"({"reason":" wrong agency ","key":"k1","expect":{"epoch":3,"state":"hold"},"node":"DTF-02"})";
    const auto answer = api.ask(request("POST", jobPath + "/requeue", operatorToken, body));
    QCOMPARE(answer.status, 200);
    QCOMPARE(fromJson<OperatorReply>(QJsonDocument::fromJson(answer.body).object())->code, u"done"_s);
    QCOMPARE(api.fleet.commands.size(), 1);
    const FakeFleet::Command &command = api.fleet.commands[0];
    QCOMPARE(command.what, "job requeue"_ba);
    QCOMPARE(command.actor, "operator:anna"_ba);
    QCOMPARE(command.request.reason, u"wrong agency"_s);
    QCOMPARE(command.request.key, u"k1"_s);
    QVERIFY(command.request.expectEpoch == std::optional<Epoch>(3));
    QVERIFY(command.request.expectState == std::optional(JobState::Hold));
    QCOMPARE(command.request.node.bytes(), "DTF-02"_ba);
}

void TestCommands::alertsAreAcknowledged()
{
    Api api;
    QCOMPARE(
        api.ask(request("POST", "/api/v1/alerts/login-needed/DTF-01/ack", operatorToken, R"({"expect":{"since":7}})")).status,
        200); // no reason is needed
    QCOMPARE(
        api.ask(request("POST", "/api/v1/alerts/share-down/-/ack", operatorToken, R"({"reason":"IT is at it"})")).status, 200);
    QCOMPARE(api.fleet.commands.size(), 2);
    QCOMPARE(api.fleet.commands[0].what, "ack login-needed 'DTF-01'"_ba);
    QCOMPARE(api.fleet.commands[0].actor, "operator:anna"_ba);
    QVERIFY(api.fleet.commands[0].request.expectSince == std::optional(WallTime {7}));
    QCOMPARE(api.fleet.commands[1].what, "ack share-down ''"_ba);
    QCOMPARE(api.fleet.commands[1].request.reason, u"IT is at it"_s);
}

void TestCommands::refusedCommandCarriesTheTruth()
{
    Api api;
    JobView truth;
    truth.job = *JobId::parse(jobText);
    truth.state = JobState::Running;
    api.fleet.reply = {false, u"stale"_s, u"it runs"_s, truth, 0};
    const auto answer = api.ask(request("POST", jobPath + "/requeue", operatorToken, reason));
    QCOMPARE(answer.status, 409);
    QCOMPARE(errorCode(answer), "stale"_ba);
    const auto reply = fromJson<OperatorReply>(QJsonDocument::fromJson(answer.body).object());
    QVERIFY(reply && reply->job);
    COMPARE_WORDS(reply->job->state, JobState::Running);
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::TestCommands)
#include "tst_commands.moc"
