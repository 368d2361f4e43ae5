// SPDX-License-Identifier: GPL-3.0-or-later
// Commands against the real control plane: what was seen travels along, every answer is told, nothing is sent on old data.
#include "console/actions/fleetcommands.h"
#include "console/text/texts.h"
#include "tests/console/consoledesk.h"
#include "tests/support/comparewords.h"

#include <QTest>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

/// A console's commands, and every answer that was told.
struct Desk : ConsoleDesk
{
    FleetCommands commands {store};
    QList<CommandAnswer> answers;

    explicit Desk(const char *token = operatorToken)
        : ConsoleDesk(token)
    {
        commands.setSession(session.get());
        QObject::connect(
            &commands, &FleetCommands::answered, &commands, [this](const CommandAnswer &answer) { answers.append(answer); });
    }
};

JobView held()
{
    JobView view;
    view.job = *JobId::parse("01JDPK3E4R00000000000000A1");
    view.name = u"pay\nroll.csv"_s;
    view.state = JobState::Hold;
    view.epoch = 3;
    return view;
}

} // namespace

class TestFleetCommands : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void what_was_seen_travels_along()
    {
        Desk desk;
        QVERIFY(desk.welcomed());
        desk.commands.send(JobAction::Requeue, held(), u"  looked at the portal "_s, *NodeName::parse("DTF-02"));
        QTRY_COMPARE(desk.answers.size(), 1);
        const CommandAnswer &answer = desk.answers.first();
        QVERIFY(answer.accepted);
        QCOMPARE(answer.subject, u"pay\\x0aroll.csv"_s);
        QCOMPARE(answer.action, u"Requeue"_s);
        QCOMPARE(answer.words, u"it is so now"_s);
        QCOMPARE(desk.fleet.commands.size(), 1);
        const CtlFleet::Command &sent = desk.fleet.commands.first();
        QCOMPARE(sent.what, QByteArray("requeue 01JDPK3E4R00000000000000A1"));
        QCOMPARE(sent.request.reason, u"looked at the portal"_s);
        QCOMPARE(sent.request.expectEpoch.value_or(0), Epoch(3));
        COMPARE_WORDS(sent.request.expectState.value_or(JobState::Done), JobState::Hold);
        QCOMPARE(sent.request.node.toString(), u"DTF-02"_s);
        QVERIFY(!sent.request.key.isEmpty());
    }

    void each_command_reaches_its_place()
    {
        Desk desk;
        QVERIFY(desk.welcomed());
        const NodeName node = *NodeName::parse("DTF-01");
        Alert alert;
        alert.kind = AlertKind::NodeLost;
        alert.subject = "DTF-01";
        desk.commands.send(NodeAction::RestartBrowser, node, u"hung"_s, true);
        QTRY_COMPARE(desk.answers.size(), 1);
        desk.commands.sendDispatch(true, u"portal update"_s);
        QTRY_COMPARE(desk.answers.size(), 2);
        desk.commands.acknowledge(alert, {});
        QTRY_COMPARE(desk.answers.size(), 3);
        QCOMPARE(desk.fleet.commands.size(), 3);
        QCOMPARE(desk.fleet.commands[0].what, QByteArray("restart-browser DTF-01"));
        QVERIFY(desk.fleet.commands[0].request.now);
        QCOMPARE(desk.fleet.commands[1].what, QByteArray("dispatch pause"));
        QCOMPARE(desk.fleet.commands[2].what, QByteArray("ack node-lost 'DTF-01'"));
        QSet<QString> keys;
        for (const CtlFleet::Command &sent : desk.fleet.commands) {
            keys.insert(sent.request.key);
        }
        QCOMPARE(keys.size(), 3);
    }

    void a_refusal_is_told_with_its_words()
    {
        Desk desk;
        QVERIFY(desk.welcomed());
        desk.fleet.reply = {false, u"stale"_s, u"it is now running,\nattempt 4"_s, {}, 0};
        desk.commands.send(JobAction::Requeue, held(), u"again"_s);
        QTRY_COMPARE(desk.answers.size(), 1);
        QVERIFY(!desk.answers.first().accepted);
        QCOMPARE(desk.answers.first().words, u"it is now running,\\x0aattempt 4"_s);
    }

    void an_orchestrator_that_went_away_is_told()
    {
        Desk desk;
        QVERIFY(desk.welcomed());
        desk.server.reset();
        desk.commands.send(NodeAction::Pause, *NodeName::parse("DTF-01"), u"test"_s);
        QTRY_COMPARE(desk.answers.size(), 1);
        QVERIFY(!desk.answers.first().accepted);
        QVERIFY(desk.answers.first().words.startsWith(textOf(ErrorCode::Unavailable)));
        QVERIFY(desk.fleet.commands.isEmpty());
    }

    void nothing_is_sent_while_data_is_old()
    {
        Desk desk;
        QVERIFY(desk.welcomed());
        desk.clock.pass(FleetStore::currentFor + milliseconds(1));
        QVERIFY(!desk.commands.whyNone().isEmpty());
        desk.commands.send(JobAction::Done, held(), u"x"_s);
        desk.commands.sendDispatch(true, u"x"_s);
        QCOMPARE(desk.answers.size(), 2); // at once, from here
        QVERIFY(!desk.answers.first().accepted);
        QCOMPARE(desk.answers.first().words, desk.commands.whyNone());
        desk.store.heard(); // and the next one goes through: it is the only one that arrives
        desk.commands.send(NodeAction::Pause, *NodeName::parse("DTF-01"), u"x"_s);
        QTRY_COMPARE(desk.answers.size(), 3);
        QCOMPARE(desk.fleet.commands.size(), 1);
    }

    void a_viewer_sends_nothing()
    {
        Desk desk(ConsoleDesk::viewerToken);
        QVERIFY(desk.welcomed());
        desk.commands.send(NodeAction::Pause, *NodeName::parse("DTF-01"), u"x"_s);
        QCOMPARE(desk.answers.size(), 1);
        QVERIFY(!desk.answers.first().accepted);
        desk.commands.setSession(nullptr);
        desk.commands.send(NodeAction::Pause, *NodeName::parse("DTF-01"), u"x"_s);
        QCOMPARE(desk.answers.size(), 2);
        QVERIFY(desk.fleet.commands.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestFleetCommands)
#include "tst_fleetcommands.moc"
