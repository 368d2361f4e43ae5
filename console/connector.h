// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/net/certificateprobe.h"
#include "console/net/keychain.h"
#include "console/net/session.h"
#include "console/store/servers.h"

#include <QObject>
#include <QPointer>

#include <memory>

class QMenu;
class QSettings;

namespace dtf {

class CertificateDialog;
class ConnectDialog;
class MainWindow;

/// From a name to a connection: the address and the pinned certificate from the settings, the token from the key store or from
/// the user. Asks about a certificate that is not trusted; nothing is sent before it is. Fills the menu that switches between
/// orchestrators. Thread: main.
class Connector final : public QObject
{
    Q_OBJECT

public:
    Connector(QSettings &settings, MainWindow &window);
    ~Connector() override;

    /// With the last one used, or asking when there is none.
    void start();
    void connectTo(const QString &name); ///< an unknown name is asked about
    void ask(const NamedServer &chosen = {}, const QString &remark = {});
    void fillMenu(QMenu &menu); ///< each time it is opened
    /// Its certificate was refused: looks at it and asks once, until the next ready().
    void refused(const Session::Server &server);
    /// It answers: what was asked about its certificate is settled.
    void welcomed();
    /// Shows the certificate of `server`, to be pinned or pinned anew.
    void lookAt(const Session::Server &server);

Q_SIGNALS:
    void ready(const dtf::Session::Server &server);
    void said(const QString &text); ///< for the status line

private:
    void askForToken(const NamedServer &server, const Error &why);
    void take(ConnectDialog &dialog);
    void use(const NamedServer &server, const QByteArray &token);
    void forget(const QString &name);
    void showCertificate(const Session::Server &server, const CertificateProbe::Shown &shown);
    void dropQuestion();
    void pin(Session::Server server, const Fingerprint &print);

    Servers m_servers;
    MainWindow &m_window;
    Keychain m_keychain;
    QString m_current;
    bool m_mayKeep = Keychain::isBuilt(); ///< until the store said that it is not there
    QPointer<ConnectDialog> m_dialog;
    Session::Server m_server; ///< of the last ready() or refused()
    bool m_asked = false; ///< about its certificate
    std::unique_ptr<CertificateProbe> m_probe;
    QPointer<CertificateDialog> m_certificate;
};

} // namespace dtf
