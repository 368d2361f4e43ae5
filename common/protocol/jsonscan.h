// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"

#include <QByteArrayView>
#include <QJsonObject>

namespace dtf {

/// Deepest nesting and most values (members and elements, counted together) of one JSON text from outside.
inline constexpr int maxJsonDepth = 32;
inline constexpr int maxJsonValues = 100'000;

/// Checks one JSON text against RFC 8259 and our own bounds without recursion and without building anything: an object at the
/// top, at most maxJsonDepth levels and maxJsonValues values, valid UTF-8, no duplicate key in one object (escapes decoded
/// first), no NaN or infinity, no number longer than 64 characters, no NUL (raw or \u0000), no lone surrogate, nothing behind the
/// end. Returns an empty text, or what is wrong and at which byte.
[[nodiscard]] QString jsonProblem(QByteArrayView text);

/// The one door for JSON from outside: at most `maxBytes` (else TooLarge), jsonProblem() before QJsonDocument sees it (else
/// ParseError).
[[nodiscard]] Result<QJsonObject> parseObject(QByteArrayView text, qsizetype maxBytes);

/// Compact UTF-8.
[[nodiscard]] QByteArray toBytes(const QJsonObject &object);

} // namespace dtf
