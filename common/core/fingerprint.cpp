// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/fingerprint.h"

#include <QCryptographicHash>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype sha256Bytes = 32;

bool isHexDigit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

} // namespace

Result<Fingerprint> Fingerprint::parse(const QString &text)
{
    const QByteArray typed = text.trimmed().toLower().toUtf8();
    QByteArray digits;
    bool good = typed.size() <= 3 * sha256Bytes;
    for (const char c : typed) {
        if (c == ':' || c == ' ') {
            good = good && !digits.isEmpty() && digits.size() % 2 == 0; // between pairs only
        } else {
            good = good && isHexDigit(c);
            digits.append(c);
        }
    }
    if (!good || digits.size() != 2 * sha256Bytes) {
        return fail(ErrorCode::InvalidArgument,
            u"must be a certificate's SHA-256 fingerprint: 64 hexadecimal digits, colons allowed, as dtf-orchestrator --check shows it"_s);
    }
    Fingerprint print;
    print.m_sha256 = QByteArray::fromHex(digits);
    return print;
}

Fingerprint Fingerprint::ofDer(const QByteArray &der)
{
    Fingerprint print;
    print.m_sha256 = QCryptographicHash::hash(der, QCryptographicHash::Sha256);
    return print;
}

QString Fingerprint::toString() const
{
    return QString::fromLatin1(m_sha256.toHex(':')).toUpper();
}

} // namespace dtf
