// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/layout.h"
#include "common/share/namepolicy.h"
#include "common/share/sentinel.h"
#include "common/share/sharepath.h"
#include "common/share/wtf8.h"
#include "tests/support/comparewords.h"

#include <QTest>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

constexpr char jobText[] = "01J9ZK3Q5R7S8T9VWXYZ012345";

JobId job()
{
    return *JobId::parse(jobText);
}
BootId boot()
{
    return *BootId::parse("k3m9x2p7");
}
NodeName node()
{
    return *NodeName::parse("DTF-03");
}

QByteArray withPrefix(const char *suffix)
{
    return QByteArray(jobText) + suffix;
}

} // namespace

class TestNames : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tokenGoesRound_data();
    void tokenGoesRound();
    void onlyCanonicalTokensAreRead_data();
    void onlyCanonicalTokensAreRead();
    void stageNamesNeedEverything();
    void thingsLieWhereTheProtocolSays();
    void brokenPromisesGiveAnEmptyPath();
    void foldersComeParentsFirst();
    void pathsStayBelowTheRoot_data();
    void pathsStayBelowTheRoot();
    void onlyOurOwnSmallFilesAreReplaced_data();
    void onlyOurOwnSmallFilesAreReplaced();
    void hostileNames_data();
    void hostileNames();
    void safeNamesAreSafe();
    void wtf8GoesRound_data();
    void wtf8GoesRound();
    void sentinelIsStrict_data();
    void sentinelIsStrict();
};

void TestNames::tokenGoesRound_data()
{
    QTest::addColumn<quint32>("epoch");
    QTest::addColumn<bool>("withBoot");
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("done form") << 0u << false << QByteArray("a.csv") << withPrefix("~a.csv");
    QTest::newRow("assigned form") << 1u << false << QByteArray("a.csv") << withPrefix(".e1~a.csv");
    QTest::newRow("running form") << 12u << true << QByteArray("a.csv") << withPrefix(".e12.bk3m9x2p7~a.csv");
    QTest::newRow("largest epoch") << 4294967295u << true << QByteArray("a") << withPrefix(".e4294967295.bk3m9x2p7~a");
    QTest::newRow("a name with our separator") << 2u << false << QByteArray("~.e3~x") << withPrefix(".e2~~.e3~x");
    QTest::newRow("a name that is no text") << 2u << false << QByteArray("\xff\xfe.csv") << withPrefix(".e2~\xff\xfe.csv");
}

void TestNames::tokenGoesRound()
{
    QFETCH(quint32, epoch);
    QFETCH(bool, withBoot);
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, text);
    const TokenName token {job(), epoch, withBoot ? boot() : BootId(), name};
    QCOMPARE(format(token), text);
    const auto read = parseToken(text);
    QVERIFY(read);
    QVERIFY(*read == token);
}

void TestNames::onlyCanonicalTokensAreRead_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("job only") << withPrefix("");
    QTest::newRow("no name") << withPrefix("~");
    QTest::newRow("no separator") << withPrefix(".e1");
    QTest::newRow("epoch 0") << withPrefix(".e0~a");
    QTest::newRow("leading zero") << withPrefix(".e01~a");
    QTest::newRow("no digits") << withPrefix(".e~a");
    QTest::newRow("sign") << withPrefix(".e+1~a");
    QTest::newRow("epoch too large") << withPrefix(".e4294967296~a");
    QTest::newRow("epoch far too large") << withPrefix(".e99999999999999999999~a");
    QTest::newRow("boot without epoch") << withPrefix(".bk3m9x2p7~a");
    QTest::newRow("boot too short") << withPrefix(".e1.bk3m9x2p~a");
    QTest::newRow("boot in upper case") << withPrefix(".e1.bK3M9X2P7~a");
    QTest::newRow("boot too long") << withPrefix(".e1.bk3m9x2p77~a");
    QTest::newRow("text cut in the boot") << withPrefix(".e1.bk3");
    QTest::newRow("job in lower case") << QByteArray(jobText).toLower() + "~a";
    QTest::newRow("job too short") << QByteArray(jobText).chopped(1) + "~a";
    QTest::newRow("job overflows") << "8" + QByteArray(jobText).sliced(1) + "~a";
    QTest::newRow("a path") << withPrefix(".e1~a/b");
    QTest::newRow("a NUL") << withPrefix(".e1~a") + '\0';
}

void TestNames::onlyCanonicalTokensAreRead()
{
    QFETCH(QByteArray, text);
    QVERIFY(!parseToken(text));
}

void TestNames::stageNamesNeedEverything()
{
    const StageName stage {job(), 3, boot()};
    QCOMPARE(format(stage), withPrefix(".e3.bk3m9x2p7"));
    QVERIFY(parseStage(format(stage)) == stage);
    QVERIFY(!parseStage(withPrefix(".e3")));
    QVERIFY(!parseStage(withPrefix("")));
    QVERIFY(!parseStage(withPrefix(".e3.bk3m9x2p7~a")));
    QVERIFY(!parseStage(withPrefix(".e3.bk3m9x2p7.old")));
}

void TestNames::thingsLieWhereTheProtocolSays()
{
    const TokenName token {job(), 2, boot(), "a.csv"};
    const StageName stage {job(), 2, boot()};
    const WallTime day {1'795'442'399'999}; // 2026-11-23T13:59:59.999Z
    const QByteArray j = jobText;
    QCOMPARE(layout::incoming("a.csv"), QByteArray("incoming/a.csv"));
    QCOMPARE(layout::assigned(node(), token), "processing/DTF-03/" + j + ".e2~a.csv");
    QCOMPARE(layout::running(node(), token), "processing/DTF-03/running/" + j + ".e2.bk3m9x2p7~a.csv");
    QCOMPARE(layout::stage(stage), "completed/.stage/" + j + ".e2.bk3m9x2p7");
    QCOMPARE(layout::stagedToken(stage, "a.csv"), layout::stage(stage) + "/a.csv");
    QCOMPARE(layout::stagedResults(stage), layout::stage(stage) + "/results");
    QCOMPARE(layout::stagedManifest(stage), layout::stage(stage) + "/manifest.json");
    QCOMPARE(layout::completed(day, job(), "a.csv"), "completed/2026-11-23/" + j + "~a.csv");
    QCOMPARE(layout::completedDay({0}), QByteArray("completed/1970-01-01"));
    QCOMPARE(layout::hold(token), "hold/" + j + ".e2.bk3m9x2p7~a.csv");
    QCOMPARE(layout::failed(token), "failed/" + j + ".e2~a.csv");
    QCOMPARE(layout::rejected(job(), "a.csv"), "rejected/" + j + "~a.csv");
    QCOMPARE(layout::sidecar(layout::failed(token)), "failed/" + j + ".e2~a.csv.json");
    QCOMPARE(layout::nodeLogDay(node(), day), QByteArray("logs/DTF-03/2026-11-23.log"));
    QCOMPARE(layout::jobLog(node(), job(), 2), "logs/DTF-03/" + j + ".e2.log");
    QCOMPARE(layout::late(stage), ".dtf/late/" + j + ".e2.bk3m9x2p7");
    QCOMPARE(layout::alive(node()), QByteArray(".dtf/alive/DTF-03"));
    QVERIFY(isStageFolder(layout::stage(stage)));
    QVERIFY(!isStageFolder(layout::stagedResults(stage)));
    QVERIFY(!isStageFolder(layout::late(stage)));
}

void TestNames::brokenPromisesGiveAnEmptyPath()
{
    const TokenName noEpoch {job(), 0, {}, "a.csv"};
    const TokenName noBoot {job(), 1, {}, "a.csv"};
    const TokenName noName {job(), 1, boot(), {}};
    const TokenName climbing {job(), 1, boot(), "x/../../y"};
    QVERIFY(layout::assigned(node(), noEpoch).isEmpty());
    QVERIFY(layout::running(node(), noBoot).isEmpty());
    QVERIFY(layout::running(node(), noName).isEmpty());
    QVERIFY(layout::running(NodeName(), TokenName {job(), 1, boot(), "a"}).isEmpty());
    QVERIFY(layout::hold(climbing).isEmpty());
    QVERIFY(layout::sidecar(layout::hold(climbing)).isEmpty());
    QVERIFY(layout::incoming("..").isEmpty());
    QVERIFY(layout::incoming("a/b").isEmpty());
    QVERIFY(layout::stage({job(), 1, {}}).isEmpty());
    QVERIFY(layout::stagedToken({job(), 1, boot()}, "..").isEmpty());
    QVERIFY(layout::completed({std::numeric_limits<std::int64_t>::max()}, job(), "../x").isEmpty());
}

void TestNames::foldersComeParentsFirst()
{
    const auto folders = layout::folders({node()});
    QVERIFY(folders.contains("processing/DTF-03/running"));
    QVERIFY(folders.contains("logs/DTF-03"));
    QVERIFY(folders.contains(layout::probeDir()));
    for (qsizetype i = 0; i < folders.size(); ++i) {
        const QByteArray parent = split(folders[i]).folder;
        QVERIFY2(parent.isEmpty() || folders.first(i).contains(parent), folders[i].constData());
    }
}

void TestNames::pathsStayBelowTheRoot_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<bool>("valid");
    QTest::newRow("plain") << QByteArray("incoming/a.csv") << true;
    QTest::newRow("dots inside names") << QByteArray("a/..b/c..") << true;
    QTest::newRow("bytes") << QByteArray("a/\xff\xfe") << true;
    QTest::newRow("empty") << QByteArray() << false;
    QTest::newRow("absolute") << QByteArray("/etc/passwd") << false;
    QTest::newRow("climbing") << QByteArray("incoming/../DTF_SHARE_ID") << false;
    QTest::newRow("only up") << QByteArray("..") << false;
    QTest::newRow("up at the end") << QByteArray("incoming/..") << false;
    QTest::newRow("here") << QByteArray("incoming/./a") << false;
    QTest::newRow("double slash") << QByteArray("incoming//a") << false;
    QTest::newRow("slash at the end") << QByteArray("incoming/") << false;
    QTest::newRow("NUL") << QByteArray("incoming/a\0b", 12) << false;
}

void TestNames::pathsStayBelowTheRoot()
{
    QFETCH(QByteArray, path);
    QFETCH(bool, valid);
    QCOMPARE(isSharePath(path), valid);
}

void TestNames::onlyOurOwnSmallFilesAreReplaced_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<bool>("allowed");
    QTest::newRow("alive") << layout::alive(node()) << true;
    QTest::newRow("lease") << layout::lease() << true;
    QTest::newRow("sidecar") << QByteArray("hold/x.csv.json") << true;
    QTest::newRow("held token") << QByteArray("hold/x.csv") << false;
    QTest::newRow("incoming") << QByteArray("incoming/x.json") << false;
    QTest::newRow("assigned") << QByteArray("processing/DTF-03/x.json") << false;
    QTest::newRow("manifest") << QByteArray("completed/.stage/x/manifest.json") << false;
    QTest::newRow("sentinel") << layout::sentinel() << false;
}

void TestNames::onlyOurOwnSmallFilesAreReplaced()
{
    QFETCH(QByteArray, path);
    QFETCH(bool, allowed);
    QCOMPARE(mayReplace(path), allowed);
}

void TestNames::hostileNames_data()
{
    using Kind = NameVerdict::Kind;
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<Cause>("cause");
    const auto row = [](const char *title, const QByteArray &name, Kind kind, Cause cause = Cause::None) {
        QTest::newRow(title) << name << kind << cause;
    };
    const auto accept = [&](const char *title, const QByteArray &name) { row(title, name, Kind::Accept); };
    const auto ignore = [&](const char *title, const QByteArray &name) { row(title, name, Kind::Ignore); };
    const auto hostile = [&](const char *title, const QByteArray &name) { row(title, name, Kind::Reject, Cause::HostileName); };

    accept("plain", "AgencyA.csv");
    accept("suffix in capitals", "AGENCY.CSV");
    accept("command substitution", "$(id).csv");
    accept("backticks", "`id`.csv");
    accept("variable and ampersand", "%PATH%&calc.csv");
    accept("option", "-rf.csv");
    accept("formula", "=cmd().csv");
    accept("quote and semicolon", "a';drop.csv");
    accept("leading space", " a.csv");
    accept("two tildes", "a~b~c.csv");
    accept("umlaut, composed", "M\xC3\xBCller.csv");
    accept("umlaut, decomposed", "Mu\xCC\x88ller.csv");
    accept("emoji", "\xF0\x9F\x98\x80.csv");
    accept("emoji family with joiners", "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9.csv");
    accept("190 bytes", QByteArray(186, 'a') + ".csv");
    accept("device name inside a word", "console.csv");
    accept("number after tilde, but long", "agencyreport~1.csv");

    ignore("part", "a.csv.part");
    ignore("tmp", "a.TMP");
    ignore("crdownload", "a.crdownload");
    ignore("office lock", "~$a.csv");
    ignore("hidden", ".a.csv");
    ignore("desktop.ini", "Desktop.ini");
    ignore("thumbs", "Thumbs.db");

    row("link file", "a.lnk", Kind::Reject, Cause::TypeNotAccepted);
    row("no type", "csv", Kind::Reject, Cause::TypeNotAccepted);
    row("script", "a.csv.exe", Kind::Reject, Cause::TypeNotAccepted);
    row("191 bytes", QByteArray(187, 'a') + ".csv", Kind::Reject, Cause::NameTooLong);
    row("255 UTF-16 units", QByteArray("\xC3\xBC").repeated(251) + ".csv", Kind::Reject, Cause::NameTooLong);

    hostile("empty", "");
    hostile("climbing backwards", "..\\evil.csv");
    hostile("backslash", "a\\b.csv");
    hostile("slash", "a/b.csv");
    hostile("right-to-left override", "a\xE2\x80\xAEvsc.csv");
    hostile("isolate", "a\xE2\x81\xA6.csv");
    hostile("zero-width space", "a\xE2\x80\x8B.csv");
    hostile("byte order mark", "\xEF\xBB\xBF.csv");
    hostile("newline", "a\nb.csv");
    hostile("newline in a hidden name", ".a\nb.csv");
    hostile("escape", "a\x1b[2J.csv");
    hostile("delete", "a\x7f.csv");
    hostile("C1 control", "a\xC2\x9B.csv");
    hostile("line separator", "a\xE2\x80\xA8.csv");
    hostile("NUL", QByteArray("a\0b.csv", 7));
    hostile("Latin-1", "M\xFCller.csv");
    hostile("overlong slash", "a\xC0\xAF.csv");
    hostile("lone surrogate", "a\xED\xA0\x80.csv");
    hostile("noncharacter", "a\xEF\xBF\xBF.csv");
    hostile("CON", "CON");
    hostile("con.csv", "con.csv");
    hostile("com1 with space", "COM1 .csv");
    hostile("superscript port", "COM\xC2\xB9.csv");
    hostile("NUL device", "nul.tar.csv");
    hostile("stream", "a:b.csv");
    hostile("question mark", "a?.csv");
    hostile("dot at the end", "x.");
    hostile("space at the end", "x.csv ");
    hostile("8.3 alias", "REPORT~1.CSV");
    hostile("our manifest", "Manifest.json");
    hostile("our results", "results");
}

void TestNames::hostileNames()
{
    QFETCH(QByteArray, name);
    QFETCH(NameVerdict::Kind, kind);
    QFETCH(Cause, cause);
    const NameVerdict verdict = judgeName(name, {"csv", "json", "xlsx"});
    QCOMPARE(verdict.kind, kind);
    COMPARE_WORDS(verdict.cause, cause);
    QCOMPARE(verdict.why.isEmpty(), kind != NameVerdict::Kind::Reject);

    const QByteArray safe = safeName(name);
    QVERIFY(isEntryName(safe));
    QVERIFY(safe.size() <= maxNameBytes);
    QCOMPARE(safeName(safe), safe);
    if (kind == NameVerdict::Kind::Accept) {
        QCOMPARE(safe, name);
    }
    const NameVerdict again = judgeName(safe + "x", {}); // safe as a part of something longer, and made of good characters
    QVERIFY2(again.cause == Cause::None || again.cause == Cause::NameTooLong, again.why.constData());
}

void TestNames::safeNamesAreSafe()
{
    QCOMPARE(safeName(""), QByteArray("_"));
    QCOMPARE(safeName(".."), QByteArray("__"));
    QCOMPARE(safeName("..\\..\\x.csv"), QByteArray("_._.._x.csv"));
    QCOMPARE(safeName("a\nb\xff.csv"), QByteArray("a_b_.csv"));
    QCOMPARE(safeName("CON.csv"), QByteArray("_ON.csv"));
    QCOMPARE(safeName(QByteArray("\xC3\xBC").repeated(200)), QByteArray("\xC3\xBC").repeated(95));
    QCOMPARE(safeName("a" + QByteArray("\xC3\xBC").repeated(200)), "a" + QByteArray("\xC3\xBC").repeated(94));
}

void TestNames::wtf8GoesRound_data()
{
    QTest::addColumn<QString>("utf16");
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("text") << u"aü€😀"_s << QByteArray("a\xC3\xBC\xE2\x82\xAC\xF0\x9F\x98\x80");
    QTest::newRow("lone high") << QString(QChar(0xD800)) + u'x' << QByteArray("\xED\xA0\x80x");
    QTest::newRow("lone low") << QString(QChar(0xDC00)) << QByteArray("\xED\xB0\x80");
    QTest::newRow("wrong order") << QString(QChar(0xDC00)) + QChar(0xD800) << QByteArray("\xED\xB0\x80\xED\xA0\x80");
    QTest::newRow("two highs and a low") << QString(QChar(0xD800)) + QChar(0xD83D) + QChar(0xDE00)
                                         << QByteArray("\xED\xA0\x80\xF0\x9F\x98\x80");
}

void TestNames::wtf8GoesRound()
{
    QFETCH(QString, utf16);
    QFETCH(QByteArray, bytes);
    QCOMPARE(toWtf8(utf16), bytes);
    const auto back = fromWtf8(bytes);
    QVERIFY(back);
    QCOMPARE(*back, utf16);
    QVERIFY(!fromWtf8("\xED\xA0\xBD\xED\xB8\x80")); // a pair as two halves
    QVERIFY(!fromWtf8("\xFF"));
    QVERIFY(!fromWtf8("\xC0\xAF"));
    QVERIFY(!fromWtf8("\xE2\x82"));
    QVERIFY(!fromWtf8("\xF4\x90\x80\x80"));
}

void TestNames::sentinelIsStrict_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QByteArray>("error");
    const QByteArray uuid = "0e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b";
    QTest::newRow("ours") << uuid + "\nlayout 1\n" << QByteArray();
    QTest::newRow("newer layout") << uuid + "\nlayout 2\n" << QByteArray("version-mismatch");
    QTest::newRow("empty") << QByteArray() << QByteArray("share-wrong");
    QTest::newRow("torn") << uuid + "\nlayo" << QByteArray("share-wrong");
    QTest::newRow("no last line break") << uuid + "\nlayout 1" << QByteArray("share-wrong");
    QTest::newRow("more behind it") << uuid + "\nlayout 1\nx" << QByteArray("share-wrong");
    QTest::newRow("leading zero") << uuid + "\nlayout 01\n" << QByteArray("share-wrong");
    QTest::newRow("Windows line breaks") << uuid + "\r\nlayout 1\r\n" << QByteArray("share-wrong");
    QTest::newRow("capitals") << uuid.toUpper() + "\nlayout 1\n" << QByteArray("share-wrong");
    QTest::newRow("null uuid") << QByteArray("00000000-0000-0000-0000-000000000000\nlayout 1\n") << QByteArray("share-wrong");
    QTest::newRow("rubbish") << QByteArray(200, 'x') << QByteArray("share-wrong");
    QTest::newRow("huge") << QByteArray(4096, '\n') << QByteArray("share-wrong");
}

void TestNames::sentinelIsStrict()
{
    QFETCH(QByteArray, content);
    QFETCH(QByteArray, error);
    const auto identity = parseSentinel(content);
    QCOMPARE(identity ? QByteArray() : QByteArray(toString(identity.error().code).data()), error);
    if (identity) {
        QCOMPARE(renderSentinel(*identity), content);
    }
}

QTEST_GUILESS_MAIN(TestNames)
#include "tst_names.moc"
