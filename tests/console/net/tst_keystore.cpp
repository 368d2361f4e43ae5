// SPDX-License-Identifier: GPL-3.0-or-later
// The token in a real key store: a session bus and a keyring of our own, in a folder of our own.
#include "console/net/keychain.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <optional>

using namespace Qt::StringLiterals;
using namespace dtf;

namespace {

constexpr int patienceMs = 30'000;

} // namespace

class TestKeyStore : public QObject
{
    Q_OBJECT

    QTemporaryDir m_home;
    QProcess m_bus;
    QProcess m_store;

    [[nodiscard]] Result<QByteArray> read(const QUrl &server)
    {
        std::optional<Result<QByteArray>> answer;
        Keychain keychain;
        keychain.read(server, this, [&](const Result<QByteArray> &token) { answer = token; });
        return QTest::qWaitFor([&] { return answer.has_value(); }, patienceMs)
            ? *answer
            : fail(ErrorCode::Timeout, u"the key store did not answer"_s);
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (!Keychain::isBuilt() || QStandardPaths::findExecutable(u"gnome-keyring-daemon"_s).isEmpty()
            || QStandardPaths::findExecutable(u"dbus-daemon"_s).isEmpty()) {
            QSKIP("no key store here: dbus-daemon, gnome-keyring and Qt Keychain are needed");
        }
        qputenv("HOME", m_home.path().toUtf8());
        qputenv("XDG_RUNTIME_DIR", m_home.path().toUtf8());
        qputenv("XDG_CURRENT_DESKTOP", "GNOME");
        qunsetenv("GNOME_KEYRING_CONTROL");
        m_bus.start(u"dbus-daemon"_s, {u"--session"_s, u"--nofork"_s, u"--print-address"_s});
        QVERIFY2(QTest::qWaitFor([&] { return m_bus.canReadLine(); }, patienceMs), qPrintable(m_bus.errorString()));
        qputenv("DBUS_SESSION_BUS_ADDRESS", m_bus.readLine().trimmed());
        m_store.start(u"gnome-keyring-daemon"_s, {u"--unlock"_s, u"--foreground"_s, u"--components=secrets"_s});
        if (!m_store.waitForStarted(patienceMs)) { // in some containers its file capability forbids it
            QSKIP(qPrintable(u"gnome-keyring-daemon can't be started here: "_s + m_store.errorString()));
        }
        m_store.write("a password of this test");
        m_store.closeWriteChannel();
        const QUrl nobody(u"https://nobody:1"_s);
        QVERIFY(QTest::qWaitFor(
            [&] { // it needs a moment to be there and open
                const auto answer = read(nobody);
                return !answer && answer.error().code == ErrorCode::NotFound;
            },
            patienceMs));
    }

    void aTokenIsKeptPerAddressAndForgotten()
    {
        const QUrl prod(u"https://dtf-orch:3000"_s);
        const QUrl test(u"https://dtf-orch:3001"_s);
        Keychain keychain;
        std::optional<Result<void>> done;
        keychain.write(prod, "prod-token-0123456789abcdef", this, [&](const Result<void> &result) { done = result; });
        QVERIFY(QTest::qWaitFor([&] { return done.has_value(); }, patienceMs));
        QVERIFY2(done->has_value(), qPrintable(done->has_value() ? QString() : done->error().detail));
        QCOMPARE(read(prod).value_or(QByteArray()), QByteArray("prod-token-0123456789abcdef"));
        QVERIFY(!read(test));
        done.reset();
        keychain.remove(prod, this, [&](const Result<void> &result) { done = result; });
        QVERIFY(QTest::qWaitFor([&] { return done.has_value(); }, patienceMs));
        QVERIFY(done->has_value());
        QVERIFY(read(prod).error().code == ErrorCode::NotFound);
    }

    void cleanupTestCase()
    {
        for (QProcess *process : {&m_store, &m_bus}) {
            process->terminate();
            if (process->state() != QProcess::NotRunning && !process->waitForFinished(5'000)) {
                process->kill();
                process->waitForFinished(5'000);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestKeyStore)
#include "tst_keystore.moc"
