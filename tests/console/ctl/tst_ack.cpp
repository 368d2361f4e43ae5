// SPDX-License-Identifier: GPL-3.0-or-later
// Which alert is meant by the words after `ack`, and what the orchestrator is told.
#include "console/ctl/alertfinder.h"
#include "tests/console/ctl/ctlfixture.h"
#include "tests/support/comparewords.h"

using namespace Qt::StringLiterals;
using namespace dtf;

namespace {

StateView onlyAlerts(const QList<Alert> &alerts)
{
    StateView view;
    view.summary.orchestratorBoot = *BootId::parse("0rch3str");
    view.summary.jobsByState = QList<qint64>(11, 0);
    view.alerts = alerts;
    return view;
}

} // namespace

class TestAck : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void which_alert_is_chosen_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("word");
        QTest::addColumn<QString>("subject"); // "!": a sentence instead
        QTest::addColumn<qint64>("since"); // 0: not one of the open ones
        const auto row = [](const char *name, AlertKind kind, const QString &word, const QString &subject, qint64 since) {
            QTest::newRow(name) << int(kind) << word << subject << since;
        };
        const QString id = u"01JDCQ5T3M8YZKX4W9RVN7C002"_s;
        row("the only one of its kind", AlertKind::ShareDown, {}, {}, 1);
        row("a node's", AlertKind::LoginNeeded, u"DTF-02"_s, u"DTF-02"_s, 3);
        row("one of two", AlertKind::LoginNeeded, {}, u"!"_s, 0);
        row("another kind of the same node", AlertKind::NodeLost, u"DTF-02"_s, u"DTF-02"_s, 0);
        row("part of an id", AlertKind::JobRejected, u"7c002"_s, id, 5);
        row("part of two ids", AlertKind::JobRejected, u"9RVN7C"_s, u"!"_s, 0);
        row("part of a node's name is none", AlertKind::LoginNeeded, u"DTF"_s, u"DTF"_s, 0);
        row("an id whose alert is over", AlertKind::JobRejected, u"01jdcq5t3m8yzkx4w9rvn7c009"_s, u"01JDCQ5T3M8YZKX4W9RVN7C009"_s,
            0);
        row("a file's name", AlertKind::JobRejected, u"a b.csv"_s, u"!"_s, 0);
    }
    void which_alert_is_chosen()
    {
        QFETCH(int, kind);
        QFETCH(QString, word);
        QFETCH(QString, subject);
        QFETCH(qint64, since);
        const auto alert = [](AlertKind k, const char *about, qint64 at) {
            return Alert {k, AlertSeverity::Warning, about, {at}, {}};
        };
        const auto chosen = chooseAlert(AlertKind(kind), word,
            {alert(AlertKind::ShareDown, "", 1), alert(AlertKind::LoginNeeded, "DTF-01", 2),
                alert(AlertKind::LoginNeeded, "DTF-02", 3), alert(AlertKind::JobRejected, "01JDCQ5T3M8YZKX4W9RVN7C001", 4),
                alert(AlertKind::JobRejected, "01JDCQ5T3M8YZKX4W9RVN7C002", 5)});
        QCOMPARE(chosen.has_value(), subject != u"!"_s);
        if (chosen) {
            COMPARE_WORDS(chosen->kind, AlertKind(kind));
            QCOMPARE(QString::fromUtf8(chosen->subject), subject);
            QCOMPARE(qint64(chosen->since.msecsSinceEpoch), since);
        }
    }

    void an_alert_is_acknowledged_as_it_was_seen()
    {
        const QString job = u"01JDCQ5T3M8YZKX4W9RVN7C001"_s;
        CtlFixture m;
        QVERIFY(m.port() > 0);
        m.fleet.view = onlyAlerts({{AlertKind::LoginNeeded, AlertSeverity::Critical, "DTF-01", {1'795'435'200'000}, {}},
            {AlertKind::ShareDown, AlertSeverity::Critical, {}, {5}, {}},
            {AlertKind::JobRejected, AlertSeverity::Warning, job.toLatin1(), {6}, {}}});
        ENDS(m.run({u"ack"_s, u"login-needed"_s, u"DTF-01"_s}), 0);
        ENDS(m.run({u"ack"_s, u"share-down"_s, u"--reason"_s, u"IT is at it"_s}), 0);
        ENDS(m.run({u"ack"_s, u"job-rejected"_s, u"7c001"_s, u"--key"_s, u"mine"_s}), 0);
        QCOMPARE(m.fleet.commands.size(), 3);
        QCOMPARE(m.fleet.commands[0].what, "ack login-needed 'DTF-01'");
        QVERIFY(m.fleet.commands[0].request.expectSince == std::optional(WallTime {1'795'435'200'000}));
        QCOMPARE(m.fleet.commands[0].request.key.size(), 32);
        QCOMPARE(m.fleet.commands[1].what, "ack share-down ''");
        QCOMPARE(m.fleet.commands[1].request.reason, u"IT is at it"_s);
        QCOMPARE(m.fleet.commands[2].what, "ack job-rejected '01JDCQ5T3M8YZKX4W9RVN7C001'");
        QCOMPARE(m.fleet.commands[2].request.key, u"mine"_s);
        const CtlEnd nonsense = m.run({u"ack"_s, u"job-rejected"_s, u"a b.csv"_s});
        ENDS(nonsense, 2);
        SAYS(nonsense.err, u"neither a node's name nor a file's id"_s);
        ENDS(m.run({u"ack"_s, u"share-down"_s}, "bob"), 4); // a viewer may not
        QCOMPARE(m.fleet.commands.size(), 3);
    }
};

QTEST_GUILESS_MAIN(TestAck)
#include "tst_ack.moc"
