// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/api/gate/hostrules.h"

namespace dtf {

HostRules::HostRules(const QStringList &names)
    : m_names {"localhost"}
{
    for (const QString &name : names) {
        m_names.insert(name.trimmed().toLower().toUtf8());
    }
    m_names.remove(QByteArray());
}

bool HostRules::hostAllowed(const QByteArray &host, const QHostAddress &local, quint16 localPort) const
{
    const QByteArray wanted = host.toLower();
    if (wanted.isEmpty()) {
        return false;
    }
    if (m_names.contains(wanted)) {
        return true;
    }
    QByteArray name = wanted;
    const qsizetype colon = wanted.lastIndexOf(':');
    if (colon > wanted.lastIndexOf(']')) { // a port, not the inside of [::1]
        if (wanted.mid(colon + 1) != QByteArray::number(localPort)) {
            return false;
        }
        name = wanted.left(colon);
    }
    if (m_names.contains(name)) {
        return true;
    }
    bool isV4 = false;
    const quint32 v4 = local.toIPv4Address(&isV4);
    const QByteArray literal =
        isV4 ? QHostAddress(v4).toString().toLatin1() : '[' + QHostAddress(local.toIPv6Address()).toString().toLatin1() + ']';
    return name == literal;
}

bool HostRules::originAllowed(const std::optional<QByteArray> &origin, const QByteArray &host)
{
    if (!origin) {
        return true;
    }
    const QByteArray own = host.toLower();
    const QByteArray given = origin->toLower();
    return given == "http://" + own || given == "https://" + own;
}

} // namespace dtf
