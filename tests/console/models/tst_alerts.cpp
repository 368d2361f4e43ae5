// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/alertsmodel.h"
#include "console/text/texts.h"
#include "storefixture.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace dtf;

namespace {

using Column = AlertsModel::Column;
const QByteArray jobA("01J00000000000000000000001");

struct Fixture
{
    explicit Fixture(const QList<Alert> &alerts = {})
        : store(clock)
    {
        store.take(snapshotOf({}, alerts));
        model = std::make_unique<AlertsModel>(store);
        tester = std::make_unique<QAbstractItemModelTester>(model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        inserted = std::make_unique<QSignalSpy>(model.get(), &QAbstractItemModel::rowsInserted);
        removed = std::make_unique<QSignalSpy>(model.get(), &QAbstractItemModel::rowsRemoved);
        moved = std::make_unique<QSignalSpy>(model.get(), &QAbstractItemModel::rowsMoved);
        changed = std::make_unique<QSignalSpy>(model.get(), &QAbstractItemModel::dataChanged);
        reset = std::make_unique<QSignalSpy>(model.get(), &QAbstractItemModel::modelReset);
    }
    [[nodiscard]] QString text(int row, Column column) const
    {
        return model->index(row, static_cast<int>(column)).data().toString();
    }
    [[nodiscard]] QList<qsizetype> signalsTold() const // inserted, removed, moved, changed, reset
    {
        return {inserted->size(), removed->size(), moved->size(), changed->size(), reset->size()};
    }

    StandingClock clock;
    FleetStore store;
    std::unique_ptr<AlertsModel> model;
    std::unique_ptr<QAbstractItemModelTester> tester;
    std::unique_ptr<QSignalSpy> inserted, removed, moved, changed, reset;
};

} // namespace

class TestAlerts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aRowSaysItAll()
    {
        Alert alert = alertOf(AlertKind::LoginNeeded, "DTF-02", AlertSeverity::Critical, -90);
        alert.detail = "tab\nshows \xE2\x80\xAE login";
        Fixture f({alert});
        QCOMPARE(f.text(0, Column::Severity), u"critical"_s);
        QCOMPARE(f.model->index(0, 0).data(ToneRole).toInt(), int(Tone::Trouble));
        QCOMPARE(f.text(0, Column::What), textOf(AlertKind::LoginNeeded));
        QCOMPARE(f.text(0, Column::Subject), u"DTF-02"_s);
        QVERIFY(!f.text(0, Column::Detail).contains(u'\n') && !f.text(0, Column::Detail).contains(QChar(0x202E)));
        QCOMPARE(f.text(0, Column::Since), u"1m30"_s);
        QCOMPARE(f.text(0, Column::Acknowledged), QString());
        QCOMPARE(f.text(0, Column::Advice), adviceFor(AlertKind::LoginNeeded));
    }

    void aFileIsCalledByItsNameOnceThatIsKnown()
    {
        Fixture f({alertOf(AlertKind::JobHeld, jobA)});
        QCOMPARE(f.text(0, Column::Subject), u"…00000001"_s);
        QCOMPARE(f.model->unnamed(), QList {*JobId::parse(jobA)});
        FeedDelta delta;
        JobView job;
        job.job = *JobId::parse(jobA);
        job.name = u"Agency\nA.csv"_s;
        delta.jobs = {job};
        f.store.take(delta);
        QCOMPARE(f.text(0, Column::Subject), u"Agency\\x0aA.csv"_s);
        QVERIFY(f.model->unnamed().isEmpty());
        QCOMPARE(f.signalsTold(), (QList<qsizetype> {0, 0, 0, 1, 0}));
    }

    void raisedAndClearedAreOneRowEach()
    {
        Fixture f({alertOf(AlertKind::NodeLost, "DTF-01"), alertOf(AlertKind::NodeLost, "DTF-03")});
        f.store.take(deltaOf({alertOf(AlertKind::ShareDown, {}, AlertSeverity::Critical)}, {}));
        QCOMPARE(f.signalsTold(), (QList<qsizetype> {1, 0, 0, 0, 0}));
        QCOMPARE(f.inserted->first()[1].toInt(), 0); // critical ones come first
        f.store.take(deltaOf({}, {alertOf(AlertKind::NodeLost, "DTF-01")}));
        QCOMPARE(f.signalsTold(), (QList<qsizetype> {1, 1, 0, 0, 0}));
        QCOMPARE(f.removed->first()[1].toInt(), 1);
        QCOMPARE(f.text(1, Column::Subject), u"DTF-03"_s);
    }

    void anAcknowledgementMovesItsRow()
    {
        const Alert first = alertOf(AlertKind::NodeLost, "DTF-01");
        Fixture f({first, alertOf(AlertKind::NodeLost, "DTF-03", AlertSeverity::Warning, 5)});
        const QPersistentModelIndex selected(f.model->index(0, 0));
        f.store.take(deltaOf({acknowledged(first)}, {}));
        QCOMPARE(f.signalsTold(), (QList<qsizetype> {0, 0, 1, 1, 0}));
        QCOMPARE(selected.row(), 1);
        QCOMPARE(f.text(1, Column::Acknowledged), u"anna"_s);
        QCOMPARE(f.model->index(1, 0).data(ToneRole).toInt(), int(Tone::Muted));
    }

    void aSnapshotOfTheSameTellsNothing()
    {
        const QList<Alert> alerts {alertOf(AlertKind::NodeLost, "DTF-01"), alertOf(AlertKind::ShareDown, {})};
        Fixture f(alerts);
        f.store.take(snapshotOf({}, alerts));
        QCOMPARE(f.signalsTold(), (QList<qsizetype> {0, 0, 0, 0, 0}));
        f.store.take(snapshotOf({}, {}));
        QCOMPARE(f.model->rowCount(), 0);
        QCOMPARE(f.signalsTold(), (QList<qsizetype> {0, 2, 0, 0, 0}));
    }

    void theNamesKeptAreBounded()
    {
        Fixture f({alertOf(AlertKind::JobHeld, jobA)});
        QList<JobView> jobs;
        JobIdGenerator ids;
        for (qsizetype i = 0; i <= AlertsModel::mostNames; ++i) {
            JobView job;
            job.job = i == 0 ? *JobId::parse(jobA) : ids.next(anyTime);
            job.name = u"a.csv"_s;
            jobs.append(job);
        }
        f.model->learnNames(jobs);
        QCOMPARE(f.text(0, Column::Subject), u"a.csv"_s); // that of an open alert is never forgotten
    }
};

QTEST_GUILESS_MAIN(TestAlerts)
#include "tst_alerts.moc"
