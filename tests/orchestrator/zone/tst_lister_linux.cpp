// SPDX-License-Identifier: GPL-3.0-or-later
// Which listing of the whole share is one to conclude from.
#include "orchestrator/zone/zonelister.h"
#include "tests/common/share/tempshare.h"

#include <QDir>
#include <QTest>

using namespace dtf;
using namespace Qt::StringLiterals;

class TestLister : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aFolderThatCannotBeListedMakesItIncomplete_data();
    void aFolderThatCannotBeListedMakesItIncomplete();
    void aFileInIncomingIsNoAnswerWhileAnotherPlaceIsUnknown();
};

void TestLister::aFolderThatCannotBeListedMakesItIncomplete_data()
{
    QTest::addColumn<QByteArray>("folder");
    for (const char *folder : {"processing/DTF-01/running", "processing/DTF-01", "completed/.stage", "hold", "failed"}) {
        QTest::newRow(folder) << QByteArray(folder);
    }
}

void TestLister::aFolderThatCannotBeListedMakesItIncomplete()
{
    QFETCH(QByteArray, folder);
    TempShare share;
    const QList<NodeName> nodes {*NodeName::parse("DTF-01")};
    QVERIFY(share->initialise(nodes));
    const Now now {{milliseconds(1'000)}, {1'795'000'000'000}};
    QVERIFY(listZone(*share.operator->(), nodes, now).complete);
    const QString path = share.path(folder);
    QVERIFY(QDir().rename(path, path + u".away"_s));
    QVERIFY(QFile::link(path + u".away"_s, path)); // a link is not followed: what lies there is not known
    QVERIFY(!listZone(*share.operator->(), nodes, now).complete);
}

/// Of a store from yesterday: the file is done, and its producer has sent another one of the same name.
void TestLister::aFileInIncomingIsNoAnswerWhileAnotherPlaceIsUnknown()
{
    TempShare share;
    QVERIFY(share->initialise({*NodeName::parse("DTF-01")}));
    const Now now {{milliseconds(1'000)}, {1'795'000'000'000}};
    const JobId job = *JobId::parse("01KA0000000000000000000001");
    const TokenName token {job, 0, {}, "a.csv"};
    const SharePath done = layout::completed(now.wall, job, "a.csv");
    const SharePath incoming = "incoming/a.csv";
    const TraceWish wish {job, {{SeenWhere::Completed, {}, token, done, 0}, {SeenWhere::Incoming, {}, token, incoming, 0}}};
    share.put(incoming, "new");
    const auto answers = [&] { return trace(*share.operator->(), {wish}, now).found; };
    QCOMPARE(answers().size(), 1);
    QVERIFY(answers().first().second->where == SeenWhere::Incoming);
    const QString day = share.path(done.left(done.lastIndexOf('/')));
    QVERIFY(QFile::link(share.path("hold"), day)); // a link is not followed: whether the file is there is not known
    QCOMPARE(answers().size(), 0);
    QVERIFY(QFile::remove(day));
    QVERIFY(QDir().mkpath(share.path(done)));
    QVERIFY(answers().first().second->where == SeenWhere::Completed);
}

QTEST_GUILESS_MAIN(TestLister)
#include "tst_lister_linux.moc"
