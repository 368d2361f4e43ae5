// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/net/keychain.h"
#include "console/net/session.h"
#include "console/store/servers.h"

#include <QObject>
#include <QPointer>

class QMenu;
class QSettings;
class QWidget;

namespace dtf {

class ConnectDialog;

/// From a name to a connection: the address from the settings, the token from the key store or from the user. Fills the menu
/// that switches between orchestrators. Thread: main.
class Connector final : public QObject
{
    Q_OBJECT

public:
    Connector(QSettings &settings, QWidget &window);

    /// With the last one used, or asking when there is none.
    void start();
    void connectTo(const QString &name); ///< an unknown name is asked about
    void ask(const NamedServer &chosen = {}, const QString &remark = {});
    void fillMenu(QMenu &menu); ///< each time it is opened

Q_SIGNALS:
    void ready(const dtf::Session::Server &server);
    void said(const QString &text); ///< for the status line

private:
    void askForToken(const NamedServer &server, const Error &why);
    void take(ConnectDialog &dialog);
    void use(const NamedServer &server, const QByteArray &token);
    void forget(const QString &name);

    Servers m_servers;
    QWidget &m_window;
    Keychain m_keychain;
    QString m_current;
    bool m_mayKeep = Keychain::isBuilt(); ///< until the store said that it is not there
    QPointer<ConnectDialog> m_dialog;
};

} // namespace dtf
