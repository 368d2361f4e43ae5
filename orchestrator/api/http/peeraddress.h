// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHostAddress>

namespace dtf {

/// Who is counted as one: an IPv4 address (also when mapped into IPv6) or an IPv6 /64, which is what one subscriber gets.
/// Readable text.
[[nodiscard]] QByteArray peerKey(const QHostAddress &address);

} // namespace dtf
