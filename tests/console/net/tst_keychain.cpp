// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/net/keychain.h"

#include <QTest>

#include <optional>

using namespace Qt::StringLiterals;
using namespace dtf;

/// Without a running key store: everything is answered, and nothing is kept anywhere else instead.
class TestKeychain : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        // No bus, no desktop: as on a machine without a key store, whatever runs here.
        qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/at/all");
        for (const char *name : {"KDE_FULL_SESSION", "XDG_CURRENT_DESKTOP", "DESKTOP_SESSION", "GNOME_KEYRING_CONTROL"}) {
            qunsetenv(name);
        }
    }

    void everyQuestionIsAnsweredOnce()
    {
        Keychain keychain;
        const QUrl server(u"http://127.0.0.1:1"_s);
        int reads = 0;
        std::optional<Error> why;
        keychain.read(server, this, [&](const Result<QByteArray> &token) {
            ++reads;
            why = token ? std::nullopt : std::optional(token.error());
        });
        QTRY_COMPARE(reads, 1);
        QVERIFY(why);
        QVERIFY(why->detail.endsWith(u'.') || !why->detail.isEmpty());
        int writes = 0;
        bool kept = true;
        keychain.write(server, "secret-token-0123456789abcdef", this, [&](const Result<void> &done) {
            ++writes;
            kept = done.has_value();
        });
        QTRY_COMPARE(writes, 1);
        QVERIFY(!kept);
    }

    void nobodyIsCalledWhoIsGone()
    {
        Keychain keychain;
        auto context = std::make_unique<QObject>();
        bool called = false;
        keychain.read(QUrl(u"http://127.0.0.1:1"_s), context.get(), [&](const Result<QByteArray> &) { called = true; });
        context.reset();
        bool second = false;
        keychain.read(QUrl(u"http://127.0.0.1:1"_s), this, [&](const Result<QByteArray> &) { second = true; });
        QTRY_VERIFY(second); // comes after the first
        QVERIFY(!called);
    }
};

QTEST_GUILESS_MAIN(TestKeychain)
#include "tst_keychain.moc"
