// SPDX-License-Identifier: GPL-3.0-or-later
// The one kind of file beside tokens that is ever removed, and everything that looks like it and is not.
#include "common/share/sharepath.h"
#include "tests/common/share/tempshare.h"
#include "tests/support/comparewords.h"

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

const QByteArray job = "01JDCQ5T3M8YZKX4W9RVN7B2HC";
const QByteArray held = "hold/" + job + ".e2.bbbbbbbbb~a.csv";
const QByteArray reason = "{\"job\":\"" + job + "\",\"detail\":\"exit code 7\"}";

} // namespace

class TestSidecars : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whatIsOne_data();
    void whatIsOne();
    void itGoesWhenItsTokenHasGone();
    void whatStays_data();
    void whatStays();
    void withoutASentinelNothingGoes();
#ifdef Q_OS_UNIX
    void aLinkIsNotFollowed();
#endif
};

void TestSidecars::whatIsOne_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("token"); // empty: none
    const auto row = [](const QByteArray &path, const QByteArray &token) { QTest::newRow(path.constData()) << path << token; };
    row(held + ".json", held);
    row("hold/" + job + "~a.csv.json", "hold/" + job + "~a.csv");
    row("failed/" + job + ".e1~a.csv.json", "failed/" + job + ".e1~a.csv");
    row(held, {});
    row("rejected/" + job + "~a.csv.json", {}); // tokens stay there, so their reasons do
    row("incoming/a.csv.json", {});
    row("hold/a.csv.json", {});
    row("hold/" + job + ".e01~a.csv.json", {});
    row("hold/sub/" + job + "~a.csv.json", {});
    row("processing/DTF-01/" + job + ".e1~a.csv.json", {});
    row("processing/DTF-01/running/" + job + ".e1.bbbbbbbbb~a.csv.json", {});
    row("completed/.stage/" + job + ".e1.bbbbbbbbb/manifest.json", {});
    row("hold/../failed/" + job + ".e1~a.csv.json", {});
    row("hold/.json", {});
    row("", {});
}

void TestSidecars::whatIsOne()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, token);
    QCOMPARE(tokenOfSidecar(path).value_or(QByteArray()), token);
}

void TestSidecars::itGoesWhenItsTokenHasGone()
{
    TempShare share;
    share.put(held, "token");
    share.put(held + ".json", reason);
    COMPARE_WORDS(share->atomicMove(held, "processing/DTF-01/" + job + ".e3~a.csv").outcome, MoveOutcome::Moved);
    QVERIFY(share->removeSidecar(held + ".json"));
    QVERIFY(!QFile::exists(share.path(held + ".json")));
    QVERIFY(share->removeSidecar(held + ".json")); // not there: fine
}

void TestSidecars::whatStays_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<bool>("tokenBeside");
    QTest::addColumn<int>("error");
    const auto row = [](const char *name, const QByteArray &path, const QByteArray &content, bool beside, ErrorCode error) {
        QTest::newRow(name) << path << content << beside << int(error);
    };
    row("its token is there", held + ".json", reason, true, ErrorCode::Forbidden);
    row("a token that is JSON itself", held + ".json", "{\"rows\":[1]}", false, ErrorCode::Forbidden);
    row("another job's", held + ".json", "{\"job\":\"01JDCQ5T3M8YZKX4W9RVN7B2HD\"}", false, ErrorCode::Forbidden);
    row("half written", held + ".json", reason.chopped(5), false, ErrorCode::Forbidden);
    row("empty", held + ".json", {}, false, ErrorCode::Forbidden);
    row("larger than any reason", held + ".json", reason.chopped(1) + QByteArray(1 << 20, ' ') + '}', false, ErrorCode::TooLarge);
    row("a token", held, reason, false, ErrorCode::InvalidArgument);
    row("a producer's file", "incoming/" + job + "~a.csv.json", reason, false, ErrorCode::InvalidArgument);
    row("a rejected file's", "rejected/" + job + "~a.csv.json", reason, false, ErrorCode::InvalidArgument);
    row("a running token", "processing/DTF-01/running/" + job + ".e1.bbbbbbbbb~a.json", reason, false,
        ErrorCode::InvalidArgument);
    row("no path at all", "hold/" + job + "~a.csv.json/../x", {}, false, ErrorCode::InvalidArgument);
}

void TestSidecars::whatStays()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, content);
    QFETCH(bool, tokenBeside);
    QFETCH(int, error);
    TempShare share;
    const bool exists = !path.contains("..");
    if (exists) {
        share.put(path, content);
    }
    if (tokenBeside) {
        share.put(path.chopped(5), "token");
    }
    const Result<void> removed = share->removeSidecar(path);
    QVERIFY(!removed);
    COMPARE_WORDS(removed.error().code, ErrorCode(error));
    QVERIFY(!exists || TempShare::read(share.path(path)) == content);
    QVERIFY(!tokenBeside || TempShare::read(share.path(path.chopped(5))) == "token");
}

void TestSidecars::withoutASentinelNothingGoes()
{
    TempShare share;
    share.put(held + ".json", reason);
    LocalShareFs fresh(share.root(), TempShare::timing());
    QVERIFY(QFile::remove(share.path("DTF_SHARE_ID")));
    const Result<void> removed = fresh.removeSidecar(held + ".json");
    QVERIFY(!removed);
    COMPARE_WORDS(removed.error().code, ErrorCode::ShareDown);
    QVERIFY(QFile::exists(share.path(held + ".json")));
}

#ifdef Q_OS_UNIX
void TestSidecars::aLinkIsNotFollowed()
{
    TempShare share;
    TempShare::write(share.local("elsewhere"), reason);
    QVERIFY(QFile::link(share.local("elsewhere"), share.path(held + ".json")));
    QVERIFY(!share->removeSidecar(held + ".json"));
    QCOMPARE(TempShare::read(share.local("elsewhere")), reason);
    QVERIFY(QFileInfo(share.path(held + ".json")).isSymLink());
}
#endif

QTEST_GUILESS_MAIN(TestSidecars)
#include "tst_sidecars.moc"
