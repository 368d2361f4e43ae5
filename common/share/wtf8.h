// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

#include <optional>

namespace dtf {

/// One code point of UTF-8, or of WTF-8 (https://simonsapin.github.io/wtf-8/) when it is a lone surrogate.
struct CodePoint
{
    char32_t value = 0;
    qsizetype length = 0; ///< bytes; 0: the byte there starts no valid sequence
};
/// Pure. Overlong forms and values above U+10FFFF are invalid; surrogates come out as values in D800–DFFF.
[[nodiscard]] CodePoint codePointAt(QByteArrayView bytes, qsizetype at);

/// Pure. UTF-16 of a Windows file name from bytes, lone surrogates kept; nullopt for bytes that toWtf8() never makes.
[[nodiscard]] std::optional<QString> fromWtf8(QByteArrayView bytes);
/// Pure. Any UTF-16, lone surrogates included; the inverse of fromWtf8().
[[nodiscard]] QByteArray toWtf8(QStringView text);

} // namespace dtf
