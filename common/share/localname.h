// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace dtf {

/// A name or relative path of the share (bytes; on Windows WTF-8) as Qt's file classes want it. Not QFile::decodeName: on Windows
/// that takes the bytes for the system's old code page. Pure.
[[nodiscard]] QString localName(const QByteArray &name);
/// The inverse.
[[nodiscard]] QByteArray shareName(const QString &name);

} // namespace dtf
