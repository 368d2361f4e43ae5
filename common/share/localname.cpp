// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/localname.h"

#include "common/share/wtf8.h"

#include <QFile>

namespace dtf {

QString localName(const QByteArray &name)
{
#ifdef Q_OS_WIN
    return fromWtf8(name).value_or(QString::fromUtf8(name));
#else
    return QFile::decodeName(name);
#endif
}

QByteArray shareName(const QString &name)
{
#ifdef Q_OS_WIN
    return toWtf8(name);
#else
    return QFile::encodeName(name);
#endif
}

} // namespace dtf
