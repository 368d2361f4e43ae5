// SPDX-License-Identifier: GPL-3.0-or-later
// The real program against the real control plane: taking a node out and back, and a rollout that looks before it drains.
#include "tests/console/ctl/ctlfixture.h"

using namespace Qt::StringLiterals;
using namespace dtf;

namespace {

NodeView node(const char *name, const QString &state)
{
    NodeView view;
    view.node = *NodeName::parse(name);
    view.state = state;
    view.beat.node = view.node;
    view.beat.boot = *BootId::parse("b00t0001");
    view.beat.seq = 1;
    view.beat.version = u"1.2.0"_s;
    return view;
}

} // namespace

class TestNodeChange : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void out_and_back_are_one_command_each()
    {
        CtlFixture fixture;
        fixture.fleet.view.summary.orchestratorBoot = *BootId::parse("0rch3str");
        fixture.fleet.view.summary.jobsByState = QList<qint64>(11, 0);
        fixture.fleet.view.nodes = {node("DTF-01", u"draining"_s)};
        CtlEnd end = fixture.run({u"take-out"_s, u"DTF-01"_s});
        ENDS(end, 0);
        SAYS(end.out, u"DTF-01 is out"_s);
        SAYS(end.out, u"Back: dtf-ctl put-back DTF-01\n"_s);
        fixture.fleet.view.nodes = {node("DTF-01", u"ready"_s)};
        end = fixture.run({u"put-back"_s, u"DTF-01"_s});
        ENDS(end, 0);
        SAYS(end.out, u"DTF-01 takes files again."_s);
        QCOMPARE(fixture.fleet.commands.size(), 2);
        QCOMPARE(fixture.fleet.commands[0].what, "drain DTF-01"_ba);
        QCOMPARE(fixture.fleet.commands[0].request.reason, u"taken out with dtf-ctl take-out"_s);
        QCOMPARE(fixture.fleet.commands[1].what, "resume DTF-01"_ba);
        QCOMPARE(fixture.fleet.commands[1].request.reason, u"put back with dtf-ctl put-back"_s);
    }

    void a_node_that_is_not_back_in_time_is_told()
    {
        CtlFixture fixture;
        fixture.fleet.view.summary.orchestratorBoot = *BootId::parse("0rch3str");
        fixture.fleet.view.summary.jobsByState = QList<qint64>(11, 0);
        fixture.fleet.view.nodes = {node("DTF-01", u"login_required"_s)};
        const CtlEnd end = fixture.run({u"put-back"_s, u"DTF-01"_s, u"--wait"_s, u"1"_s});
        ENDS(end, 1);
        SAYS(end.err, u"is in service, but can't take files yet: login_required"_s);
    }

    /// It was ready when the whole was planned.
    void a_rollout_does_not_drain_who_has_lost_its_login()
    {
        CtlFixture fixture;
        fixture.fleet.view.summary.orchestratorBoot = *BootId::parse("0rch3str");
        fixture.fleet.view.summary.jobsByState = QList<qint64>(11, 0);
        fixture.fleet.view.nodes = {node("DTF-01", u"ready"_s), node("DTF-02", u"ready"_s)};
        fixture.fleet.afterState = [&fixture] { fixture.fleet.view.nodes[0].state = u"login_required"_s; };
        const CtlEnd end = fixture.run({u"rollout"_s, u"--command"_s, u"true"_s});
        ENDS(end, 1);
        SAYS(end.err, u"its browser is not ready (login_required): log in first"_s);
        QVERIFY(fixture.fleet.commands.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestNodeChange)
#include "tst_nodechange.moc"
