// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/localsharefs.h"
#include "tests/common/share/tempshare.h"
#include "tests/support/comparewords.h"

#include <QTest>

#include <sys/mount.h>
#include <unistd.h>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

/// A small tmpfs on a folder, as long as the object lives.
class Mount
{
public:
    explicit Mount(const QString &where, const char *options = "size=1m")
        : m_where(where.toUtf8())
        , m_mounted(::mount("tmpfs", m_where.constData(), "tmpfs", 0, options) == 0)
    { }
    Mount(const Mount &) = delete;
    Mount &operator=(const Mount &) = delete;
    ~Mount() { unmount(); }
    [[nodiscard]] bool isMounted() const { return m_mounted; }
    [[nodiscard]] bool remount(unsigned long flags) const
    {
        return ::mount("tmpfs", m_where.constData(), nullptr, MS_REMOUNT | flags, nullptr) == 0;
    }
    bool unmount()
    {
        if (m_mounted && ::umount2(m_where.constData(), 0) == 0) { // not lazily: a descriptor kept open would make this fail
            m_mounted = false;
        }
        return !m_mounted;
    }

private:
    QByteArray m_where;
    bool m_mounted = false;
};

bool isEmpty(const QString &folder)
{
    return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot).isEmpty();
}

} // namespace

#define MOUNT_OR_SKIP(name, ...)                                                                                                 \
    Mount name(__VA_ARGS__);                                                                                                     \
    if (!name.isMounted()) {                                                                                                     \
        QSKIP("needs the right to mount");                                                                                       \
    }

/// A share that is unmounted, exchanged, full, read-only: with real mounts, where the test may make them.
class TestMounts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anUnmountedShareIsDownAndItsMountPointStaysEmpty();
    void anotherShareMountedThereIsWrong();
    void aHeldShareStaysThePlaceItWas();
    void aReadOnlyShareRecovers();
    void aFullShareKeepsNoHalfFiles();
    void anotherFileSystemInsideIsAnotherDevice();
};

void TestMounts::anUnmountedShareIsDownAndItsMountPointStaysEmpty()
{
    QTemporaryDir dir;
    MOUNT_OR_SKIP(mount, dir.path());
    LocalShareFs fs(dir.path(), TempShare::timing());
    const auto first = fs.initialise({});
    QVERIFY(first);
    QVERIFY(fs.writeSmall("incoming/a", "a", false));
    QVERIFY(fs.list("incoming", true));
    QVERIFY2(mount.unmount(), "something keeps the share from being unmounted");
    const MoveResult moved = fs.atomicMove("incoming/a", "hold/a");
    COMPARE_WORDS(moved.outcome, MoveOutcome::Failed);
    COMPARE_WORDS(moved.error.code, ErrorCode::ShareDown);
    COMPARE_WORDS(fs.makeFolder("x").error().code, ErrorCode::ShareDown);
    COMPARE_WORDS(fs.writeSmall("x", "x", false).error().code, ErrorCode::ShareDown);
    COMPARE_WORDS(fs.appendLog("logs/x", "x").error().code, ErrorCode::ShareDown);
    COMPARE_WORDS(fs.probe().error().code, ErrorCode::ShareDown);
    COMPARE_WORDS(fs.identity().error().code, ErrorCode::ShareDown);
    QVERIFY(isEmpty(dir.path()));
}

void TestMounts::anotherShareMountedThereIsWrong()
{
    QTemporaryDir dir;
    LocalShareFs fs(dir.path(), TempShare::timing());
    {
        MOUNT_OR_SKIP(mount, dir.path());
        QVERIFY(fs.initialise({}));
    }
    MOUNT_OR_SKIP(mount, dir.path());
    QVERIFY(LocalShareFs(dir.path(), TempShare::timing()).initialise({}));
    COMPARE_WORDS(fs.writeSmall("incoming/a", "a", false).error().code, ErrorCode::ShareDown); // exchanged, noticed
    COMPARE_WORDS(fs.writeSmall("incoming/a", "a", false).error().code, ErrorCode::ShareWrong); // looked at
    COMPARE_WORDS(fs.identity().error().code, ErrorCode::ShareWrong);
    QVERIFY(isEmpty(dir.filePath(u"incoming"_s)));
}

void TestMounts::aHeldShareStaysThePlaceItWas()
{
    QTemporaryDir dir;
    MOUNT_OR_SKIP(mount, dir.path());
    LocalShareFs fs(dir.path(), TempShare::timing());
    QVERIFY(fs.initialise({}));
    QVERIFY(fs.writeSmall("incoming/a", "a", false));
    {
        const ShareHold hold(fs);
        QVERIFY(fs.look("incoming/a"));
        QVERIFY(!mount.unmount()); // what is held is not pulled away under a row of operations
        COMPARE_WORDS(fs.atomicMove("incoming/a", "hold/a").outcome, MoveOutcome::Moved);
        QVERIFY(fs.look("hold/a"));
    }
    QVERIFY2(mount.unmount(), "something is held for longer than was asked");
    COMPARE_WORDS(fs.look("hold/a").error().code, ErrorCode::ShareDown);
}

void TestMounts::aReadOnlyShareRecovers()
{
    QTemporaryDir dir;
    MOUNT_OR_SKIP(mount, dir.path());
    LocalShareFs fs(dir.path(), TempShare::timing());
    QVERIFY(fs.initialise({}));
    QVERIFY(fs.writeSmall("incoming/a", "a", false));
    QVERIFY(mount.remount(MS_RDONLY));
    QVERIFY(fs.identity());
    COMPARE_WORDS(fs.probe().error().code, ErrorCode::ReadOnly);
    const MoveResult moved = fs.atomicMove("incoming/a", "hold/a");
    COMPARE_WORDS(moved.outcome, MoveOutcome::Failed);
    COMPARE_WORDS(moved.error.code, ErrorCode::ReadOnly);
    QVERIFY(mount.remount(0));
    QVERIFY(fs.probe());
    COMPARE_WORDS(fs.atomicMove("incoming/a", "hold/a").outcome, MoveOutcome::Moved);
}

void TestMounts::aFullShareKeepsNoHalfFiles()
{
    QTemporaryDir dir;
    QTemporaryDir local;
    MOUNT_OR_SKIP(mount, dir.path());
    LocalShareFs fs(dir.path(), TempShare::timing());
    QVERIFY(fs.initialise({}));
    TempShare::write(local.filePath(u"large"_s), QByteArray(2 * 1024 * 1024, 'x'));
    COMPARE_WORDS(fs.copyIn(local.filePath(u"large"_s), "hold/large", {}).error().code, ErrorCode::NoSpace);
    COMPARE_WORDS(fs.writeSmall("hold/small", QByteArray(2 * 1024 * 1024, 'x'), false).error().code, ErrorCode::NoSpace);
    QVERIFY(isEmpty(dir.filePath(u"hold"_s)));
    QVERIFY(fs.writeSmall("hold/small", "x", false));
    const auto bytes = fs.freeBytes();
    QVERIFY(bytes);
    QVERIFY(*bytes < 1024 * 1024);
}

void TestMounts::anotherFileSystemInsideIsAnotherDevice()
{
    TempShare share;
    share.put("incoming/a", "a");
    MOUNT_OR_SKIP(mount, share.path("hold"));
    const MoveResult moved = share->atomicMove("incoming/a", "hold/a");
    COMPARE_WORDS(moved.outcome, MoveOutcome::Failed);
    COMPARE_WORDS(moved.error.code, ErrorCode::CrossDevice);
    QCOMPARE(TempShare::read(share.path("incoming/a")), QByteArray("a"));
    QVERIFY(isEmpty(share.path("hold"))); // never a copy
}

QTEST_GUILESS_MAIN(TestMounts)
#include "tst_mounts_linux.moc"
