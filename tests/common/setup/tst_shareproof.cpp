// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/setup/patience.h"
#include "common/setup/shareproof.h"
#include "common/share/localsharefs.h"
#include "tests/nemesis/ground/mounts.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <unistd.h>

namespace dtf {

using namespace Qt::StringLiterals;

#define NEEDS_MOUNTS                                                                                                             \
    if (!m_mounts) {                                                                                                             \
        QSKIP("only root can mount, and not everywhere");                                                                        \
    }

/// The proof of a share, against shares that are good and such that are broken in one way each.
class TestShareProof final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_mounts = ::geteuid() == 0 && ownMounts();
        const auto made = LocalShareFs(share(), {}).initialise({*NodeName::parse("DTF-01"), *NodeName::parse("DTF-02")});
        QVERIFY2(made.has_value(), qPrintable(made ? QString() : made.error().detail));
        m_uuid = made->uuid;
    }

    void aGoodShareIsProvenAndLeftAsItWas()
    {
        const QStringList before = everything();
        const QList<CheckRow> rows = proveShare(plan());
        for (const CheckRow &row : rows) {
            QVERIFY2(row.state == CheckState::Ok, qPrintable(row.what + u": "_s + row.detail()));
        }
        for (const char *what : {"share", "share folders", "share writable", "share flush", "share rename", "share rename race",
                 "share no-replace", "share volume", "share names", "share case", "share space"}) {
            QVERIFY2(rowOf(rows, what), what);
        }
        QVERIFY(rowOf(rows, "share rename race")->found.contains(u"50 of 50"_s));
        QCOMPARE(everything(), before);
    }

    void aNewOneNeedsNoLayoutYet()
    {
        const QTemporaryDir fresh;
        ShareProofPlan p = plan();
        p.root = fresh.path();
        p.expectedUuid.clear();
        p.laidOut = false;
        const QList<CheckRow> rows = proveShare(p);
        QVERIFY2(allWell(rows), checksAsText(rows).constData());
        QVERIFY(rowOf(rows, "share")->found.contains(u"not laid out yet"_s));
        QVERIFY(QDir(fresh.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot).isEmpty());
        p.laidOut = true;
        fails(proveShare(p), "share", "DTF_SHARE_ID", "mount the share");
    }

    void notThere()
    {
        ShareProofPlan p = plan();
        p.root = m_dir.filePath(u"nowhere"_s);
        fails(proveShare(p), "share", "is not there", "mount the share");
        QFile file(m_dir.filePath(u"file"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        p.root = file.fileName();
        fails(proveShare(p), "share", "is no folder", "name the right folder");
    }

    void anotherOnesSentinel()
    {
        ShareProofPlan p = plan();
        p.expectedUuid = "00000000-0000-4000-8000-000000000000";
        fails(proveShare(p), "share", "another share is mounted", "--adopt-share");
    }

    void rubbishForASentinel()
    {
        const QTemporaryDir other;
        QFile file(other.filePath(u"DTF_SHARE_ID"_s));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("hello") == 5);
        file.close();
        ShareProofPlan p = plan();
        p.root = other.path();
        p.expectedUuid.clear();
        p.laidOut = false; // that does not make it a new one
        fails(proveShare(p), "share", "", "mount the right share");
    }

    void aNodesFolderIsMissing()
    {
        ShareProofPlan p = plan();
        p.nodes.append(*NodeName::parse("DTF-77"));
        fails(proveShare(p), "share folders", "processing/DTF-77", "--init-share");
    }

    void tooLittleRoom()
    {
        ShareProofPlan p = plan();
        p.neededBytes = std::numeric_limits<qint64>::max();
        fails(proveShare(p), "share space", "MB are needed", "make room");
    }

    void readOnly()
    {
        NEEDS_MOUNTS
        Mount way = Mount::way(share(), share());
        QVERIFY(way.isMounted() && way.setReadOnly(true));
        fails(proveShare(plan()), "share writable", "Read-only", "mounted read-only");
    }

    void full()
    {
        NEEDS_MOUNTS
        const Mount disk = Mount::memory(mountPoint(), 1024 * 1024);
        QVERIFY(disk.isMounted() && LocalShareFs(mountPoint(), {}).initialise({}));
        QVERIFY(fillUp(mountPoint() + u"/filler"_s));
        ShareProofPlan p = plan();
        p.root = mountPoint();
        p.expectedUuid.clear();
        p.nodes.clear();
        const QList<CheckRow> rows = proveShare(p);
        fails(rows, "share writable", "No space", "make room");
        fails(rows, "share space", "MB are needed", "make room");
    }

    void aVolumeBelow()
    {
        NEEDS_MOUNTS
        const QString folder = share() + u"/processing/DTF-02"_s;
        const Mount disk = Mount::memory(folder, 1024 * 1024);
        QVERIFY(disk.isMounted() && QDir(folder).mkdir(u"running"_s));
        fails(proveShare(plan()), "share volume", "processing/DTF-02", "one volume");
    }

    /// The same disk once more, where a look at device numbers sees nothing.
    void aSecondWayBelow()
    {
        NEEDS_MOUNTS
        const QString folder = share() + u"/hold"_s;
        const Mount way = Mount::way(folder, folder);
        QVERIFY(way.isMounted());
        fails(proveShare(plan()), "share volume", "hold", "one volume");
    }

    void anAccountWithoutRights()
    {
        const auto nobody = findAccount(u"nobody"_s);
        if (!canActForOthers() || !nobody) {
            QSKIP("only root can try another account's rights");
        }
        ShareProofPlan p = plan();
        p.account = *nobody;
        QVERIFY(QFile::setPermissions(m_dir.path(),
            QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner | QFile::ReadOther | QFile::ExeOther | QFile::ExeGroup));
        fails(proveShare(p), "share writable", "Permission denied", "account nobody");
        QVERIFY(allWell(proveShare(plan()))); // this process's own rights are what they were
    }

private:
    [[nodiscard]] QString share()
    {
        const QString path = m_dir.filePath(u"share"_s);
        (void)QDir().mkpath(path);
        return path;
    }
    [[nodiscard]] QString mountPoint()
    {
        const QString path = m_dir.filePath(u"mount"_s);
        (void)QDir().mkpath(path);
        return path;
    }
    [[nodiscard]] ShareProofPlan plan()
    {
        ShareProofPlan p;
        p.root = share();
        p.expectedUuid = m_uuid;
        p.nodes = {*NodeName::parse("DTF-01"), *NodeName::parse("DTF-02")};
        p.neededBytes = 1'000'000;
        return p;
    }
    [[nodiscard]] QStringList everything()
    {
        QStringList all;
        QDirIterator files(
            share(), QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            all.append(files.next());
        }
        all.sort();
        return all;
    }
    static const CheckRow *rowOf(const QList<CheckRow> &rows, const char *what)
    {
        const auto found =
            std::find_if(rows.cbegin(), rows.cend(), [&](const CheckRow &row) { return row.what == QLatin1StringView(what); });
        return found == rows.cend() ? nullptr : &*found;
    }
    static void fails(const QList<CheckRow> &rows, const char *what, const char *found, const char *advice)
    {
        const CheckRow *row = rowOf(rows, what);
        QVERIFY2(row && row->state == CheckState::Failed, checksAsText(rows).constData());
        QVERIFY2(row->found.contains(QLatin1StringView(found)), qPrintable(row->found));
        QVERIFY2(row->advice.contains(QLatin1StringView(advice)), qPrintable(row->advice));
    }

    QTemporaryDir m_dir;
    QByteArray m_uuid;
    bool m_mounts = false;
};

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::TestShareProof)
#include "tst_shareproof.moc"
