// SPDX-License-Identifier: GPL-3.0-or-later
// A snapshot tells differences only, a delta what it holds; what is old is never taken for current.
#include "console/store/fleetstore.h"
#include "tests/console/fakeclock.h"
#include "tests/support/comparewords.h"

#include <QSignalSpy>
#include <QTest>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

NodeView node(int n, const QString &state = u"ready"_s, qint64 age = 200)
{
    NodeView view;
    view.node = *NodeName::parse("DTF-0" + QByteArray::number(n));
    view.state = state;
    view.heartbeatAgeMs = age;
    return view;
}

Alert alert(AlertKind kind, const QByteArray &subject, AlertSeverity severity = AlertSeverity::Critical, qint64 since = 1)
{
    Alert made;
    made.kind = kind;
    made.subject = subject;
    made.severity = severity;
    made.since = {since};
    return made;
}

Alert seen(Alert alert)
{
    alert.acknowledged = Acknowledgement {{5}, "operator:anna", {}};
    return alert;
}

FeedSnapshot snapshot(const QList<NodeView> &nodes, const QList<Alert> &alerts = {})
{
    FeedSnapshot made;
    made.state.nodes = nodes;
    made.state.alerts = alerts;
    made.state.summary.time = {1'795'000'000'000};
    return made;
}

/// A store with everything it told since the last taken(), as short words in order.
struct Told
{
    FakeClock clock;
    FleetStore store {clock};
    QStringList words;

    Told()
    {
        QObject::connect(
            &store, &FleetStore::nodesChanged, &store, [this](const QList<NodeName> &changed, const QList<NodeName> &removed) {
                words.append(u"nodes"_s + names(changed) + (removed.isEmpty() ? QString() : u" without"_s + names(removed)));
            });
        QObject::connect(&store, &FleetStore::jobsChanged, &store,
            [this](const QList<JobView> &jobs) { words.append(u"jobs %1"_s.arg(jobs.size())); });
        QObject::connect(&store, &FleetStore::alertsChanged, &store, [this] { words.append(u"alerts"_s); });
        QObject::connect(&store, &FleetStore::alertRaised, &store,
            [this](const Alert &raised) { words.append(u"raised "_s + QString::fromLatin1(raised.subject)); });
        QObject::connect(&store, &FleetStore::summaryChanged, &store, [this] { words.append(u"summary"_s); });
        QObject::connect(&store, &FleetStore::auditArrived, &store,
            [this](const QList<AuditRow> &rows) { words.append(u"audit %1"_s.arg(rows.size())); });
        QObject::connect(&store, &FleetStore::snapshotTaken, &store, [this] { words.append(u"snapshot"_s); });
        QObject::connect(&store, &FleetStore::freshnessChanged, &store, [this] { words.append(u"fresh"_s); });
    }
    static QString names(const QList<NodeName> &nodes)
    {
        QString text;
        for (const NodeName &name : nodes) {
            text += u' ' + name.toString();
        }
        return text;
    }
    [[nodiscard]] QStringList taken() { return std::exchange(words, {}); }
    [[nodiscard]] QStringList subjects() const
    {
        QStringList list;
        for (const Alert &open : store.alerts()) {
            list.append(QString::fromLatin1(open.subject));
        }
        return list;
    }
};

} // namespace

class TestFleetStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void the_first_snapshot_raises_nothing()
    {
        Told told;
        told.store.take(snapshot({node(2), node(1)}, {alert(AlertKind::NodeLost, "A")}));
        QCOMPARE(told.taken(),
            (QStringList {u"summary"_s, u"alerts"_s, u"nodes DTF-01 DTF-02"_s, u"jobs 0"_s, u"snapshot"_s, u"fresh"_s}));
        QCOMPARE(told.store.nodes().size(), 2);
    }

    void a_later_snapshot_tells_who_is_gone_and_raises_only_what_is_new()
    {
        Told told;
        told.store.take(snapshot({node(1), node(2)}, {alert(AlertKind::NodeLost, "A")}));
        (void)told.taken();
        told.store.take(snapshot({node(2), node(3)}, {alert(AlertKind::NodeLost, "A"), alert(AlertKind::NodeLost, "B")}));
        QCOMPARE(told.taken(),
            (QStringList {
                u"summary"_s, u"alerts"_s, u"nodes DTF-02 DTF-03 without DTF-01"_s, u"jobs 0"_s, u"snapshot"_s, u"raised B"_s}));
    }

    void a_delta_tells_what_it_holds_and_nothing_else()
    {
        Told told;
        told.store.take(snapshot({node(1), node(2)}));
        (void)told.taken();
        told.store.take(FeedDelta {});
        QCOMPARE(told.taken(), QStringList {});
        FeedDelta delta;
        delta.nodes = {node(2, u"busy"_s)};
        told.store.take(delta);
        QCOMPARE(told.taken(), (QStringList {u"nodes DTF-02"_s}));
        QCOMPARE(told.store.nodes().value(node(2).node).state, u"busy"_s);
        QCOMPARE(told.store.nodes().value(node(1).node).state, u"ready"_s);
        FeedDelta rest;
        rest.jobs = {JobView {}, JobView {}};
        rest.audit = {AuditRow {}};
        rest.summary = FleetSummary {};
        told.store.take(rest);
        QCOMPARE(told.taken(), (QStringList {u"summary"_s, u"jobs 2"_s, u"audit 1"_s}));
    }

    void a_delta_before_any_snapshot_is_nothing_to_build_on()
    {
        Told told;
        FeedDelta delta;
        delta.nodes = {node(1)};
        told.store.take(delta);
        QCOMPARE(told.taken(), QStringList {});
        QVERIFY(told.store.nodes().isEmpty());
        QVERIFY(told.store.freshness() == Freshness::Nothing);
    }

    void an_alert_is_raised_once_also_when_it_is_acknowledged()
    {
        Told told;
        told.store.take(snapshot({}));
        (void)told.taken();
        FeedDelta raised;
        raised.alertsRaised = {alert(AlertKind::NodeLost, "A")};
        told.store.take(raised);
        QCOMPARE(told.taken(), (QStringList {u"alerts"_s, u"raised A"_s}));
        raised.alertsRaised = {seen(alert(AlertKind::NodeLost, "A"))};
        told.store.take(raised);
        QCOMPARE(told.taken(), (QStringList {u"alerts"_s}));
        QCOMPARE(told.store.alerts().size(), 1);
        QVERIFY(told.store.alerts().first().acknowledged);
        FeedDelta over;
        over.alertsCleared = {alert(AlertKind::NodeLost, "A")};
        told.store.take(over);
        QCOMPARE(told.taken(), (QStringList {u"alerts"_s}));
        QVERIFY(told.store.alerts().isEmpty());
    }

    void over_and_back_within_one_delta_is_raised_again()
    {
        Told told;
        told.store.take(snapshot({}, {alert(AlertKind::NodeLost, "A")}));
        (void)told.taken();
        FeedDelta both;
        both.alertsCleared = {alert(AlertKind::NodeLost, "A")};
        both.alertsRaised = {alert(AlertKind::NodeLost, "A", AlertSeverity::Critical, 9)};
        told.store.take(both);
        QCOMPARE(told.taken(), (QStringList {u"alerts"_s, u"raised A"_s}));
        QCOMPARE(told.store.alerts().first().since.msecsSinceEpoch, 9);
    }

    void alerts_are_ordered_by_harm_then_age_acknowledged_last()
    {
        Told told;
        told.store.take(snapshot({},
            {seen(alert(AlertKind::NodeLost, "critical, seen", AlertSeverity::Critical, 1)),
                alert(AlertKind::JobStuck, "warning, old", AlertSeverity::Warning, 2),
                alert(AlertKind::NodeLost, "critical, new", AlertSeverity::Critical, 9),
                seen(alert(AlertKind::JobStuck, "warning, seen", AlertSeverity::Warning, 1)),
                alert(AlertKind::NodeLost, "critical, old", AlertSeverity::Critical, 3)}));
        QCOMPARE(told.subjects(),
            (QStringList {u"critical, old"_s, u"critical, new"_s, u"warning, old"_s, u"critical, seen"_s, u"warning, seen"_s}));
    }

    void freshness_follows_the_clock_and_the_connection()
    {
        Told told;
        QVERIFY(told.store.freshness() == Freshness::Nothing);
        QVERIFY(!told.store.age());
        told.store.take(snapshot({node(1)}));
        QVERIFY(told.store.freshness() == Freshness::Current);
        told.clock.pass(FleetStore::currentFor);
        QVERIFY(told.store.freshness() == Freshness::Current);
        told.clock.pass(milliseconds(1));
        QVERIFY(told.store.freshness() == Freshness::Old);
        QCOMPARE(told.store.age()->count(), 5'001);
        told.store.heard();
        QVERIFY(told.store.freshness() == Freshness::Current);
        told.store.lost({ErrorCode::Unavailable, u"no route"_s});
        QVERIFY(told.store.freshness() == Freshness::Gone);
        QCOMPARE(told.store.lastError().detail, u"no route"_s);
        told.store.heard(); // a late word of a dead connection
        QVERIFY(told.store.freshness() == Freshness::Gone);
        QCOMPARE(told.store.nodes().size(), 1); // stays readable
        told.store.take(snapshot({node(1)}));
        QVERIFY(told.store.freshness() == Freshness::Current);
    }

    void freshness_is_told_once_a_second_however_much_is_heard_and_at_once_when_it_turns()
    {
        Told told;
        told.store.take(snapshot({node(1)}));
        QCOMPARE(told.taken().last(), u"fresh"_s);
        for (int i = 0; i < 30; ++i) {
            told.clock.pass(milliseconds(100));
            told.store.heard();
        }
        QCOMPARE(told.taken().size(), 3);
        told.store.lost({ErrorCode::Unavailable, u"no route"_s});
        QCOMPARE(told.taken(), QStringList {u"fresh"_s});
        told.store.take(snapshot({node(1)})); // in the same moment
        QCOMPARE(told.taken().last(), u"fresh"_s);
        told.clock.pass(FleetStore::currentFor + milliseconds(1));
        told.store.tick();
        QCOMPARE(told.taken(), QStringList {u"fresh"_s});
        told.store.heard();
        QCOMPARE(told.taken(), QStringList {u"fresh"_s});
    }

    void losing_what_was_never_there_is_no_state_of_its_own()
    {
        Told told;
        told.store.lost({ErrorCode::Unavailable, {}});
        QVERIFY(told.store.freshness() == Freshness::Nothing);
        QCOMPARE(told.taken(), QStringList {u"fresh"_s});
    }

    void ages_go_on_by_our_clock_alone()
    {
        Told told;
        told.store.take(snapshot({node(1, u"ready"_s, 300), node(2, u"unseen"_s, -1)}));
        told.clock.pass(milliseconds(4'000));
        QCOMPARE(told.store.nodeSilence(node(1).node).count(), 4'300);
        QCOMPARE(told.store.nodeSilence(node(2).node).count(), 0);
        QCOMPARE(told.store.nodeSilence(node(9).node).count(), 0);
        QCOMPARE(told.store.sinceOrchestratorTime({1'795'000'000'000 - 60'000}).count(), 64'000);
        QCOMPARE(told.store.sinceOrchestratorTime({1'795'000'000'000 + 60'000}).count(), 0); // not yet: never negative
        FeedDelta delta;
        delta.nodes = {node(1, u"ready"_s, 10)};
        told.store.take(delta);
        QCOMPARE(told.store.nodeSilence(node(1).node).count(), 10);
    }
};

QTEST_GUILESS_MAIN(TestFleetStore)
#include "tst_fleetstore.moc"
