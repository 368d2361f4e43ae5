// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fleet.h"

#include <QTest>

namespace dtf {

using namespace Qt::StringLiterals;

/// Files that come in and go out, with nothing in their way.
class Flow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void threeNodesShareTwelveFiles();
    void aCommandNodeAndAWatchedFolderNode();
};

void Flow::threeNodesShareTwelveFiles()
{
    Fleet fleet(portalNodes(3));
    BEGIN(fleet);
    const QList<SampleFile> files = fleet.samples(12);
    fleet.drop(files);
    UNTIL(fleet.allDone(12), seconds(120));
    const QMap<QByteArray, int> byNode = fleet.doneByNode();
    QCOMPARE(byNode.keys(), (QList<QByteArray> {"DTF-01", "DTF-02", "DTF-03"}));
    for (const int share : byNode) {
        QVERIFY2(share >= 2, "one node did nearly nothing");
    }
    for (const SampleFile &file : files) {
        QCOMPARE(fleet.portal().uploadsOf(file.sha256), 1);
        QCOMPARE(fleet.share().tokensOf(file.name).size(), 1);
    }
    QVERIFY(fleet.share().incoming().isEmpty());
    ALL_IS_WELL(fleet);
}

void Flow::aCommandNodeAndAWatchedFolderNode()
{
    FleetPlan plan = portalNodes(2);
    plan.nodes[1].pipeline = TestPipeline::PortalFolder;
    Fleet fleet(plan);
    BEGIN(fleet);
    const QList<SampleFile> files = fleet.samples(6);
    fleet.drop(files);
    UNTIL(fleet.allDone(6), seconds(120));
    QCOMPARE(fleet.doneByNode().keys(), (QList<QByteArray> {"DTF-01", "DTF-02"}));
    for (const SampleFile &file : files) {
        QCOMPARE(fleet.portal().uploadsOf(file.sha256), 1);
    }
    ALL_IS_WELL(fleet);
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::Flow)
#include "tst_flow.moc"
