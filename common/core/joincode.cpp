// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/joincode.h"

#include "common/core/random.h"

#include <QCryptographicHash>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr qsizetype group = 5;

char meant(char c)
{
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return upper == 'O' ? '0' : upper == 'I' || upper == 'L' ? '1' : upper;
}

} // namespace

JoinCode JoinCode::generate()
{
    JoinCode code;
    while (code.m_plain.size() < characters) {
        std::uint64_t bits = random64();
        for (int i = 0; i < 12 && code.m_plain.size() < characters; ++i, bits >>= 5) {
            code.m_plain.append(alphabet[bits & 31]);
        }
    }
    return code;
}

Result<JoinCode> JoinCode::parse(QByteArrayView text)
{
    JoinCode code;
    bool good = text.size() <= longestText;
    for (qsizetype i = 0; good && i < text.size(); ++i) {
        const char c = meant(text[i]);
        if (c == '-' || c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            continue;
        }
        good = QByteArrayView(alphabet).contains(c);
        code.m_plain.append(c);
    }
    if (!good || code.m_plain.size() != characters) {
        return fail(ErrorCode::InvalidArgument, u"this is no join code: it has six groups of five letters and digits"_s);
    }
    return code;
}

QByteArray JoinCode::text() const
{
    QByteArrayList groups;
    for (qsizetype at = 0; at < m_plain.size(); at += group) {
        groups.append(m_plain.mid(at, group));
    }
    return groups.join('-');
}

QByteArray JoinCode::digest() const
{
    return sha256Of(m_plain);
}

QByteArray sha256Of(QByteArrayView secret)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(secret);
    return hash.result();
}

bool sameSecret(QByteArrayView a, QByteArrayView b)
{
    if (a.size() != b.size()) {
        return false;
    }
    unsigned difference = 0;
    for (qsizetype i = 0; i < a.size(); ++i) {
        difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
    }
    return difference == 0;
}

QByteArray newBearerToken()
{
    QByteArray bytes;
    for (int i = 0; i < 4; ++i) {
        const std::uint64_t bits = random64();
        bytes.append(reinterpret_cast<const char *>(&bits), sizeof bits);
    }
    return bytes.toHex();
}

} // namespace dtf
