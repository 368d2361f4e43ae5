// SPDX-License-Identifier: GPL-3.0-or-later
// A disk that does not keep up: what costs nothing goes on, and what is not taken is refused in words.
#include "tests/orchestrator/fleet/controllerdesk.h"

using namespace dtf;
using namespace Qt::StringLiterals;

class TestOverload : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void heartbeatsThatNeedNoDiskAreAllTaken();
    void heartbeatsThatAreNotTakenAreRefused();
};

void TestOverload::heartbeatsThatNeedNoDiskAreAllTaken()
{
    Desk desk;
    (void)desk.file("a.csv"); // its commit has no end
    for (int i = 0; i < 10'100; ++i) {
        QVERIFY(desk.beat().accepted);
    }
    QCOMPARE(desk.controller->state().nodes.value(0).beat.seq, desk.seq);
}

void TestOverload::heartbeatsThatAreNotTakenAreRefused()
{
    Desk desk;
    for (int i = 0; i < 10'001; ++i) {
        (void)desk.file(QByteArray::number(i) + ".csv");
    }
    const HeartbeatReply reply = desk.beat();
    QVERIFY(!reply.accepted);
    QVERIFY(!reply.mayClaim);
    QVERIFY(!reply.twin);
    QVERIFY(reply.commands.isEmpty());
    QVERIFY2(reply.refusal.contains(u"disk"_s), qUtf8Printable(reply.refusal));
    desk.store.succeedAll();
    QVERIFY(desk.beat().accepted);
}

QTEST_GUILESS_MAIN(TestOverload)
#include "tst_overload.moc"
