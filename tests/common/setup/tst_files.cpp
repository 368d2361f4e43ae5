// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/config/privatefile.h"
#include "common/core/check.h"
#include "common/setup/keptfile.h"
#include "common/setup/localfacts.h"
#include "common/setup/patience.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSemaphore>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

QByteArray content(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestSetupFiles final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anOldFileIsKept()
    {
        const QTemporaryDir dir;
        const QString path = dir.filePath(u"sub/folder/agent.toml"_s);
        QCOMPARE(replaceKept(path, "first", {}, 0640).value_or(u"?"_s), QString());
        QCOMPARE(replaceKept(path, "second", {}, 0640).value_or(QString()), path + u".bak"_s);
        QCOMPARE(replaceKept(path, "third", {}, 0640).value_or(QString()), path + u".bak2"_s);
        QCOMPARE(content(path), "third"_ba);
        QCOMPARE(content(path + u".bak"_s), "first"_ba);
        QCOMPARE(content(path + u".bak2"_s), "second"_ba);
    }

    void secretsAreTheirOwnersAlone()
    {
        const QTemporaryDir dir;
        const QString path = dir.filePath(u"agent.token"_s);
        QVERIFY(writeSecret(path, "token", {}));
        QVERIFY(refuseReadableByOthers(path));
        const auto again = writeSecret(path, "other", {});
        QVERIFY(!again && again.error().code == ErrorCode::AlreadyExists);
        QCOMPARE(content(path), "token"_ba);
        QVERIFY(writeSecret(path, "other", {}, true));
        QVERIFY(refuseReadableByOthers(path));
        QCOMPARE(content(path), "other"_ba);
    }

    void tokensAreLongAndNeverTheSame()
    {
        QSet<QByteArray> seen;
        for (int i = 0; i < 1000; ++i) {
            const QByteArray token = freshToken();
            QCOMPARE(token.size(), 43);
            seen.insert(token);
        }
        QCOMPARE(seen.size(), 1000);
    }

    void rowsForPeopleAndForScripts()
    {
        const QList<CheckRow> rows {isGood(u"share"_s, u"/srv on ext4"_s), isDoubtful(u"clock"_s, u"70 s ahead"_s, u"set it"_s),
            isBad(u"port"_s, u"taken\nby whom?"_s, u"choose another"_s)};
        QVERIFY(!allWell(rows) && allWell(rows.mid(0, 2)));
        QCOMPARE(checksAsText(rows),
            "ok       share  /srv on ext4\n"
            "WARNING  clock  70 s ahead\n"
            "              > set it\n"
            "NOT OK   port   taken\\x0aby whom?\n"
            "              > choose another\n"_ba);
        const QJsonObject json = QJsonDocument::fromJson(checksAsJson(rows)).object();
        QCOMPARE(json["ok"_L1].toBool(true), false);
        const QJsonObject last = json["checks"_L1].toArray().last().toObject();
        QCOMPARE(last["state"_L1].toString(), u"failed"_s);
        QCOMPARE(last["advice"_L1].toString(), u"choose another"_s);
    }

    void whatHangsIsToldAndLeftAlone()
    {
        const auto gate = std::make_shared<QSemaphore>();
        const auto rows = tryPatiently(u"share"_s, milliseconds(200), seconds(30), [gate](Findings &findings) {
            findings.begin(u"the first thing"_s);
            findings.add(isGood(u"first"_s, {}));
            findings.begin(u"to open a door"_s);
            gate->acquire();
            findings.add(isGood(u"too late"_s, {}));
        });
        gate->release();
        QCOMPARE(rows.size(), 2);
        QVERIFY(rows[0].ok() && !rows[1].ok());
        QVERIFY2(rows[1].found.contains(u"to open a door"_s), qPrintable(rows[1].found));
        QVERIFY(!rows[1].advice.isEmpty());
    }

    void whoGetsOnIsWaitedFor()
    {
        const auto rows = tryPatiently(u"share"_s, seconds(60), seconds(60), [](Findings &findings) {
            for (int i = 0; i < 1000; ++i) {
                findings.begin(QString::number(i));
            }
            findings.add(isGood(u"all"_s, {}));
        });
        QCOMPARE(rows.size(), 1);
        QVERIFY(rows[0].ok());
    }

    void foldersAndDisks()
    {
        const QTemporaryDir dir;
        QVERIFY(checkFolder(u"state"_s, dir.filePath(u"new/folder"_s), {}).ok());
        QVERIFY(QFileInfo(dir.filePath(u"new/folder"_s)).isDir());
        QFile file(dir.filePath(u"file"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const CheckRow row = checkFolder(u"state"_s, dir.filePath(u"file/below"_s), {});
        QVERIFY(!row.ok() && !row.advice.isEmpty());
        QVERIFY(checkSpace(u"space"_s, dir.filePath(u"not/there/yet"_s), 1).ok());
        QVERIFY(!checkSpace(u"space"_s, dir.path(), std::numeric_limits<qint64>::max()).ok());
        QVERIFY(checkLocalDisk(u"disk"_s, dir.path()).ok());
    }
};

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::TestSetupFiles)
#include "tst_files.moc"
