// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/localsharefs.h"
#include "tests/common/share/tempshare.h"
#include "tests/support/comparewords.h"

#include <QTest>

#include <windows.h>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

/// A file kept open as another program would; closed with the object.
class HeldFile
{
public:
    HeldFile(const QString &path, DWORD access, DWORD share)
        : m_handle(
            CreateFileW(QDir::toNativeSeparators(path).toStdWString().c_str(), access, share, nullptr, OPEN_EXISTING, 0, nullptr))
    { }
    HeldFile(const HeldFile &) = delete;
    HeldFile &operator=(const HeldFile &) = delete;
    ~HeldFile() { CloseHandle(m_handle); }
    [[nodiscard]] bool isOpen() const { return m_handle != INVALID_HANDLE_VALUE; }

private:
    HANDLE m_handle;
};

} // namespace

/// Share modes, long paths, streams and odd UTF-16: what only Windows shows like this.
class TestShareWindows : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSharingViolationIsBusy();
    void aReaderThatSharesIsNoObstacle();
    void nobodyElseMayBeAboutToRenameIt();
    void longPathsWork();
    void namesWindowsCannotHaveAreInvalid_data();
    void namesWindowsCannotHaveAreInvalid();
    void loneSurrogatesAreJustNames();
};

void TestShareWindows::aSharingViolationIsBusy()
{
    TempShare share;
    share.put("incoming/a", "a");
    {
        const HeldFile scanner(share.path("incoming/a"), GENERIC_READ, 0);
        QVERIFY(scanner.isOpen());
        const MoveResult moved = share->atomicMove("incoming/a", "hold/a");
        COMPARE_WORDS(moved.outcome, MoveOutcome::Busy);
        COMPARE_WORDS(moved.error.code, ErrorCode::Busy);
        COMPARE_WORDS(share->copyOut("incoming/a", share.local("copy"), {}).error().code, ErrorCode::Busy);
        const auto held = share->lookWhetherClosed("incoming/a");
        QVERIFY(held);
        QVERIFY(!held->closed);
        QCOMPARE(share->look("incoming/a")->size, 1); // looking needs no share mode
    }
    QVERIFY(share->lookWhetherClosed("incoming/a")->closed);
    COMPARE_WORDS(share->atomicMove("incoming/a", "hold/a").outcome, MoveOutcome::Moved);
}

void TestShareWindows::aReaderThatSharesIsNoObstacle()
{
    TempShare share;
    share.put("incoming/a", "a");
    const HeldFile reader(share.path("incoming/a"), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE);
    QVERIFY(reader.isOpen());
    QVERIFY(!share->lookWhetherClosed("incoming/a")->closed);
    COMPARE_WORDS(share->atomicMove("incoming/a", "hold/a").outcome, MoveOutcome::Moved);
}

void TestShareWindows::nobodyElseMayBeAboutToRenameIt()
{
    TempShare share;
    share.put("incoming/a", "a");
    {
        const HeldFile other(share.path("incoming/a"), DELETE, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE);
        QVERIFY(other.isOpen());
        COMPARE_WORDS(share->atomicMove("incoming/a", "hold/a").outcome, MoveOutcome::Busy);
    }
    COMPARE_WORDS(share->atomicMove("incoming/a", "hold/a").outcome, MoveOutcome::Moved);
}

void TestShareWindows::longPathsWork()
{
    TempShare share;
    QByteArray folder = "completed";
    for (int i = 0; i < 3; ++i) {
        folder += '/' + QByteArray(120, 'd');
        QVERIFY(share->makeFolder(folder));
    }
    share.put("incoming/a", "a");
    COMPARE_WORDS(share->atomicMove("incoming/a", folder + "/a").outcome, MoveOutcome::Moved);
    QCOMPARE(share->look(folder + "/a")->size, 1);
    QCOMPARE(share->list(folder, true)->size(), 1);
}

void TestShareWindows::namesWindowsCannotHaveAreInvalid_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("stream") << QByteArray("a:b");
    QTest::newRow("data stream") << QByteArray("a::$DATA");
    QTest::newRow("backslash") << QByteArray("..\\..\\a");
    QTest::newRow("wildcard") << QByteArray("*");
    QTest::newRow("control") << QByteArray("a\x01");
    QTest::newRow("no UTF-8") << QByteArray("a\xff");
}

void TestShareWindows::namesWindowsCannotHaveAreInvalid()
{
    QFETCH(QByteArray, name);
    TempShare share;
    share.put("incoming/a", "a");
    COMPARE_WORDS(share->look("incoming/" + name).error().code, ErrorCode::InvalidArgument);
    COMPARE_WORDS(share->writeSmall("incoming/" + name, "x", false).error().code, ErrorCode::InvalidArgument);
    const MoveResult moved = share->atomicMove("incoming/a", "hold/" + name);
    COMPARE_WORDS(moved.outcome, MoveOutcome::Failed);
    COMPARE_WORDS(moved.error.code, ErrorCode::InvalidArgument);
}

void TestShareWindows::loneSurrogatesAreJustNames()
{
    TempShare share;
    const QString path = share.path("incoming/") + u"a"_s + QChar(0xD800);
    const HANDLE made =
        CreateFileW(QDir::toNativeSeparators(path).toStdWString().c_str(), GENERIC_WRITE, 0, nullptr, CREATE_NEW, 0, nullptr);
    if (made == INVALID_HANDLE_VALUE) {
        QSKIP("this file system takes no lone surrogates");
    }
    CloseHandle(made);
    const auto entries = share->list("incoming", true);
    QCOMPARE(entries->size(), 1);
    QCOMPARE(entries->first().name, QByteArray("a\xED\xA0\x80"));
    COMPARE_WORDS(share->atomicMove("incoming/a\xED\xA0\x80", "hold/x").outcome, MoveOutcome::Moved);
}

QTEST_GUILESS_MAIN(TestShareWindows)
#include "tst_share_windows.moc"
