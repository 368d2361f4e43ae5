// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/contentcopy.h"
#include "tests/common/share/tempshare.h"
#include "tests/support/comparewords.h"

#include <QCryptographicHash>
#include <QTest>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

/// A file in memory that can fail where it hurts.
class FakeFile final : public IoFile
{
public:
    FakeFile(QByteArray &content, int &failingSyncs, bool failClose)
        : m_content(content)
        , m_failingSyncs(failingSyncs)
        , m_failClose(failClose)
    { }
    Io<qint64> read(char *data, qint64 size) override
    {
        const qint64 got = qMin(size, m_content.size() - m_at);
        std::copy_n(m_content.constData() + m_at, got, data);
        m_at += got;
        return got;
    }
    Io<void> seek(qint64 offset) override
    {
        m_at = qMin(offset, m_content.size());
        return {};
    }
    Io<void> write(QByteArrayView data) override
    {
        m_content.append(data);
        return {};
    }
    Io<void> sync() override
    {
        if (++m_syncs > 1) {
            qFatal("flushed twice on one descriptor"); // the second one lies
        }
        return m_failingSyncs-- > 0 ? Io<void>(ioFail(IoKind::Trouble, 5)) : Io<void>();
    }
    Io<EntryInfo> info() override { return EntryInfo {{}, EntryKind::File, m_content.size(), 1, "id", 1}; }
    void dropCache() override { }
    Io<void> close() override { return m_failClose ? Io<void>(ioFail(IoKind::Trouble, 5)) : Io<void>(); }

private:
    QByteArray &m_content;
    int &m_failingSyncs;
    bool m_failClose;
    qint64 m_at = 0;
    int m_syncs = 0;
};

class FakeSides final : public CopySides
{
public:
    QByteArray source = "some content";
    std::optional<QByteArray> target;
    int failingSyncs = 0;
    int failingCloses = 0;
    int wrongReadBacks = 0;
    bool sourceGrows = false;
    bool sourceGoes = false;
    int created = 0;

    Io<std::unique_ptr<IoFile>> openSource() override { return std::make_unique<FakeFile>(source, m_none, false); }
    Io<EntryInfo> lookAtSource() override
    {
        if (sourceGoes) {
            return ioFail(IoKind::NotFound);
        }
        return EntryInfo {{}, EntryKind::File, source.size() + (sourceGrows ? 1 : 0), 1, "id", 1};
    }
    Io<std::unique_ptr<IoFile>> createTarget() override
    {
        if (target) {
            return ioFail(IoKind::Exists);
        }
        ++created;
        target = QByteArray();
        return std::make_unique<FakeFile>(*target, failingSyncs, failingCloses-- > 0);
    }
    Io<std::unique_ptr<IoFile>> openTarget() override
    {
        if (wrongReadBacks-- > 0) {
            (*target)[0] = '?';
        }
        return std::make_unique<FakeFile>(*target, m_none, false);
    }
    void removeTarget() override { target.reset(); }

private:
    int m_none = 0;
};

QByteArray sha256(const QByteArray &content)
{
    return QCryptographicHash::hash(content, QCryptographicHash::Sha256);
}

} // namespace

class TestCopy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void failuresAreWrittenAnew_data();
    void failuresAreWrittenAnew();
    void aMovingSourceIsNoCopy();
    void copiesAreEqual_data();
    void copiesAreEqual();
    void cancelLeavesNothing();
    void nothingIsOverwritten();
    void missingAndOddSources();
    void sizesAboveFourGiB();
};

void TestCopy::failuresAreWrittenAnew_data()
{
    QTest::addColumn<int>("syncs");
    QTest::addColumn<int>("closes");
    QTest::addColumn<int>("readBacks");
    QTest::addColumn<bool>("succeeds");
    QTest::addColumn<int>("files");
    QTest::newRow("nothing fails") << 0 << 0 << 0 << true << 1;
    QTest::newRow("one flush fails") << 1 << 0 << 0 << true << 2;
    QTest::newRow("two flushes fail") << 2 << 0 << 0 << true << 3;
    QTest::newRow("all flushes fail") << 3 << 0 << 0 << false << 3;
    QTest::newRow("close fails") << 0 << 1 << 0 << true << 2;
    QTest::newRow("read back differs") << 0 << 0 << 1 << true << 2;
    QTest::newRow("read back always differs") << 0 << 0 << 9 << false << 3;
}

void TestCopy::failuresAreWrittenAnew()
{
    QFETCH(int, syncs);
    QFETCH(int, closes);
    QFETCH(int, readBacks);
    QFETCH(bool, succeeds);
    QFETCH(int, files);
    FakeSides sides;
    sides.failingSyncs = syncs;
    sides.failingCloses = closes;
    sides.wrongReadBacks = readBacks;
    const auto hash = copyWhole(sides, true, {}, CancelToken(), "x");
    QCOMPARE(hash.has_value(), succeeds);
    QCOMPARE(sides.created, files);
    if (succeeds) {
        QCOMPARE(*sides.target, sides.source);
        QCOMPARE(hash->sha256, sha256(sides.source));
    } else {
        COMPARE_WORDS(hash.error().code, ErrorCode::IoError);
        QVERIFY(!sides.target);
    }
}

void TestCopy::aMovingSourceIsNoCopy()
{
    FakeSides growing;
    growing.sourceGrows = true;
    COMPARE_WORDS(copyWhole(growing, false, {}, CancelToken(), "x").error().code, ErrorCode::Changed);
    QVERIFY(!growing.target);
    FakeSides going;
    going.sourceGoes = true;
    COMPARE_WORDS(copyWhole(going, false, {}, CancelToken(), "x").error().code, ErrorCode::Changed);
    QVERIFY(!going.target);
}

void TestCopy::copiesAreEqual_data()
{
    QTest::addColumn<int>("size");
    QTest::newRow("empty") << 0;
    QTest::newRow("small") << 1;
    QTest::newRow("one block") << 1024 * 1024;
    QTest::newRow("blocks and a bit") << 3 * 1024 * 1024 + 17;
}

void TestCopy::copiesAreEqual()
{
    QFETCH(int, size);
    TempShare share;
    QByteArray content(size, Qt::Uninitialized);
    for (int i = 0; i < size; ++i) {
        content[i] = static_cast<char>((i * 31) ^ (i >> 8));
    }
    TempShare::write(share.local("in"), content);
    QList<qint64> steps;
    const auto in = share->copyIn(share.local("in"), "hold/x", [&](qint64 done) {
        steps.append(done);
        return true;
    });
    QVERIFY(in);
    QCOMPARE(in->sha256, sha256(content));
    QCOMPARE(in->size, size);
    QVERIFY(std::is_sorted(steps.cbegin(), steps.cend()));
    const auto out = share->copyOut("hold/x", share.local("out"), {});
    QVERIFY(out);
    QCOMPARE(out->sha256, in->sha256);
    QVERIFY(TempShare::read(share.local("out")) == content);
    const auto hash = share->hash("hold/x", {});
    QVERIFY(hash);
    QCOMPARE(hash->sha256, in->sha256);
    QCOMPARE(hash->size, size);
}

void TestCopy::cancelLeavesNothing()
{
    TempShare share;
    TempShare::write(share.local("in"), QByteArray(3 * 1024 * 1024, 'x'));
    const Progress stop = [](qint64 done) { return done < 2 * 1024 * 1024; };
    COMPARE_WORDS(share->copyIn(share.local("in"), "hold/x", stop).error().code, ErrorCode::Cancelled);
    QVERIFY(!QFile::exists(share.path("hold/x")));
    QVERIFY(share->copyIn(share.local("in"), "hold/x", {}));
    COMPARE_WORDS(share->copyOut("hold/x", share.local("out"), stop).error().code, ErrorCode::Cancelled);
    QVERIFY(!QFile::exists(share.local("out")));
    share->cancel();
    COMPARE_WORDS(share->hash("hold/x", {}).error().code, ErrorCode::Cancelled);
    COMPARE_WORDS(share->copyOut("hold/x", share.local("out"), {}).error().code, ErrorCode::Cancelled);
}

void TestCopy::nothingIsOverwritten()
{
    TempShare share;
    TempShare::write(share.local("in"), "new");
    TempShare::write(share.local("out"), "old");
    share.put("hold/x", "old");
    COMPARE_WORDS(share->copyIn(share.local("in"), "hold/x", {}).error().code, ErrorCode::AlreadyExists);
    COMPARE_WORDS(share->copyOut("hold/x", share.local("out"), {}).error().code, ErrorCode::AlreadyExists);
    QCOMPARE(TempShare::read(share.path("hold/x")), QByteArray("old"));
    QCOMPARE(TempShare::read(share.local("out")), QByteArray("old"));
}

void TestCopy::missingAndOddSources()
{
    TempShare share;
    COMPARE_WORDS(share->copyOut("hold/none", share.local("out"), {}).error().code, ErrorCode::NotFound);
    QVERIFY(!QFile::exists(share.local("out")));
    COMPARE_WORDS(share->copyOut("hold", share.local("out"), {}).error().code, ErrorCode::NotRegular);
    QVERIFY(!QFile::exists(share.local("out")));
    COMPARE_WORDS(share->copyIn(share.local("none"), "hold/x", {}).error().code, ErrorCode::NotFound);
    QVERIFY(!QFile::exists(share.path("hold/x")));
    COMPARE_WORDS(share->hash("hold", {}).error().code, ErrorCode::NotRegular);
}

void TestCopy::sizesAboveFourGiB()
{
    constexpr qint64 size = 5LL * 1024 * 1024 * 1024;
    TempShare share;
    QFile sparse(share.path("incoming/large"));
    QVERIFY(sparse.open(QIODevice::WriteOnly));
    if (!sparse.resize(size)) {
        QSKIP("no room for a sparse file of 5 GiB");
    }
    sparse.close();
    QCOMPARE(share->look("incoming/large")->size, size);
    QCOMPARE(share->list("incoming", true)->first().size, size);
    COMPARE_WORDS(share->readSmall("incoming/large", 1'000'000).error().code, ErrorCode::TooLarge);
    if (qEnvironmentVariableIsEmpty("DTF_SLOW_TESTS")) {
        QSKIP("DTF_SLOW_TESTS=1 hashes all of it");
    }
    qint64 last = 0;
    const auto hash = share->hash("incoming/large", [&](qint64 done) {
        last = done;
        return true;
    });
    QVERIFY(hash);
    QCOMPARE(hash->size, size);
    QCOMPARE(last, size);
    QCOMPARE(hash->sha256.toHex(), QByteArray("7f06c62352aebd8125b2a1841e2b9e1ffcbed602f381c3dcb3200200e383d1d5"));
}

QTEST_GUILESS_MAIN(TestCopy)
#include "tst_copy.moc"
