// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/browser/policy/devtoolsversion.h"
#include "agent/browser/policy/profileowner.h"

#include <QTest>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

ProcessEntry process(qint64 pid, qint64 parent, const QByteArrayList &arguments, bool sameUser = true)
{
    return {pid, parent, 1, arguments, sameUser};
}

} // namespace

class TestProfile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void owner_data()
    {
        QTest::addColumn<QByteArrayList>("arguments");
        QTest::addColumn<bool>("sameUser");
        QTest::addColumn<bool>("carries");
        QTest::addColumn<bool>("main");
        QTest::addColumn<bool>("files");
        QTest::newRow("main") << QByteArrayList {"chrome", "--user-data-dir=/var/dtf/p"} << true << true << true << true;
        QTest::newRow("child, words") << QByteArrayList {"chrome", "--type=renderer", "--user-data-dir=/var/dtf/p"} << true
                                      << true << false << false;
        QTest::newRow("child, one text") << QByteArrayList {"chrome --type=utility --user-data-dir=/var/dtf/p --x"} << true
                                         << true << false << true;
        QTest::newRow("a longer name") << QByteArrayList {"chrome", "--user-data-dir=/var/dtf/p2"} << true << false << true
                                       << true;
        QTest::newRow("a folder below") << QByteArrayList {"chrome", "--user-data-dir=/var/dtf/p/q"} << true << false << true
                                        << true;
        QTest::newRow("another user") << QByteArrayList {"chrome", "--user-data-dir=/var/dtf/p"} << false << false << true
                                      << true;
        QTest::newRow("an editor of the path") << QByteArrayList {"vi", "/var/dtf/p"} << true << false << true << true;
        QTest::newRow("unreadable") << QByteArrayList {} << true << false << true << true;
    }
    void owner()
    {
        QFETCH(QByteArrayList, arguments);
        QFETCH(bool, sameUser);
        const ProcessEntry entry = process(5, 1, arguments, sameUser);
        QTEST(carriesProfile(entry, u"/var/dtf/p"_s), "carries");
        QTEST(isMainBrowser(entry), "main");
        QTEST(usesProfileFiles(entry), "files");
        QVERIFY(!carriesProfile(entry, {})); // no profile: nobody's
    }

    void port_data()
    {
        QTest::addColumn<QByteArrayList>("arguments");
        QTest::addColumn<int>("port");
        QTest::newRow("a word") << QByteArrayList {"chrome", "--remote-debugging-port=9222"} << 9222;
        QTest::newRow("in a text") << QByteArrayList {"chrome --remote-debugging-port=9222 --x"} << 9222;
        QTest::newRow("none") << QByteArrayList {"chrome"} << 0;
        QTest::newRow("any free one") << QByteArrayList {"chrome", "--remote-debugging-port=0"} << 0;
        QTest::newRow("too large") << QByteArrayList {"chrome", "--remote-debugging-port=99999"} << 0;
        QTest::newRow("no number") << QByteArrayList {"chrome", "--remote-debugging-port=x"} << 0;
    }
    void port()
    {
        QFETCH(QByteArrayList, arguments);
        QTEST(debuggingPort(process(1, 0, arguments)), "port");
    }

    void theTreeHasNoEndlessLoop()
    {
        const QList<ProcessEntry> table {
            process(10, 1, {}), process(11, 10, {}), process(12, 11, {}), process(13, 1, {}), process(14, 14, {})};
        QCOMPARE(processTree(table, 10), (QList<qint64> {10, 11, 12}));
        QCOMPARE(processTree(table, 14), (QList<qint64> {14}));
    }

    void version_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("guid");
        const QString guid = u"5dd639b7-101d-4083-9314-cb60ab0fc176"_s;
        const auto answer = [](const QByteArray &url) {
            return "{\"Browser\":\"Chrome/156\",\"webSocketDebuggerUrl\":\"" + url + "\"}";
        };
        QTest::newRow("Chromium's") << answer("ws://localhost:9222/devtools/browser/" + guid.toUtf8()) << guid;
        QTest::newRow("a page's") << answer("ws://localhost:9222/devtools/page/" + guid.toUtf8()) << QString();
        QTest::newRow("a path in place of the id") << answer("ws://localhost:9222/devtools/browser/../../x") << QString();
        QTest::newRow("another scheme") << answer("http://localhost:9222/devtools/browser/" + guid.toUtf8()) << QString();
        QTest::newRow("no such field") << QByteArray("{}") << QString();
        QTest::newRow("some page") << QByteArray("<html>") << QString();
        QTest::newRow("empty") << QByteArray() << QString();
        QTest::newRow("deep") << QByteArray(100'000, '[') << QString();
    }
    void version()
    {
        QFETCH(QByteArray, json);
        QFETCH(QString, guid);
        QCOMPARE(parseDevToolsVersion(json).value_or(QString()), guid);
    }
};

QTEST_APPLESS_MAIN(TestProfile)
#include "tst_profile.moc"
