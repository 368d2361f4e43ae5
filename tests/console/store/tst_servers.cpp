// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/store/servers.h"

#include <QFile>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace dtf;

namespace {

struct Fixture
{
    QTemporaryDir folder;
    QSettings settings {folder.filePath(u"console.ini"_s), QSettings::IniFormat};
    Servers servers {settings};
};

NamedServer named(const QString &name, const QString &url)
{
    return *checkedServer(name, url);
}

} // namespace

class TestServers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anAddressIsChecked_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("clean"); // empty: refused
        QTest::newRow("whole") << u"http://dtf-orch:3000"_s << u"http://dtf-orch:3000"_s;
        QTest::newRow("tls") << u"https://dtf-orch:3443/"_s << u"https://dtf-orch:3443"_s;
        QTest::newRow("no scheme") << u" dtf-orch:3000 "_s << u"http://dtf-orch:3000"_s;
        QTest::newRow("no port") << u"http://dtf-orch"_s << u"http://dtf-orch"_s;
        QTest::newRow("IPv6") << u"http://[::1]:3000"_s << u"http://[::1]:3000"_s;
        QTest::newRow("empty") << QString() << QString();
        QTest::newRow("password") << u"http://anna:secret@dtf-orch:3000"_s << QString();
        QTest::newRow("path") << u"http://dtf-orch:3000/api/v1"_s << QString();
        QTest::newRow("query") << u"http://dtf-orch:3000?token=1"_s << QString();
        QTest::newRow("file") << u"file:///etc/passwd"_s << QString();
        QTest::newRow("spaces") << u"http://dtf orch"_s << QString();
    }
    void anAddressIsChecked()
    {
        QFETCH(QString, url);
        QFETCH(QString, clean);
        const auto server = checkedServer(u"PROD"_s, url);
        QCOMPARE(server ? server->url.toString() : QString(), clean);
        QVERIFY(server || server.error().detail.endsWith(u'.'));
    }

    void aNameIsChecked()
    {
        QVERIFY(checkedServer(u" PROD "_s, u"http://a"_s)->name == u"PROD"_s);
        QVERIFY(!checkedServer(u" "_s, u"http://a"_s));
        QVERIFY(!checkedServer(u"a\nb"_s, u"http://a"_s));
        QVERIFY(!checkedServer(QString(41, u'x'), u"http://a"_s));
    }

    void theListSurvives()
    {
        Fixture f;
        QVERIFY(f.servers.put(named(u"TEST"_s, u"http://t:1"_s)));
        QVERIFY(f.servers.put(named(u"PROD"_s, u"http://p:1"_s)));
        QVERIFY(f.servers.put(named(u"prod"_s, u"http://p:2"_s))); // replaces
        f.servers.setLast(u"prod"_s);
        f.settings.sync();
        QSettings again(f.settings.fileName(), QSettings::IniFormat);
        const Servers servers(again);
        QCOMPARE(servers.all(), (QList {named(u"prod"_s, u"http://p:2"_s), named(u"TEST"_s, u"http://t:1"_s)}));
        QCOMPARE(servers.last(), u"prod"_s);
        QVERIFY(servers.find(u"Prod"_s));
        QVERIFY(!servers.find(u"other"_s));
    }

    void aPinIsKeptWithItsAddress()
    {
        Fixture f;
        const Fingerprint print = Fingerprint::ofDer("a certificate");
        QVERIFY(f.servers.put(named(u"PROD"_s, u"https://p:1"_s)));
        QVERIFY(!f.servers.pin(u"PROD"_s, QUrl(u"https://p:2"_s), print)); // not of this machine
        QVERIFY(!f.servers.pin(u"TEST"_s, QUrl(u"https://p:1"_s), print));
        QVERIFY(f.servers.pin(u"prod"_s, QUrl(u"https://p:1"_s), print));
        f.settings.sync();
        QSettings again(f.settings.fileName(), QSettings::IniFormat);
        QCOMPARE(Servers(again).find(u"PROD"_s)->pin, print);
    }

    void aPinThatCannotBeUnderstoodDoesNotBecomeNone()
    {
        Fixture f;
        QVERIFY(f.servers.put(named(u"PROD"_s, u"https://p:1"_s)));
        f.settings.beginWriteArray(u"servers"_s, 1);
        f.settings.setArrayIndex(0);
        f.settings.setValue(u"certificate"_s, u"ab:cd"_s);
        f.settings.endArray();
        QVERIFY(f.servers.all().isEmpty());
    }

    void aRemovedOneIsGone()
    {
        Fixture f;
        QVERIFY(f.servers.put(named(u"A"_s, u"http://a"_s)));
        QVERIFY(f.servers.put(named(u"B"_s, u"http://b"_s)));
        f.servers.remove(u"a"_s);
        QCOMPARE(f.servers.all(), QList {named(u"B"_s, u"http://b"_s)});
    }

    void theListIsBounded()
    {
        Fixture f;
        for (int i = 0; i < Servers::most; ++i) {
            QVERIFY(f.servers.put(named(u"S%1"_s.arg(i), u"http://a"_s)));
        }
        QVERIFY(f.servers.put(named(u"more"_s, u"http://a"_s)).error().code == ErrorCode::TooMany);
        QVERIFY(f.servers.put(named(u"s3"_s, u"http://b"_s)));
    }

    void nonsenseInTheSettingsIsLeftOut()
    {
        Fixture f;
        f.settings.beginWriteArray(u"servers"_s, 2);
        f.settings.setArrayIndex(0);
        f.settings.setValue(u"name"_s, u"A"_s);
        f.settings.setValue(u"url"_s, u"file:///etc/passwd"_s);
        f.settings.setArrayIndex(1);
        f.settings.setValue(u"name"_s, u"B"_s);
        f.settings.setValue(u"url"_s, u"http://b"_s);
        f.settings.endArray();
        QCOMPARE(f.servers.all(), QList {named(u"B"_s, u"http://b"_s)});
    }
};

QTEST_GUILESS_MAIN(TestServers)
#include "tst_servers.moc"
