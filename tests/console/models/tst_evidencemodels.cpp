// SPDX-License-Identifier: GPL-3.0-or-later
// Attempts and results: exactly what is new or changed is told.
#include "console/models/attemptsmodel.h"
#include "console/models/resultsmodel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace dtf;

namespace {

AttemptView attempt(Epoch epoch, const QString &outcome)
{
    AttemptView view;
    view.epoch = epoch;
    view.node = *NodeName::parse("DTF-01");
    view.outcome = outcome;
    view.ran = true;
    view.started = {1'700'000'000'000};
    return view;
}

/// A model with Qt's own tester and a spy on each of its signals.
struct Watched
{
    explicit Watched(QAbstractItemModel &model)
        : tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest)
        , inserted(&model, &QAbstractItemModel::rowsInserted)
        , changed(&model, &QAbstractItemModel::dataChanged)
        , reset(&model, &QAbstractItemModel::modelReset)
    { }
    [[nodiscard]] QList<qsizetype> told() const { return {inserted.size(), changed.size(), reset.size()}; }

    QAbstractItemModelTester tester;
    QSignalSpy inserted, changed, reset;
};

} // namespace

class TestEvidenceModels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_new_attempt_comes_on_top_and_an_ended_one_changes()
    {
        AttemptsModel model(QTimeZone::utc());
        Watched watched(model);
        model.take({attempt(1, u"running"_s)}, {1'700'000'100'000});
        QCOMPARE(watched.told(), QList<qsizetype>({1, 0, 0}));
        AttemptView ended = attempt(1, u"failed"_s);
        ended.ended = {1'700'000'060'000};
        ended.detail = u"row\n7"_s;
        model.take({attempt(2, u"assigned"_s), ended}, {1'700'000'100'000});
        QCOMPARE(watched.told(), QList<qsizetype>({2, 1, 0}));
        QCOMPARE(watched.changed[0][0].toModelIndex().row(), 1);
        const auto cell = [&](int row, AttemptsModel::Column column) { return model.index(row, int(column)).data().toString(); };
        QCOMPARE(cell(1, AttemptsModel::Column::Took), u"1m00"_s);
        QCOMPARE(cell(1, AttemptsModel::Column::Why), u"row\\x0a7"_s);
        model.take({attempt(2, u"assigned"_s), ended}, {1'700'000'100'000});
        QCOMPARE(watched.told(), QList<qsizetype>({2, 1, 0}));
        model.take({attempt(7, u"done"_s)}, {1'700'000'100'000}); // nothing that goes on from what is here
        QCOMPARE(watched.told(), QList<qsizetype>({2, 1, 1}));
    }

    void the_same_results_again_change_nothing()
    {
        ResultsModel model;
        Watched watched(model);
        const QList<ResultFile> files {{u"a.csv"_s, 5, "aa"}, {u"b.csv"_s, 6, "bb"}};
        model.take(files);
        QCOMPARE(watched.told(), QList<qsizetype>({0, 0, 1}));
        model.take(files);
        QCOMPARE(watched.told(), QList<qsizetype>({0, 0, 1}));
        QCOMPARE(model.rowCount(), 2);
        QVERIFY(!model.index(0, 2).data(Qt::ToolTipRole).toString().isEmpty());
    }

    void every_column_has_a_title()
    {
        const AttemptsModel attempts(QTimeZone::utc());
        const ResultsModel results;
        for (const QAbstractItemModel *model :
            {static_cast<const QAbstractItemModel *>(&attempts), static_cast<const QAbstractItemModel *>(&results)}) {
            for (int column = 0; column < model->columnCount(); ++column) {
                QVERIFY(!model->headerData(column, Qt::Horizontal).toString().isEmpty());
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestEvidenceModels)
#include "tst_evidencemodels.moc"
