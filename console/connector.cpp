// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/connector.h"

#include "common/core/escape.h"
#include "console/views/connectdialog.h"

#include <QAction>
#include <QActionGroup>
#include <QMenu>

namespace dtf {

Connector::Connector(QSettings &settings, QWidget &window)
    : m_servers(settings)
    , m_window(window)
{ }

void Connector::start()
{
    const QString last = m_servers.last();
    if (m_servers.find(last)) {
        connectTo(last);
    } else {
        ask();
    }
}

void Connector::connectTo(const QString &name)
{
    const auto server = m_servers.find(name);
    if (!server) {
        ask({name, {}}, tr("There is no orchestrator of this name in the list yet."));
        return;
    }
    m_keychain.read(server->url, this, [this, server = *server](const Result<QByteArray> &token) {
        if (token && !token->isEmpty()) {
            use(server, *token);
        } else {
            askForToken(server, token ? Error {ErrorCode::NotFound, {}} : token.error());
        }
    });
}

void Connector::askForToken(const NamedServer &server, const Error &why)
{
    if (why.code == ErrorCode::Unavailable) {
        m_mayKeep = false;
    }
    const QString reason = escapedForLog(why.detail, 200);
    ask(server, m_mayKeep ? reason : tr("%1 The token is asked for each time.").arg(reason));
}

void Connector::ask(const NamedServer &chosen, const QString &remark)
{
    if (m_dialog) {
        m_dialog->raise();
        return;
    }
    m_dialog = new ConnectDialog({m_servers.all(), chosen, remark, m_mayKeep}, &m_window);
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_dialog, &QDialog::accepted, this, [this] { take(*m_dialog); });
    connect(m_dialog, &QDialog::rejected, this, [this] {
        if (m_current.isEmpty()) {
            Q_EMIT said(tr("Not connected. Orchestrator > Connect to another… asks again."));
        }
    });
    connect(m_dialog, &ConnectDialog::forgotten, this, &Connector::forget);
    m_dialog->open();
}

void Connector::take(ConnectDialog &dialog)
{
    const ConnectDialog::Wanted wanted = dialog.wanted();
    dialog.disconnect(this);
    m_dialog.clear();
    if (const auto kept = m_servers.put(wanted.server); !kept) {
        Q_EMIT said(kept.error().detail);
    }
    if (wanted.token.isEmpty()) {
        connectTo(wanted.server.name);
        return;
    }
    use(wanted.server, wanted.token);
    if (wanted.keep) {
        m_keychain.write(wanted.server.url, wanted.token, this, [this](const Result<void> &done) {
            if (!done) {
                m_mayKeep = m_mayKeep && done.error().code != ErrorCode::Unavailable;
                Q_EMIT said(
                    tr("The token could not be kept, it is asked for next time. %1").arg(escapedForLog(done.error().detail)));
            }
        });
    }
}

void Connector::use(const NamedServer &server, const QByteArray &token)
{
    m_current = server.name;
    m_servers.setLast(server.name);
    Q_EMIT ready({server.name, server.url, token});
}

void Connector::forget(const QString &name)
{
    if (const auto server = m_servers.find(name)) {
        m_keychain.remove(server->url, this, [this](const Result<void> &done) {
            if (!done) {
                Q_EMIT said(tr("Its token could not be taken out of the key store. %1").arg(escapedForLog(done.error().detail)));
            }
        });
    }
    m_servers.remove(name);
}

void Connector::fillMenu(QMenu &menu)
{
    menu.clear();
    const QList<NamedServer> servers = m_servers.all();
    for (const NamedServer &server : servers) {
        QString label = server.name;
        label.replace(u'&', QStringLiteral("&&"));
        QAction *action = menu.addAction(label, this, [this, name = server.name] { connectTo(name); });
        action->setCheckable(true);
        action->setChecked(server.name == m_current);
    }
    if (!servers.isEmpty()) {
        menu.addSeparator();
    }
    menu.addAction(tr("&Connect to another…"), this, [this] { ask(); });
    if (const auto current = m_servers.find(m_current)) {
        menu.addAction(tr("&Enter another token…"), this, [this, current = *current] { ask(current); });
    }
}

} // namespace dtf
