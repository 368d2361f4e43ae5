// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/consoleapp.h"
#include "console/views/certificatedialog.h"
#include "console/views/connectdialog.h"
#include "orchestrator/api/apiserver.h"
#include "orchestrator/tlsidentity.h"
#include "tests/console/ctl/ctlfleet.h"
#include "tests/support/certificates.h"

#include <QCheckBox>
#include <QCryptographicHash>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace dtf;

namespace {

constexpr char token[] = "operator-token-0123456789abcdef";
constexpr int patience = 15'000;

/// The real control plane over TLS, at a port that a successor can take.
struct Plane
{
    CtlFleet fleet;
    AccessList access;
    SystemClock clock;
    std::unique_ptr<ApiServer> server;
    quint16 port = 0;

    explicit Plane(const Certificates::Made &made, quint16 wantedPort = 0)
    {
        access.add({Role::Operator, u"anna"_s, {}}, QCryptographicHash::hash(QByteArray(token), QCryptographicHash::Sha256));
        fleet.view.summary.orchestratorBoot = *BootId::parse("0rch3str");
        fleet.view.summary.time = clock.now().wall;
        fleet.view.summary.jobsByState = QList<qint64>(11, 0);
        ApiConfig config;
        config.port = wantedPort;
        const auto identity = loadTlsIdentity(made.certificate, made.key);
        config.tls = identity ? serverTls(*identity) : QSslConfiguration();
        server = std::make_unique<ApiServer>(fleet, access, config, clock);
        port = server->listen().value_or(0);
    }
    [[nodiscard]] QUrl url() const { return QUrl(u"https://localhost:%1"_s.arg(port)); }
    /// Not one request has come out of TLS, whatever was knocking.
    [[nodiscard]] bool heardNothing() const
    {
        const auto &answers = server->httpCounters().answers;
        return std::all_of(answers.begin(), answers.end(), [](qint64 n) { return n == 0; })
            && server->linkCounters().consoles == 0;
    }
};

template <typename Dialog> Dialog *openOne(ConsoleApp &console)
{
    auto *dialog = console.window().findChild<Dialog *>();
    return dialog && dialog->isVisible() ? dialog : nullptr;
}

QString textOf(const CertificateDialog &dialog, const QString &name)
{
    const auto *label = dialog.findChild<QLabel *>(name);
    return label ? label->text() : QString();
}

QPushButton *buttonOf(const QDialog &dialog, const QString &text)
{
    for (QPushButton *button : dialog.findChildren<QPushButton *>()) {
        if (button->text().remove(u'&') == text) {
            return button;
        }
    }
    return nullptr;
}

/// No key store runs here: the token is asked for.
void giveToken(ConsoleApp &console)
{
    QTRY_VERIFY_WITH_TIMEOUT(openOne<ConnectDialog>(console), patience);
    auto *dialog = openOne<ConnectDialog>(console);
    for (QLineEdit *edit : dialog->findChildren<QLineEdit *>()) {
        if (edit->echoMode() == QLineEdit::Password) {
            edit->setText(QString::fromLatin1(token));
        }
    }
    QTest::mouseClick(buttonOf(*dialog, u"Connect"_s), Qt::LeftButton);
}

QAction *certificateAction(ConsoleApp &console, QMenu &menu)
{
    console.connector().fillMenu(menu);
    for (QAction *action : menu.actions()) {
        if (action->text().remove(u'&') == u"Certificate…"_s) {
            return action;
        }
    }
    return nullptr;
}

} // namespace

/// How a certificate comes to be trusted, in the real window.
class TestCertificate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/at/all"); // no key store
        for (const char *name : {"KDE_FULL_SESSION", "XDG_CURRENT_DESKTOP", "DESKTOP_SESSION", "GNOME_KEYRING_CONTROL"}) {
            qunsetenv(name);
        }
        QCoreApplication::setOrganizationName(u"DTF"_s);
        QCoreApplication::setApplicationName(u"tst-certificate"_s);
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_settings.path());
        m_own = m_made.make({.name = u"own"_s, .commonName = u"dtf-orch"_s});
        m_renewed = m_made.make({.name = u"renewed"_s});
        m_evil = m_made.make({.name = u"evil"_s, .commonName = u"<b>PROD<br><img src=x>"_s});
    }
    void init() { QSettings().clear(); }

    void unknownThenPinnedThenRemembered()
    {
        Plane plane(m_own);
        remember(plane.url(), {});
        {
            ConsoleApp console;
            console.window().show();
            console.connector().connectTo(u"PROD"_s);
            giveToken(console);
            QTRY_VERIFY_WITH_TIMEOUT(openOne<CertificateDialog>(console), patience);
            auto *dialog = openOne<CertificateDialog>(console);
            QVERIFY(textOf(*dialog, u"verdict"_s).contains(u"is not trusted by this computer"_s));
            QCOMPARE(textOf(*dialog, u"fingerprint"_s).remove(u'\n'), m_own.fingerprint.toString());
            QCOMPARE(textOf(*dialog, u"subject"_s), u"CN=dtf-orch"_s);
            QCOMPARE(textOf(*dialog, u"issuer"_s), u"CN=dtf-orch"_s);
            QCOMPARE(textOf(*dialog, u"from"_s), u"2020-01-01 00:00 UTC"_s);
            QCOMPARE(textOf(*dialog, u"to"_s), u"2049-01-01 00:00 UTC"_s);
            QPushButton *pin = buttonOf(*dialog, u"Pin it"_s);
            QVERIFY(pin && !pin->isEnabled()); // not without comparing
            QVERIFY(plane.heardNothing());
            QVERIFY(savedPin().isEmpty());
            QTest::mouseClick(dialog->findChild<QCheckBox *>(), Qt::LeftButton, {}, QPoint(8, 8));
            QVERIFY(pin->isEnabled());
            QTest::mouseClick(pin, Qt::LeftButton);
            QTRY_COMPARE_WITH_TIMEOUT(console.store().freshness(), Freshness::Current, patience);
            QVERIFY(!openOne<CertificateDialog>(console));
        }
        QCOMPARE(savedPin(), m_own.fingerprint);

        ConsoleApp console; // as with --connect PROD
        console.window().show();
        console.connector().connectTo(u"PROD"_s);
        giveToken(console);
        QTRY_COMPARE_WITH_TIMEOUT(console.store().freshness(), Freshness::Current, patience);
        QVERIFY(!openOne<CertificateDialog>(console));
        QCOMPARE(savedPin(), m_own.fingerprint); // entering a token again keeps it
    }

    void notTrustedStaysUnconnectedAndRed()
    {
        Plane plane(m_own);
        remember(plane.url(), {});
        ConsoleApp console;
        console.window().show();
        console.connector().connectTo(u"PROD"_s);
        giveToken(console);
        QTRY_VERIFY_WITH_TIMEOUT(openOne<CertificateDialog>(console), patience);
        QTest::keyClick(openOne<CertificateDialog>(console), Qt::Key_Escape);
        QTRY_VERIFY(!console.window().findChild<CertificateDialog *>());
        QVERIFY(shownInWindow(console, u"PROD: certificate NOT TRUSTED"_s));
        const qint64 before = plane.server->httpCounters().accepted;
        QTRY_VERIFY_WITH_TIMEOUT(plane.server->httpCounters().accepted > before, patience); // it goes on trying, without a word
        QVERIFY(plane.heardNothing());
        QVERIFY(!openOne<CertificateDialog>(console)); // and without asking again
    }

    void aChangedCertificateCutsTheConnectionUntilPinnedAnew()
    {
        auto plane = std::make_unique<Plane>(m_own);
        const quint16 port = plane->port;
        remember(plane->url(), m_own.fingerprint);
        ConsoleApp console;
        console.window().show();
        console.connector().connectTo(u"PROD"_s);
        giveToken(console);
        QTRY_COMPARE_WITH_TIMEOUT(console.store().freshness(), Freshness::Current, patience);

        plane.reset();
        plane = std::make_unique<Plane>(m_renewed, port);
        QCOMPARE(plane->port, port);
        QTRY_VERIFY_WITH_TIMEOUT(openOne<CertificateDialog>(console), 30'000);
        auto *dialog = openOne<CertificateDialog>(console);
        QVERIFY(textOf(*dialog, u"verdict"_s).contains(u"ANOTHER certificate"_s));
        QCOMPARE(textOf(*dialog, u"pinned"_s).remove(u'\n'), m_own.fingerprint.toString());
        QCOMPARE(textOf(*dialog, u"fingerprint"_s).remove(u'\n'), m_renewed.fingerprint.toString());
        const QString red = console.window().theme().text(Tone::Trouble).name();
        for (const QString &name : {u"verdict"_s, u"pinned"_s, u"fingerprint"_s}) {
            QVERIFY(dialog->findChild<QLabel *>(name)->styleSheet().contains(red));
        }
        QTest::keyClick(dialog, Qt::Key_Return); // the default is No
        QTRY_VERIFY(!console.window().findChild<CertificateDialog *>());
        QVERIFY(plane->heardNothing());
        QVERIFY(console.store().freshness() != Freshness::Current);
        QVERIFY(shownInWindow(console, u"PROD: certificate NOT TRUSTED"_s));
        QCOMPARE(savedPin(), m_own.fingerprint);

        QMenu menu;
        QAction *look = certificateAction(console, menu);
        QVERIFY(look);
        look->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(openOne<CertificateDialog>(console), patience);
        dialog = openOne<CertificateDialog>(console);
        QPushButton *pin = buttonOf(*dialog, u"Pin this one instead"_s);
        QVERIFY(pin && !pin->isEnabled());
        QTest::mouseClick(dialog->findChild<QCheckBox *>(), Qt::LeftButton, {}, QPoint(8, 8));
        QTest::mouseClick(pin, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(console.store().freshness(), Freshness::Current, patience);
        QCOMPARE(savedPin(), m_renewed.fingerprint);
    }

    void theRightOneComesBackByItself()
    {
        auto plane = std::make_unique<Plane>(m_renewed);
        const quint16 port = plane->port;
        remember(plane->url(), m_own.fingerprint);
        ConsoleApp console;
        console.window().show();
        console.connector().connectTo(u"PROD"_s);
        giveToken(console);
        QTRY_VERIFY_WITH_TIMEOUT(openOne<CertificateDialog>(console), patience);
        plane.reset();
        plane = std::make_unique<Plane>(m_own, port);
        QTRY_COMPARE_WITH_TIMEOUT(console.store().freshness(), Freshness::Current, 30'000);
        QTRY_VERIFY(!console.window().findChild<CertificateDialog *>()); // the question has settled itself
    }

    void aCertificatesOwnWordsArePlainText()
    {
        const QSslCertificate shown = QSslCertificate::fromPath(m_evil.certificate).value(0);
        CertificateDialog dialog(
            {u"PROD\u202e"_s, u"https://x"_s, shown, {u"<i>no\u202e</i>"_s}, {}}, makeTheme(ThemeKind::Dark));
        QCOMPARE(textOf(dialog, u"subject"_s), u"CN=<b>PROD<br><img src=x>"_s);
        for (const QLabel *label : dialog.findChildren<QLabel *>()) {
            if (!label->objectName().isEmpty()) {
                QCOMPARE(label->textFormat(), Qt::PlainText);
            }
            QVERIFY(!label->text().contains(QChar(0x202e)));
        }
        QVERIFY(dialog.findChild<QLabel *>(u"fingerprint"_s)->textInteractionFlags() & Qt::TextSelectableByMouse);
        QVERIFY(!dialog.windowTitle().contains(QChar(0x202e)));
    }

private:
    static Fingerprint savedPin()
    {
        QSettings settings;
        const auto server = Servers(settings).find(u"PROD"_s);
        return server ? server->pin : Fingerprint();
    }
    static void remember(const QUrl &url, const Fingerprint &pin)
    {
        QSettings settings;
        QVERIFY(Servers(settings).put({u"PROD"_s, url, pin}));
    }
    static bool shownInWindow(ConsoleApp &console, const QString &text)
    {
        const QList<QLabel *> labels = console.window().findChildren<QLabel *>();
        return std::any_of(
            labels.begin(), labels.end(), [&](const QLabel *l) { return l->isVisible() && l->text().contains(text); });
    }

    QTemporaryDir m_settings;
    Certificates m_made;
    Certificates::Made m_own, m_renewed, m_evil;
};

QTEST_MAIN(TestCertificate)
#include "tst_certificate.moc"
