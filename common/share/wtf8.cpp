// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/wtf8.h"

namespace dtf {

CodePoint codePointAt(QByteArrayView bytes, qsizetype at)
{
    const auto byte = [&](qsizetype i) { return static_cast<unsigned char>(bytes[i]); };
    const unsigned char lead = byte(at);
    if (lead < 0x80) {
        return {lead, 1};
    }
    const qsizetype length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
    if (length == 0 || at + length > bytes.size()) {
        return {};
    }
    char32_t value = lead & (0x7Fu >> length);
    for (qsizetype i = 1; i < length; ++i) {
        if ((byte(at + i) & 0xC0) != 0x80) {
            return {};
        }
        value = (value << 6) | (byte(at + i) & 0x3Fu);
    }
    const char32_t least = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
    if (value < least || value > 0x10FFFF) {
        return {};
    }
    return {value, length};
}

std::optional<QString> fromWtf8(QByteArrayView bytes)
{
    QString out;
    out.reserve(bytes.size());
    bool afterLoneHigh = false;
    for (qsizetype i = 0; i < bytes.size();) {
        const CodePoint c = codePointAt(bytes, i);
        const bool loneLow = c.value >= 0xDC00 && c.value <= 0xDFFF;
        if (c.length == 0 || (loneLow && afterLoneHigh)) { // a pair must be one four-byte sequence
            return std::nullopt;
        }
        afterLoneHigh = c.value >= 0xD800 && c.value <= 0xDBFF;
        if (c.value > 0xFFFF) {
            out += QChar(QChar::highSurrogate(c.value));
            out += QChar(QChar::lowSurrogate(c.value));
        } else {
            out += QChar(static_cast<char16_t>(c.value));
        }
        i += c.length;
    }
    return out;
}

QByteArray toWtf8(QStringView text)
{
    QByteArray out;
    out.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        char32_t c = text[i].unicode();
        if (text[i].isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate()) {
            c = QChar::surrogateToUcs4(text[i], text[i + 1]);
            ++i;
        }
        if (c < 0x80) {
            out += static_cast<char>(c);
            continue;
        }
        const int trailing = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
        const int lead = trailing == 1 ? 0xC0 : trailing == 2 ? 0xE0 : 0xF0;
        out += static_cast<char>(lead | static_cast<int>(c >> (6 * trailing)));
        for (int t = trailing - 1; t >= 0; --t) {
            out += static_cast<char>(0x80 | static_cast<int>((c >> (6 * t)) & 0x3F));
        }
    }
    return out;
}

} // namespace dtf
