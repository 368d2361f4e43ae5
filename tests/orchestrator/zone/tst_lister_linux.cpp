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

QTEST_GUILESS_MAIN(TestLister)
#include "tst_lister_linux.moc"
