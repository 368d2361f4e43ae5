// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/escape.h"

#include <QChar>
#include <QList>

namespace dtf {

namespace {

bool isHarmless(char32_t c)
{
    switch (QChar::category(c)) {
    case QChar::Other_Control:
    case QChar::Other_Format: // bidi marks, zero-width characters, tags
    case QChar::Other_Surrogate:
    case QChar::Other_PrivateUse:
    case QChar::Other_NotAssigned:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return false;
    default:
        return true;
    }
}

void appendEscaped(QString &out, char32_t c)
{
    if (c == U'\\') {
        out += QLatin1StringView("\\\\");
    } else if (isHarmless(c)) {
        out += QChar::fromUcs4(c);
    } else if (c < 0x100) {
        out += QStringLiteral("\\x%1").arg(uint(c), 2, 16, QLatin1Char('0'));
    } else {
        out += QStringLiteral("\\u{%1}").arg(uint(c), 4, 16, QLatin1Char('0'));
    }
}

/// Length of the valid UTF-8 sequence at `at`, 0 when there is none (overlong forms and surrogates are invalid).
qsizetype sequenceLength(QByteArrayView bytes, qsizetype at)
{
    const auto byte = [&](qsizetype i) { return static_cast<unsigned char>(bytes[i]); };
    const unsigned char lead = byte(at);
    const qsizetype length = lead < 0x80 ? 1
        : lead >= 0xC2 && lead < 0xE0    ? 2
        : lead >= 0xE0 && lead < 0xF0    ? 3
        : lead >= 0xF0 && lead < 0xF5    ? 4
                                         : 0;
    if (length == 0 || at + length > bytes.size()) {
        return 0;
    }
    for (qsizetype i = 1; i < length; ++i) {
        if ((byte(at + i) & 0xC0) != 0x80) {
            return 0;
        }
    }
    if ((lead == 0xE0 && byte(at + 1) < 0xA0) || (lead == 0xED && byte(at + 1) > 0x9F) || (lead == 0xF0 && byte(at + 1) < 0x90)
        || (lead == 0xF4 && byte(at + 1) > 0x8F)) {
        return 0;
    }
    return length;
}

/// One valid sequence. Not by QString::fromUtf8(), which drops a byte order mark.
char32_t codePoint(QByteArrayView sequence)
{
    const auto lead = static_cast<unsigned char>(sequence[0]);
    char32_t value = sequence.size() == 1 ? lead : lead & (0x7Fu >> sequence.size());
    for (const char c : sequence.sliced(1)) {
        value = (value << 6) | (static_cast<unsigned char>(c) & 0x3Fu);
    }
    return value;
}

} // namespace

QString escapedForLog(QStringView text, qsizetype maxChars)
{
    QString out;
    out.reserve(qMin(text.size(), maxChars));
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (out.size() >= maxChars) {
            return out + QChar(0x2026);
        }
        char32_t c = text[i].unicode();
        if (text[i].isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate()) {
            c = QChar::surrogateToUcs4(text[i], text[i + 1]);
            ++i;
        }
        appendEscaped(out, c);
    }
    return out;
}

QString escapedForLog(QByteArrayView utf8, qsizetype maxChars)
{
    QString out;
    out.reserve(qMin(utf8.size(), maxChars));
    for (qsizetype i = 0; i < utf8.size();) {
        if (out.size() >= maxChars) {
            return out + QChar(0x2026);
        }
        const qsizetype length = sequenceLength(utf8, i);
        if (length == 0) {
            out += QStringLiteral("\\x%1").arg(uint(static_cast<unsigned char>(utf8[i])), 2, 16, QLatin1Char('0'));
            ++i;
            continue;
        }
        appendEscaped(out, codePoint(utf8.sliced(i, length)));
        i += length;
    }
    return out;
}

} // namespace dtf
