// SPDX-License-Identifier: GPL-3.0-or-later
// Stories of an agent that works alone: a developer drops files into incoming and looks what becomes of them.
#include "agentbench.h"

#include "agent/work/processtree.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

constexpr int deadline = 30'000;

/// What the log says during one story.
class Heard
{
public:
    Heard()
    {
        s_lines.clear();
        s_before = qInstallMessageHandler([](QtMsgType type, const QMessageLogContext &context, const QString &text) {
            s_lines.append(text);
            s_before(type, context, text);
        });
    }
    ~Heard() { qInstallMessageHandler(s_before); }
    Heard(const Heard &) = delete;
    Heard &operator=(const Heard &) = delete;
    [[nodiscard]] static qsizetype count(const QString &pattern) { return s_lines.filter(QRegularExpression(pattern)).size(); }

private:
    inline static QStringList s_lines;
    inline static QtMessageHandler s_before = nullptr;
};

/// Names below completed/<day>/.
QStringList done(const AgentBench &bench)
{
    QStringList found;
    for (const QString &day : bench.names("completed")) {
        if (!day.startsWith(u'.')) {
            found += bench.names("completed/" + day.toUtf8());
        }
    }
    return found;
}

/// Empty while it is written, under a name of its own.
QJsonObject reasonIn(const AgentBench &bench, const SharePath &folder)
{
    for (const QString &name : bench.names(folder)) {
        if (name.endsWith(u".json"_s)) {
            return QJsonDocument::fromJson(bench.readShare(folder + '/' + shareName(name))).object();
        }
    }
    return {};
}

} // namespace

class TestOffline : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { becomeSubreaper(); }
    void aDroppedFileIsRunAndAppearsInCompleted();
    void sameNameThreeTimesInARow();
    void refused_data();
    void refused();
    void whatIsNoFileIsPutAsideUnopened();
    void unfinishedFilesAreLeftAlone();
    void aHeldFileSaysWhy();
    void givenBackItIsRunAgainAFewTimes();
    void givenBackInAnEarlierLife();
    void replacedBetweenTheLookAndTheMove();
    void whatCantBeOpenedWaitsAndIsSaid();
    void aPoolsShareIsRefused();
};

void TestOffline::aDroppedFileIsRunAndAppearsInCompleted()
{
    AgentBench bench({u"out=result:1;2"_s});
    bench.startAlone();
    bench.drop("AgencyA.csv", "hours");
    QTRY_COMPARE_WITH_TIMEOUT(done(bench).size(), 1, deadline);
    const QString folder = done(bench).first();
    QVERIFY2(folder.endsWith(u"~AgencyA.csv"_s), qPrintable(folder));
    const auto token = parseToken(folder.toUtf8());
    QVERIFY(token.has_value());
    const SharePath result = bench.finalFolder(*token);
    QCOMPARE(bench.readShare(result + "/AgencyA.csv"), QByteArray("hours"));
    QCOMPARE(bench.readShare(result + "/results/result"), QByteArray("1;2"));
    const QJsonObject manifest = QJsonDocument::fromJson(bench.readShare(result + "/manifest.json")).object();
    QCOMPARE(manifest.value(u"attempt"_s).toInt(), 1);
    QCOMPARE(manifest.value(u"job"_s).toString(), token->job.toString());
    QCOMPARE(bench.ledger(), QList<QByteArray> {token->job.toBytes26() + ".1"});
    QTRY_COMPARE_WITH_TIMEOUT(bench.engine().pendingCount(), 0, deadline); // nobody else would ever take the reports
    QCOMPARE(bench.names("incoming"), QStringList());
    QCOMPARE(bench.tokens().size(), 1);
}

void TestOffline::sameNameThreeTimesInARow()
{
    AgentBench bench({u"out=result:1"_s});
    bench.startAlone();
    for (const char *content : {"first", "second", "third"}) {
        bench.drop("Agency.csv", content);
        QTRY_COMPARE_WITH_TIMEOUT(bench.names("incoming"), QStringList(), deadline);
    }
    QTRY_COMPARE_WITH_TIMEOUT(done(bench).size(), 3, deadline);
    QStringList contents;
    for (const QString &folder : done(bench)) { // job ids sort by time
        contents.append(QString::fromUtf8(bench.readShare(bench.finalFolder(*parseToken(folder.toUtf8())) + "/Agency.csv")));
    }
    QCOMPARE(contents, QStringList({u"first"_s, u"second"_s, u"third"_s}));
    QCOMPARE(bench.ledger().size(), 3);
}

void TestOffline::refused_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("cause");
    QTest::newRow("another type") << QByteArray("tool.exe") << QByteArray("x") << u"type-not-accepted"_s;
    QTest::newRow("a mark that turns the text round") << QByteArray("a\xe2\x80\xae.csv") << QByteArray("x") << u"hostile-name"_s;
#ifndef Q_OS_WIN // which has no such names
    QTest::newRow("a line break") << QByteArray("a\nb.csv") << QByteArray("x") << u"hostile-name"_s;
    QTest::newRow("not UTF-8") << QByteArray("\xff\xfe.csv") << QByteArray("x") << u"hostile-name"_s;
#endif
    QTest::newRow("too long") << QByteArray(200, 'l') + ".csv" << QByteArray("x") << u"name-too-long"_s;
    QTest::newRow("empty") << QByteArray("a.csv") << QByteArray() << u"empty"_s;
}

void TestOffline::refused()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, content);
    QFETCH(QString, cause);
    AgentBench bench({u"out=result:1"_s});
    const Heard log;
    bench.startAlone();
    bench.drop(name, content);
    QTRY_VERIFY_WITH_TIMEOUT(!reasonIn(bench, "rejected").isEmpty(), deadline);
    QCOMPARE(bench.names("rejected").size(), 2); // the file and its reason
    const QJsonObject reason = reasonIn(bench, "rejected");
    QCOMPARE(reason.value(u"cause"_s).toString(), cause);
    QCOMPARE(reason.value(u"outcome"_s).toString(), u"reject"_s);
    QCOMPARE(reason.value(u"node"_s).toString(), u"DTF-01"_s);
    QVERIFY(!reason.value(u"detail"_s).toString().isEmpty());
    QString token;
    for (const QString &entry : bench.names("rejected")) {
        token = entry.endsWith(u".json"_s) ? token : entry;
    }
    QCOMPARE(bench.readShare("rejected/" + shareName(token)), content);
    QCOMPARE(bench.names("incoming"), QStringList());
    QCOMPARE(bench.ledger(), QList<QByteArray>());
    QTRY_COMPARE_WITH_TIMEOUT(log.count(u": rejected: "_s), 1, deadline);
}

void TestOffline::whatIsNoFileIsPutAsideUnopened()
{
    AgentBench bench({u"out=result:1"_s});
    QVERIFY(QDir().mkpath(bench.path("incoming/folder.csv")));
#ifdef Q_OS_WIN // where making a link takes a right that an ordinary account lacks
    constexpr int refused = 1;
#else
    constexpr int refused = 2;
    QVERIFY(QFile::link(bench.path("DTF_SHARE_ID"), bench.path("incoming/link.csv")));
#endif
    const Heard log;
    bench.startAlone();
    bench.drop("real.csv", "x");
    QTRY_COMPARE_WITH_TIMEOUT(done(bench).size(), 1, deadline);
    QTRY_COMPARE_WITH_TIMEOUT(bench.names("rejected").size(), 2 * refused, deadline); // each with its reason
    QCOMPARE(bench.names("incoming"), QStringList());
    QVERIFY(QFile::exists(bench.path("DTF_SHARE_ID"))); // the link was moved, not followed
    QTRY_COMPARE_WITH_TIMEOUT(
        log.count(u"^folder.csv: rejected: a folder, not a file; see .*/rejected/.*~folder.csv$"_s), 1, deadline);
    QTRY_COMPARE_WITH_TIMEOUT(
        log.count(u"^link.csv: rejected: a link, not a file; see .*/rejected/.*~link.csv$"_s), refused - 1, deadline);
    QCOMPARE(bench.ledger().size(), 1);
}

void TestOffline::unfinishedFilesAreLeftAlone()
{
    AgentBench bench({u"out=result:1"_s});
    bench.startAlone();
    const QList<QByteArray> unfinished {"a.csv.part", "a.tmp", "b.csv.crdownload", "~$c.csv"};
    for (const QByteArray &name : unfinished) {
        bench.drop(name, "half");
    }
    bench.drop("real.csv", "x");
    QTRY_COMPARE_WITH_TIMEOUT(done(bench).size(), 1, deadline);
    QCOMPARE(bench.names("incoming").size(), unfinished.size());
    QCOMPARE(bench.ledger().size(), 1);
}

void TestOffline::aHeldFileSaysWhy()
{
    AgentBench bench({u"say=half way"_s, u"exit=3"_s});
    const Heard log;
    bench.startAlone();
    bench.drop("a.csv", "x");
    QTRY_VERIFY_WITH_TIMEOUT(!reasonIn(bench, "hold").isEmpty(), deadline);
    QCOMPARE(bench.names("hold").size(), 2);
    const QJsonObject reason = reasonIn(bench, "hold");
    QCOMPARE(reason.value(u"cause"_s).toString(), u"exit-code"_s);
    QVERIFY(reason.value(u"last_lines"_s).toString().contains(u"half way"_s));
    QTRY_COMPARE_WITH_TIMEOUT(bench.engine().pendingCount(), 0, deadline);
    QTRY_COMPARE_WITH_TIMEOUT(
        log.count(u"^a.csv: on hold \\(exit-code\\): ended with code 3; it may have been uploaded, .*/hold/.*~a\\.csv\\.json$"_s),
        1, deadline);
}

void TestOffline::givenBackItIsRunAgainAFewTimes()
{
    AgentBench bench({u"exit=10"_s});
    bench.config.pipeline.rerunExitCodes = {10};
    const Heard log;
    bench.startAlone();
    bench.drop("a.csv", "x");
    QTRY_VERIFY_WITH_TIMEOUT(!reasonIn(bench, "failed").isEmpty(), deadline);
    QCOMPARE(bench.names("failed").size(), 2);
    const QJsonObject reason = reasonIn(bench, "failed");
    QCOMPARE(reason.value(u"cause"_s).toString(), u"attempts-exhausted"_s);
    QCOMPARE(reason.value(u"attempt"_s).toInt(), 3);
    QCOMPARE(reason.value(u"detail"_s).toString(), u"ended with code 10"_s);
    QTRY_COMPARE_WITH_TIMEOUT(bench.engine().pendingCount(), 0, deadline);
    const QByteArray job = reason.value(u"job"_s).toString().toLatin1();
    QCOMPARE(bench.ledger(), QList<QByteArray>({job + ".1", job + ".2", job + ".3"}));
    QTRY_COMPARE_WITH_TIMEOUT(log.count(u"^a.csv: given back .* it is run again$"_s), 2, deadline);
    QTRY_COMPARE_WITH_TIMEOUT(log.count(u"^a.csv: failed after 3 attempts .*/failed/.*~a\\.csv$"_s), 1, deadline);
    QCOMPARE(bench.tokens().size(), 1);
}

void TestOffline::givenBackInAnEarlierLife()
{
    AgentBench bench({u"exit=10"_s});
    bench.config.pipeline.rerunExitCodes = {10};
    const TokenName token = bench.assign("a.csv", "x");
    bench.start();
    QTRY_COMPARE_WITH_TIMEOUT(bench.reported(ReportKind::Released), 1, deadline);
    bench.kill(); // before anybody could move it on
    bench.config.pipeline.command = QStringList {QStringLiteral(TESTCHILD), u"out=result:1"_s};
    const Heard log;
    bench.startAlone();
    QTRY_COMPARE_WITH_TIMEOUT(done(bench).size(), 1, deadline);
    const QJsonObject manifest = QJsonDocument::fromJson(bench.readShare(bench.finalFolder(token) + "/manifest.json")).object();
    QCOMPARE(manifest.value(u"attempt"_s).toInt(), 2);
    QCOMPARE(bench.tokens().size(), 1);
    QTRY_COMPARE_WITH_TIMEOUT(bench.engine().pendingCount(), 0, deadline);
    QTRY_COMPARE_WITH_TIMEOUT(log.count(u"^a.csv: given back .* it is run again$"_s), 1, deadline);
}

void TestOffline::replacedBetweenTheLookAndTheMove()
{
    AgentBench bench;
    LocalShareFs fs(bench.root(), {milliseconds(0), milliseconds(0)});
    const OfflineDesk::Place place {bench.node, fs.identity()->uuid, bench.root()};
    bench.drop("a.csv", "what was looked at");
    const auto seen = fs.look("incoming/a.csv");
    QVERIFY(seen.has_value());
    bench.drop("a.csv", "what came then");
    const JobId job = bench.ids.next({1'700'000'000'000});
    const OfflineDesk::Taken taken = OfflineDesk::takeIn(fs, place, {*seen, Cause::None, {}}, job);
    QVERIFY(taken.move.outcome == MoveOutcome::Moved);
    QVERIFY(taken.refused == Cause::ChangedMeanwhile);
    QCOMPARE(taken.target, layout::rejected(job, "a.csv"));
    QCOMPARE(bench.readShare(taken.target), QByteArray("what came then"));
    QVERIFY(bench.exists(layout::sidecar(taken.target)));
    QCOMPARE(bench.tokens().size(), 1);
}

void TestOffline::whatCantBeOpenedWaitsAndIsSaid()
{
    AgentBench bench({u"out=result:1"_s});
    bench.drop("secret.csv", "x");
    QVERIFY(QFile::setPermissions(bench.path("incoming/secret.csv"), QFile::WriteOwner));
    if (bench.readShare("incoming/secret.csv") == "x") {
        QSKIP("this account may read everything");
    }
    const Heard log;
    bench.startAlone();
    bench.drop("real.csv", "x");
    QTRY_COMPARE_WITH_TIMEOUT(done(bench).size(), 1, deadline);
    QTRY_COMPARE_WITH_TIMEOUT(
        log.count(u"^secret.csv: can't be moved out of incoming \\(.*\\); it is tried again$"_s), 1, deadline);
    QCOMPARE(bench.names("incoming"), QStringList {u"secret.csv"_s});
}

void TestOffline::aPoolsShareIsRefused()
{
    AgentBench bench;
    QVERIFY(OfflineDesk::checkFolder(bench.root()).has_value());
    LocalShareFs fs(bench.root(), {milliseconds(0), milliseconds(0)});
    QVERIFY(fs.writeSmall(layout::lease(), "somebody 1 store\n", true).has_value());
    const Result<void> refused = OfflineDesk::checkFolder(bench.root());
    QVERIFY(!refused.has_value());
    QVERIFY(refused.error().detail.contains(u"offline_dir"_s));
}

QTEST_GUILESS_MAIN(TestOffline)
#include "tst_offline.moc"
