// SPDX-License-Identifier: GPL-3.0-or-later
// The share goes, comes back, or becomes another.
#include "tst_engine.h"

#include <QDir>
#include <QRegularExpression>

using namespace dtf;
using namespace Qt::StringLiterals;

void TestEngine::theShareGoesAndComesBackBeforeThePublication()
{
    AgentBench bench({u"out=a:1"_s, u"say=up"_s});
    bench.config.pipeline.command += u"wait="_s + bench.local(u"go"_s);
    const TokenName token = bench.assign("a.csv", "x");
    bench.start();
    QTRY_COMPARE_WITH_TIMEOUT(bench.ledger().size(), 1, deadline);
    // Unmounted: the mount point is an empty folder.
    const QByteArray here = QFile::encodeName(bench.root());
    const QByteArray away = here + ".away";
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"the share is not usable"_s));
    QCOMPARE(std::rename(here.constData(), away.constData()), 0);
    QVERIFY(QDir().mkpath(bench.root()));
    QFile go(bench.local(u"go"_s));
    QVERIFY(go.open(QIODevice::WriteOnly));
    QTRY_VERIFY_WITH_TIMEOUT(!bench.engine().shareStatus().ok, deadline);
    QTRY_COMPARE_WITH_TIMEOUT(bench.reported(ReportKind::Exited), 1, deadline);
    QVERIFY(QDir(bench.root()).isEmpty()); // nothing is ever written into the mount point
    QVERIFY(QDir().rmdir(bench.root()));
    QCOMPARE(std::rename(away.constData(), here.constData()), 0);
    QTRY_COMPARE_WITH_TIMEOUT(bench.reported(ReportKind::Done), 1, deadline);
    QCOMPARE(bench.reported(ReportKind::Fenced), 0);
    QVERIFY(bench.exists(bench.finalFolder(token) + "/results/a"));
    QCOMPARE(bench.ledger().size(), 1);
}

void TestEngine::anotherShareIsLeftAlone()
{
    AgentBench bench({u"out=a:1"_s});
    bench.start();
    QTRY_VERIFY_WITH_TIMEOUT(bench.engine().shareStatus().ok, deadline);
    // Another share is mounted in its place, with a token for this node.
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"the share is not usable"_s));
    const QByteArray here = QFile::encodeName(bench.root());
    QCOMPARE(std::rename(here.constData(), (here + ".away").constData()), 0);
    QVERIFY(QDir().mkpath(bench.root()));
    LocalShareFs other(bench.root(), {milliseconds(0), milliseconds(0)});
    QVERIFY(other.initialise({bench.node}));
    const TokenName token = bench.assign("a.csv", "x");
    QTRY_VERIFY_WITH_TIMEOUT(!bench.engine().shareStatus().ok, deadline);
    QTRY_COMPARE_WITH_TIMEOUT(toString(bench.engine().shareStatus().code), toString(ErrorCode::ShareWrong), deadline);
    QVERIFY(bench.exists(layout::assigned(bench.node, token)));
    QVERIFY(bench.names(".dtf/alive").isEmpty());
    QVERIFY(bench.engine().ownGateClosedBy().isEmpty()); // the share's trouble is told as such
}
