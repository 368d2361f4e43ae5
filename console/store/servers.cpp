// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/store/servers.h"

#include <QCoreApplication>
#include <QSettings>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int longestName = 40;

struct ServersText
{
    Q_DECLARE_TR_FUNCTIONS(dtf::Servers)
};

bool sameName(const QString &a, const QString &b)
{
    return a.compare(b, Qt::CaseInsensitive) == 0;
}

bool isPlain(const QString &name)
{
    return std::all_of(name.begin(), name.end(), [](QChar c) { return c.isPrint(); });
}

} // namespace

Result<NamedServer> checkedServer(const QString &name, const QString &url)
{
    const QString plain = name.trimmed();
    if (plain.isEmpty() || plain.size() > longestName || !isPlain(plain)) {
        return fail(
            ErrorCode::InvalidArgument, ServersText::tr("Give it a name of 1 to %1 characters, e.g. PROD.").arg(longestName));
    }
    QString text = url.trimmed();
    if (!text.contains(u"://"_s)) {
        text.prepend(u"http://"_s);
    }
    const QUrl address(text, QUrl::StrictMode);
    const QString scheme = address.scheme();
    if (!address.isValid() || address.host().isEmpty() || (scheme != u"http"_s && scheme != u"https"_s)) {
        return fail(
            ErrorCode::InvalidArgument, ServersText::tr("This is no address of an orchestrator. Try e.g. http://dtf-orch:3000."));
    }
    if (!address.userInfo().isEmpty()) {
        return fail(ErrorCode::InvalidArgument,
            ServersText::tr("Leave names and passwords out of the address: the token says who you are."));
    }
    if ((!address.path().isEmpty() && address.path() != u"/"_s) || address.hasQuery() || address.hasFragment()) {
        return fail(ErrorCode::InvalidArgument, ServersText::tr("The address ends after the port, e.g. http://dtf-orch:3000."));
    }
    QUrl clean;
    clean.setScheme(scheme);
    clean.setHost(address.host());
    clean.setPort(address.port());
    return NamedServer {plain, clean};
}

QList<NamedServer> Servers::all() const
{
    QList<NamedServer> servers;
    const int size = m_settings.beginReadArray(u"servers"_s);
    for (int i = 0; i < std::min(size, most); ++i) {
        m_settings.setArrayIndex(i);
        auto server = checkedServer(m_settings.value(u"name"_s).toString(), m_settings.value(u"url"_s).toString());
        const QString pinned = m_settings.value(u"certificate"_s).toString();
        const auto pin = pinned.isEmpty() ? Fingerprint() : Fingerprint::parse(pinned);
        if (server && pin) { // a pin that can't be understood must not become none
            server->pin = *pin;
            servers.append(*server);
        }
    }
    m_settings.endArray();
    std::sort(servers.begin(), servers.end(),
        [](const NamedServer &a, const NamedServer &b) { return a.name.compare(b.name, Qt::CaseInsensitive) < 0; });
    return servers;
}

std::optional<NamedServer> Servers::find(const QString &name) const
{
    const QList<NamedServer> servers = all();
    const auto at = std::find_if(servers.begin(), servers.end(), [&](const NamedServer &s) { return sameName(s.name, name); });
    return at == servers.end() ? std::nullopt : std::optional(*at);
}

bool Servers::pin(const QString &name, const QUrl &url, const Fingerprint &print)
{
    QList<NamedServer> servers = all();
    const auto at = std::find_if(
        servers.begin(), servers.end(), [&](const NamedServer &s) { return sameName(s.name, name) && s.url == url; });
    if (at == servers.end()) {
        return false;
    }
    at->pin = print;
    write(servers);
    return true;
}

Result<void> Servers::put(const NamedServer &server)
{
    QList<NamedServer> servers = all();
    servers.removeIf([&](const NamedServer &s) { return sameName(s.name, server.name); });
    if (servers.size() >= most) {
        return fail(ErrorCode::TooMany, ServersText::tr("More than %1 orchestrators can't be kept. Forget one first.").arg(most));
    }
    servers.append(server);
    write(servers);
    return {};
}

void Servers::remove(const QString &name)
{
    QList<NamedServer> servers = all();
    servers.removeIf([&](const NamedServer &s) { return sameName(s.name, name); });
    write(servers);
}

QString Servers::last() const
{
    return m_settings.value(u"lastServer"_s).toString();
}

void Servers::setLast(const QString &name)
{
    m_settings.setValue(u"lastServer"_s, name);
}

void Servers::write(const QList<NamedServer> &servers)
{
    m_settings.remove(u"servers"_s);
    m_settings.beginWriteArray(u"servers"_s, static_cast<int>(servers.size()));
    for (int i = 0; i < servers.size(); ++i) {
        m_settings.setArrayIndex(i);
        m_settings.setValue(u"name"_s, servers[i].name);
        m_settings.setValue(u"url"_s, servers[i].url.toString());
        m_settings.setValue(u"certificate"_s, servers[i].pin.toString());
    }
    m_settings.endArray();
}

} // namespace dtf
