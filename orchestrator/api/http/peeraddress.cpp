// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/api/http/peeraddress.h"

#include <algorithm>

namespace dtf {

QByteArray peerKey(const QHostAddress &address)
{
    bool isV4 = false;
    const quint32 v4 = address.toIPv4Address(&isV4);
    if (isV4) {
        return QHostAddress(v4).toString().toLatin1();
    }
    Q_IPV6ADDR v6 = address.toIPv6Address();
    std::fill(v6.c + 8, v6.c + 16, quint8(0));
    return QHostAddress(v6).toString().toLatin1() + "/64";
}

} // namespace dtf
