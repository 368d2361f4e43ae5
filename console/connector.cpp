// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/connector.h"

#include "common/core/escape.h"
#include "console/views/certificatedialog.h"
#include "console/views/connectdialog.h"
#include "console/views/mainwindow.h"

#include <QAction>
#include <QActionGroup>
#include <QMenu>

#include <utility>

namespace dtf {

Connector::Connector(QSettings &settings, MainWindow &window)
    : m_servers(settings)
    , m_window(window)
{ }

Connector::~Connector() = default;

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
    ConnectDialog::Wanted wanted = dialog.wanted();
    if (const auto known = m_servers.find(wanted.server.name); known && known->url == wanted.server.url) {
        wanted.server.pin = known->pin;
    }
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
    m_asked = false;
    dropQuestion();
    m_server = {server.name, server.url, token, TlsTrust(server.pin)};
    Q_EMIT ready(m_server);
}

void Connector::refused(const Session::Server &server)
{
    const bool same = server.url == m_server.url && server.trust == m_server.trust;
    m_server = server;
    if (!same || !m_asked) { // else it goes on trying, and the answer stands
        m_asked = true;
        lookAt(server);
    }
}

void Connector::welcomed()
{
    if (std::exchange(m_asked, false)) {
        dropQuestion();
    }
}

void Connector::dropQuestion()
{
    m_probe.reset();
    if (m_certificate) {
        m_certificate->disconnect(this);
        m_certificate->close();
        m_certificate.clear();
    }
}

void Connector::lookAt(const Session::Server &server)
{
    if (m_certificate) {
        m_certificate->raise();
        return;
    }
    const auto look = [this, server](const Result<CertificateProbe::Shown> &shown) {
        if (shown) {
            showCertificate(server, *shown);
        } else {
            m_asked = false;
            Q_EMIT said(tr("Its certificate can't be looked at. %1").arg(escapedForLog(shown.error().detail, 300)));
        }
    };
    m_probe = std::make_unique<CertificateProbe>(server.url, look, nullptr);
}

void Connector::showCertificate(const Session::Server &server, const CertificateProbe::Shown &shown)
{
    m_certificate = new CertificateDialog(
        {server.name, server.url.toDisplayString(), shown.certificate, shown.objections, server.trust.pin()}, m_window.theme(),
        &m_window);
    m_certificate->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_certificate, &QDialog::accepted, this, [this, server] { pin(server, m_certificate->fingerprint()); });
    connect(m_certificate, &QDialog::rejected, this, [this] {
        m_certificate.clear();
        if (m_asked) {
            Q_EMIT said(tr("Not connected: its certificate is not trusted. Orchestrator > Certificate… shows it again."));
        }
    });
    m_certificate->open();
}

void Connector::pin(Session::Server server, const Fingerprint &print)
{
    m_certificate.clear();
    server.trust = TlsTrust(print);
    if (!m_servers.pin(server.name, server.url, print)) {
        Q_EMIT said(
            tr("The certificate is trusted until the console ends: %1 is not in your list.").arg(escapedForLog(server.name)));
    }
    m_asked = false;
    m_server = server;
    Q_EMIT ready(server);
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
    if (m_server.url.scheme() == QStringLiteral("https")) {
        menu.addAction(tr("Ce&rtificate…"), this, [this] { lookAt(m_server); });
    }
    if (const auto current = m_servers.find(m_current)) {
        menu.addAction(tr("&Enter another token…"), this, [this, current = *current] { ask(current); });
    }
}

} // namespace dtf
