// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/api/http/unsent.h"

#include <QSslSocket>

namespace dtf {

qint64 unsentBytes(const QTcpSocket &socket)
{
    const auto *tls = qobject_cast<const QSslSocket *>(&socket);
    return socket.bytesToWrite() + (tls ? tls->encryptedBytesToWrite() : 0);
}

} // namespace dtf
