// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

class QTcpSocket;

namespace dtf {

/// Bytes written to this socket that the system has not taken yet; with TLS also those that are encrypted already, which Qt's
/// bytesToWrite() leaves out.
[[nodiscard]] qint64 unsentBytes(const QTcpSocket &socket);

} // namespace dtf
