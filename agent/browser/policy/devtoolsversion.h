// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"

#include <QByteArray>
#include <QString>

namespace dtf {

/// The browser's id out of the answer to GET /json/version: the last part of webSocketDebuggerUrl, checked to be a GUID.
/// ErrorCode::ParseError when it is anything else, e.g. another program's page.
[[nodiscard]] Result<QString> parseDevToolsVersion(const QByteArray &json);

/// ws://host:port/devtools/browser/guid
[[nodiscard]] QString devToolsEndpoint(const QString &host, int port, const QString &guid);

} // namespace dtf
