// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/net/certificatetext.h"

#include <QDateTime>
#include <QStringList>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

template <typename Info> QString nameText(const QList<QByteArray> &attributes, Info info)
{
    QStringList parts;
    for (const QByteArray &attribute : attributes) {
        const QStringList values = info(attribute);
        for (const QString &value : values) {
            parts.append(QString::fromLatin1(attribute) + u'=' + value);
        }
    }
    return parts.isEmpty() ? u"no name"_s : parts.join(u", "_s);
}

} // namespace

QString subjectText(const QSslCertificate &certificate)
{
    return nameText(certificate.subjectInfoAttributes(), [&](const QByteArray &a) { return certificate.subjectInfo(a); });
}

QString issuerText(const QSslCertificate &certificate)
{
    return nameText(certificate.issuerInfoAttributes(), [&](const QByteArray &a) { return certificate.issuerInfo(a); });
}

QString certificateTime(const QDateTime &time)
{
    return time.toUTC().toString(u"yyyy-MM-dd HH:mm 'UTC'"_s);
}

} // namespace dtf
