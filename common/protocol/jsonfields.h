// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/protocol/messages.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QJsonValue>

#include <concepts>
#include <limits>
#include <optional>
#include <type_traits>

/// The inside of the codec. A message is described once, by `fields(io, message)`, which names each key, its member and its rule;
/// a FieldWriter or a FieldReader walks that description, so that writing and reading can't drift apart. Included by codec_*.cpp
/// only.
namespace dtf {

/// Largest integer that every JSON reader keeps exactly (2^53 − 1).
inline constexpr qint64 maxExactInteger = (qint64 {1} << 53) - 1;

// ---- rules: what a reader accepts; a writer keeps to them where it can
// -----------------------------------------------------------

/// Text of at most `max` UTF-16 units (QString, or QByteArray holding UTF-8). The writer cuts longer text at a character and puts
/// U+FFFD for NUL and lone surrogates, so that a hostile file name never makes a message that the peer must refuse.
struct Text
{
    qsizetype max;
};
inline constexpr Text wordText {64}; ///< codes, versions, roles
inline constexpr Text nameText {1024}; ///< file names, people, one line
inline constexpr Text longText {4096}; ///< details, paths, log lines

/// Printable ASCII of at most `max` characters, in a QByteArray.
struct Ascii
{
    qsizetype max;
};
/// Raw bytes, written as lower-case hex: exactly `bytes` of them, or none.
struct Hex
{
    qsizetype bytes;
};
/// Hex digits kept as such in a QByteArray: exactly `digits` of them, or none.
struct HexText
{
    qsizetype digits;
};
/// Raw bytes, written as base64; at most `max` of them.
struct Base64
{
    qsizetype max;
};
/// Integers within [min, max].
struct Range
{
    qint64 min = -maxExactInteger;
    qint64 max = maxExactInteger;
};
/// Real numbers within [min, max]; NaN is written as min.
struct RealRange
{
    double min;
    double max;
};
/// A list: the reader refuses more than `max` elements.
struct AtMost
{
    qsizetype max;
};
/// A list of which the writer sends the first `max`; the reader refuses more.
struct FirstOf
{
    qsizetype max;
};
/// LogEntry::fields as [["key","value"],…].
struct Pairs
{
    qsizetype max;
};
/// Numbers indexed by JobState as {"waiting":3,…}.
struct ByJobState
{ };
/// Whole numbers from -1 (unknown) to 100; the reader refuses more than `max` of them.
struct Percents
{
    qsizetype max;
};
struct NoRule
{ };

/// The rule of a type that has no other.
template <typename T> constexpr auto defaultRule()
{
    if constexpr (std::integral<T> && !std::same_as<T, bool>) {
        using Limits = std::numeric_limits<T>;
        const bool wide = sizeof(T) == 8;
        return Range {wide ? -maxExactInteger : static_cast<qint64>(Limits::min()),
            wide ? maxExactInteger : static_cast<qint64>(Limits::max())};
    } else {
        return NoRule {};
    }
}

// ---- words of enums
// ------------------------------------------------------------------------------------------------------------

template <typename E> using WordParser = std::optional<E> (*)(QLatin1StringView);
template <typename E> inline constexpr WordParser<E> wordParser = nullptr;
[[nodiscard]] std::optional<LogLevel> logLevelFromString(QLatin1StringView text);
template <> inline constexpr WordParser<BrowserState> wordParser<BrowserState> = browserStateFromString;
template <> inline constexpr WordParser<JobState> wordParser<JobState> = jobStateFromString;
template <> inline constexpr WordParser<Cause> wordParser<Cause> = causeFromString;
template <> inline constexpr WordParser<AlertKind> wordParser<AlertKind> = alertKindFromString;
template <> inline constexpr WordParser<AlertSeverity> wordParser<AlertSeverity> = alertSeverityFromString;
template <> inline constexpr WordParser<AuditKind> wordParser<AuditKind> = auditKindFromString;
template <> inline constexpr WordParser<CommandKind> wordParser<CommandKind> = commandKindFromString;
template <> inline constexpr WordParser<ReportKind> wordParser<ReportKind> = reportKindFromString;
template <> inline constexpr WordParser<LogLevel> wordParser<LogLevel> = logLevelFromString;
template <> inline constexpr WordParser<ErrorCode> wordParser<ErrorCode> = errorCodeFromString;

// ---- single values
// --------------------------------------------------------------------------------------------------------------- readValue
// returns an empty text, or the rest of the path and what is wrong: ": must be …", ".name: must be …", "[3]: must be …".

[[nodiscard]] QString mustBe(QLatin1StringView what, const QJsonValue &found);
[[nodiscard]] QString mustBeWithin(const Range &rule, const QJsonValue &found);

[[nodiscard]] QJsonValue writeValue(double value, RealRange rule);
[[nodiscard]] QJsonValue writeValue(const QString &value, Text rule);
[[nodiscard]] QJsonValue writeValue(const QByteArray &utf8, Text rule);
[[nodiscard]] QJsonValue writeValue(const QByteArray &value, Ascii rule);
[[nodiscard]] QJsonValue writeValue(const QByteArray &value, Hex rule);
[[nodiscard]] QJsonValue writeValue(const QByteArray &value, HexText rule);
[[nodiscard]] QJsonValue writeValue(const QByteArray &value, Base64 rule);
[[nodiscard]] QJsonValue writeValue(WallTime value, NoRule);
[[nodiscard]] QJsonValue writeValue(const JobId &value, NoRule);
[[nodiscard]] QJsonValue writeValue(const NodeName &value, NoRule);
[[nodiscard]] QJsonValue writeValue(const BootId &value, NoRule);
[[nodiscard]] QJsonValue writeValue(const QJsonObject &value, NoRule);
[[nodiscard]] QJsonValue writeValue(const QList<std::pair<QString, QString>> &value, Pairs rule);
[[nodiscard]] QJsonValue writeValue(const QList<qint64> &value, ByJobState);
[[nodiscard]] QJsonValue writeValue(const QList<int> &value, Percents rule);

[[nodiscard]] QString readValue(const QJsonValue &json, bool &out, NoRule);
[[nodiscard]] QString readValue(const QJsonValue &json, double &out, RealRange rule);
[[nodiscard]] QString readValue(const QJsonValue &json, QString &out, Text rule);
[[nodiscard]] QString readValue(const QJsonValue &json, QByteArray &utf8, Text rule);
[[nodiscard]] QString readValue(const QJsonValue &json, QByteArray &out, Ascii rule);
[[nodiscard]] QString readValue(const QJsonValue &json, QByteArray &out, Hex rule);
[[nodiscard]] QString readValue(const QJsonValue &json, QByteArray &out, HexText rule);
[[nodiscard]] QString readValue(const QJsonValue &json, QByteArray &out, Base64 rule);
[[nodiscard]] QString readValue(const QJsonValue &json, WallTime &out, NoRule);
[[nodiscard]] QString readValue(const QJsonValue &json, JobId &out, NoRule);
[[nodiscard]] QString readValue(const QJsonValue &json, NodeName &out, NoRule);
[[nodiscard]] QString readValue(const QJsonValue &json, BootId &out, NoRule);
[[nodiscard]] QString readValue(const QJsonValue &json, QJsonObject &out, NoRule);
[[nodiscard]] QString readValue(const QJsonValue &json, QList<std::pair<QString, QString>> &out, Pairs rule);
[[nodiscard]] QString readValue(const QJsonValue &json, QList<qint64> &out, ByJobState);
[[nodiscard]] QString readValue(const QJsonValue &json, QList<int> &out, Percents rule);
[[nodiscard]] QString readInteger(const QJsonValue &json, qint64 &out, Range rule);

template <std::same_as<bool> T> // a template, so that nothing converts to bool
[[nodiscard]] QJsonValue writeValue(T value, NoRule)
{
    return QJsonValue(value);
}

template <std::integral T>
requires(!std::same_as<T, bool>) [[nodiscard]] QJsonValue writeValue(T value, Range)
{
    return QJsonValue(qBound(-maxExactInteger, static_cast<qint64>(value), maxExactInteger));
}

template <std::integral T>
requires(!std::same_as<T, bool>) [[nodiscard]] QString readValue(const QJsonValue &json, T &out, Range rule)
{
    qint64 wide = 0;
    QString problem = readInteger(json, wide, rule);
    out = static_cast<T>(wide); // the rule keeps it within T: a rule of a narrow type is narrow
    return problem;
}

template <typename E>
requires std::is_enum_v<E>
[[nodiscard]] QJsonValue writeValue(E value, NoRule)
{
    return QJsonValue(toString(value));
}

template <typename E>
requires std::is_enum_v<E>
[[nodiscard]] QString readValue(const QJsonValue &json, E &out, NoRule)
{
    const QString text = json.toString();
    const auto value = text.size() <= wordText.max ? wordParser<E>(QLatin1StringView(text.toLatin1())) : std::nullopt;
    if (!json.isString() || !value) {
        return mustBe(QLatin1StringView("one of the known words"), json);
    }
    out = *value;
    return {};
}

} // namespace dtf
