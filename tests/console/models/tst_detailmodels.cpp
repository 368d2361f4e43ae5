// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/timelinemodel.h"
#include "console/models/whymodel.h"

#include <QAbstractItemModelTester>
#include <QItemSelectionModel>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace dtf;

namespace {

AuditRow row(qint64 seq, AuditKind kind, int second, Epoch epoch = 1)
{
    AuditRow row;
    row.seq = seq;
    row.event.kind = kind;
    row.event.time = {1'600'000'000'000 + second * 1000};
    row.event.epoch = epoch;
    row.event.actor = "agent:DTF-01";
    row.event.detail = "one\ntwo";
    return row;
}

WhyNode why(const char *node, const QList<std::pair<QString, bool>> &gates)
{
    WhyNode result;
    result.node = *NodeName::parse(node);
    for (const auto &[gate, pass] : gates) {
        result.gates.append({gate, pass, pass ? QString() : u"since noon"_s});
    }
    return result;
}

} // namespace

class TestDetailModels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void each_step_names_what_was_before_it()
    {
        TimelineModel model(QTimeZone::utc());
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.add({row(5, AuditKind::JobExited, 200), row(4, AuditKind::JobStarted, 80), row(3, AuditKind::AlertRaised, 75),
                      row(2, AuditKind::JobAssigned, 70), row(1, AuditKind::JobAccepted, 10, 0)},
            {1'600'000'000'000});
        const auto text = [&](int line, TimelineModel::Column column) {
            return model.index(line, static_cast<int>(column)).data().toString();
        };
        using Column = TimelineModel::Column;
        QCOMPARE(text(0, Column::Before), u"running for 2m00"_s);
        QCOMPARE(text(1, Column::Before), u"in its node's folder for 10s"_s);
        QCOMPARE(text(2, Column::Before), QString()); // an alert is no step of the file
        QCOMPARE(text(3, Column::Before), u"waiting for a node for 1m00"_s);
        QCOMPARE(text(4, Column::Before), QString());
        QCOMPARE(text(0, Column::Detail), u"one\\x0atwo"_s);
        QCOMPARE(text(0, Column::Attempt), u"1"_s);
        QCOMPARE(model.phase()->name, u"results looked at"_s);
    }

    void new_steps_come_on_top_without_a_reset()
    {
        TimelineModel model(QTimeZone::utc());
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.add({row(1, AuditKind::JobAccepted, 10, 0)}, {});
        QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.add({row(2, AuditKind::JobAssigned, 20)}, {});
        model.add({row(2, AuditKind::JobAssigned, 20), row(1, AuditKind::JobAccepted, 10, 0)}, {}); // once more, by a page
        QCOMPARE(inserted.size(), 1);
        QCOMPARE(inserted[0][1].toInt(), 0);
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(reset.size(), 0);
        QCOMPARE(model.index(0, 0).data(IdRole).toString(), u"2"_s);
    }

    void the_first_closed_gate_is_told_in_words()
    {
        WhyModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.take({why("DTF-01", {{u"settled"_s, true}, {u"pool"_s, false}}),
            why("DTF-02", {{u"settled"_s, true}, {u"pool"_s, true}, {u"disk"_s, true}})});
        QCOMPARE(model.columnCount(), 5);
        QCOMPARE(model.index(0, 1).data().toString(), u"The node is not heard. since noon"_s);
        QCOMPARE(model.index(1, 1).data().toString(), u"Nothing: it can run here."_s);
        QCOMPARE(model.index(0, 3).data().toString(), u"closed"_s);
        QCOMPARE(model.index(0, 3).data(ToneRole).toInt(), int(Tone::Trouble));
        QCOMPARE(model.index(0, 4).data().toString(), QString()); // not looked at
        QCOMPARE(model.index(1, 4).data().toString(), u"open"_s);
    }

    void the_same_gates_again_are_no_reset()
    {
        WhyModel model;
        model.take({why("DTF-01", {{u"settled"_s, true}, {u"pool"_s, false}})});
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        model.take({why("DTF-01", {{u"settled"_s, false}, {u"pool"_s, false}})});
        QCOMPARE(reset.size(), 0);
        QCOMPARE(changed.size(), 1);
        model.take({});
        QCOMPARE(reset.size(), 0);
        QCOMPARE(model.rowCount(), 0);
    }

    void another_shape_is_told_as_its_differences_and_a_selection_survives()
    {
        WhyModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.take({why("DTF-01", {{u"settled"_s, true}, {u"disk"_s, false}}), why("DTF-02", {{u"settled"_s, false}}),
            why("DTF-03", {{u"settled"_s, false}})});
        QItemSelectionModel chosen(&model);
        chosen.select(model.index(1, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
        QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        QSignalSpy moved(&model, &QAbstractItemModel::rowsMoved);
        QSignalSpy columnsIn(&model, &QAbstractItemModel::columnsInserted);
        QSignalSpy columnsOut(&model, &QAbstractItemModel::columnsRemoved);
        model.take({why("DTF-03", {{u"settled"_s, true}, {u"pool"_s, true}, {u"capacity"_s, false}}),
            why("DTF-02", {{u"settled"_s, false}}), why("DTF-09", {{u"settled"_s, false}})});
        QCOMPARE(removed.size(), 1); // DTF-01
        QCOMPARE(removed[0][1].toInt(), 0);
        QCOMPARE(moved.size(), 1); // DTF-03 over DTF-02
        QCOMPARE(inserted.size(), 1);
        QCOMPARE(inserted[0][1].toInt(), 2);
        QCOMPARE(columnsOut.size(), 1); // disk
        QCOMPARE(columnsIn.size(), 2); // pool, capacity
        QCOMPARE(reset.size(), 0);
        QCOMPARE(model.index(1, 0).data().toString(), u"DTF-02"_s);
        for (int line = 0; line < model.rowCount(); ++line) {
            QCOMPARE(chosen.isSelected(model.index(line, 0)), line == 1);
        }
        QCOMPARE(model.columnCount(), 5);
        QCOMPARE(model.headerData(3, Qt::Horizontal, Qt::DisplayRole).toString(), u"Node heard"_s);
        QCOMPARE(model.index(0, 4).data().toString(), u"closed"_s);
        model.take({why("DTF-02", {}), why("DTF-02", {}), why("DTF-03", {{u"pool"_s, true}, {u"pool"_s, false}})}); // of a fool
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.columnCount(), 3);
    }
};

QTEST_GUILESS_MAIN(TestDetailModels)
#include "tst_detailmodels.moc"
