// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/codec.h"
#include "common/protocol/jsonfields.h"

/// The inside of the codec, second half: lists, nested messages and the two walkers. Included by codec_*.cpp and envelope.cpp
/// only.
namespace dtf {

/// `fields(auto &io, Of<Heartbeat> auto &message)`: for writing (const) and reading.
template <typename M, typename T>
concept Of = std::same_as<std::remove_const_t<M>, T>;

// ---- nested messages, optional values, lists ----------------------------------------------------------------------------------

template <WireMessage T> [[nodiscard]] QJsonValue writeValue(const T &message, NoRule)
{
    return toJson(message);
}

template <WireMessage T> [[nodiscard]] QString readValue(const QJsonValue &json, T &out, NoRule)
{
    if (!json.isObject()) {
        return mustBe(QLatin1StringView("an object"), json);
    }
    auto read = fromJson<T>(json.toObject());
    if (!read) {
        return QLatin1Char('.') + read.error().detail;
    }
    out = std::move(*read);
    return {};
}

template <typename T, typename Rule> [[nodiscard]] QString readValue(const QJsonValue &json, std::optional<T> &out, Rule rule)
{
    return readValue(json, out.emplace(), rule);
}

template <typename T, typename Rule>
requires(std::same_as<Rule, AtMost> || std::same_as<Rule, FirstOf>) [[nodiscard]] QJsonValue
    writeValue(const QList<T> &list, Rule rule)
{
    QJsonArray array;
    for (const T &value : list) {
        if (std::same_as<Rule, FirstOf> && array.size() == rule.max) {
            break;
        }
        array.append(writeValue(value, defaultRule<T>()));
    }
    return array;
}

template <typename T, typename Rule>
requires(std::same_as<Rule, AtMost> || std::same_as<Rule, FirstOf>) [[nodiscard]] QString
    readValue(const QJsonValue &json, QList<T> &out, Rule rule)
{
    if (!json.isArray()) {
        return mustBe(QLatin1StringView("a list"), json);
    }
    const QJsonArray array = json.toArray();
    if (array.size() > rule.max) {
        return QStringLiteral(": has %1 elements, at most %2 are taken").arg(array.size()).arg(rule.max);
    }
    out.clear();
    out.reserve(array.size());
    for (const auto element : array) {
        T value {};
        if (const QString problem = readValue(element, value, defaultRule<T>()); !problem.isEmpty()) {
            return QStringLiteral("[%1]").arg(out.size()) + problem;
        }
        out.append(std::move(value));
    }
    return {};
}

// ---- what an optional key leaves out
// ---------------------------------------------------------------------------------------------

template <typename T> [[nodiscard]] bool isAbsent(const T &value)
{
    if constexpr (std::same_as<T, JobId>) {
        return value.isNull();
    } else if constexpr (std::same_as<T, NodeName> || std::same_as<T, BootId>) {
        return value.isEmpty();
    } else if constexpr (std::same_as<T, Heartbeat>) {
        return value.seq == 0; // never seen
    } else if constexpr (requires { value.has_value(); }) {
        return !value.has_value();
    } else {
        return false;
    }
}

// ---- the walkers
// -----------------------------------------------------------------------------------------------------------------

class FieldWriter
{
public:
    template <typename T, typename Rule> void required(QLatin1StringView key, const T &value, Rule rule)
    {
        m_object.insert(key, writeValue(value, rule));
    }
    template <typename T> void required(QLatin1StringView key, const T &value) { required(key, value, defaultRule<T>()); }
    /// Left out when it says nothing: a null id, an empty node name, no value.
    template <typename T, typename... Rule> void optional(QLatin1StringView key, const T &value, Rule... rule)
    {
        if (isAbsent(value)) {
            return;
        }
        if constexpr (requires { value.has_value(); }) {
            required(key, *value, rule...);
        } else {
            required(key, value, rule...);
        }
    }
    /// An object within the message, described by `inner(io)`; left out when empty.
    template <typename Inner> void group(QLatin1StringView key, Inner inner)
    {
        FieldWriter writer;
        inner(writer);
        if (!writer.m_object.isEmpty()) {
            m_object.insert(key, writer.m_object);
        }
    }
    [[nodiscard]] QJsonObject take() { return std::move(m_object); }

private:
    QJsonObject m_object;
};

/// Stops at the first problem. Keys that nobody asks for are ignored.
class FieldReader
{
public:
    explicit FieldReader(const QJsonObject &object)
        : m_object(object)
    { }
    template <typename T, typename Rule> void required(QLatin1StringView key, T &value, Rule rule)
    {
        read(key, value, rule, true);
    }
    template <typename T> void required(QLatin1StringView key, T &value) { read(key, value, defaultRule<T>(), true); }
    template <typename T, typename Rule> void optional(QLatin1StringView key, T &value, Rule rule)
    {
        read(key, value, rule, false);
    }
    template <typename T> void optional(QLatin1StringView key, T &value)
    {
        if constexpr (requires {
                          typename T::value_type;
                          value.has_value();
                      }) {
            read(key, value, defaultRule<typename T::value_type>(), false);
        } else {
            read(key, value, defaultRule<T>(), false);
        }
    }
    template <typename Inner> void group(QLatin1StringView key, Inner inner)
    {
        QJsonObject object;
        read(key, object, NoRule {}, false);
        FieldReader reader(object);
        inner(reader);
        if (m_problem.isEmpty() && !reader.m_problem.isEmpty()) {
            m_problem = key + QLatin1Char('.') + reader.m_problem;
        }
    }
    /// The message, or ParseError naming the path of the first problem.
    template <typename T> [[nodiscard]] Result<T> take(T &&message)
    {
        if (!m_problem.isEmpty()) {
            return fail(ErrorCode::ParseError, m_problem);
        }
        return std::forward<T>(message);
    }

private:
    template <typename T, typename Rule> void read(QLatin1StringView key, T &value, Rule rule, bool needed)
    {
        if (!m_problem.isEmpty()) {
            return;
        }
        const QJsonValue json = m_object.value(key);
        if (json.isUndefined()) {
            if (needed) {
                m_problem = key + QLatin1StringView(": is missing");
            }
            return;
        }
        if (const QString problem = readValue(json, value, rule); !problem.isEmpty()) {
            m_problem = key + problem;
        }
    }

    const QJsonObject m_object;
    QString m_problem;
};

} // namespace dtf

/// Makes the public pair of functions from `fields(io, message)`.
#define DTF_MESSAGE(T)                                                                                                           \
    QJsonObject toJson(const T &message)                                                                                         \
    {                                                                                                                            \
        FieldWriter writer;                                                                                                      \
        fields(writer, message);                                                                                                 \
        return writer.take();                                                                                                    \
    }                                                                                                                            \
    template <> Result<T> fromJson(const QJsonObject &object)                                                                    \
    {                                                                                                                            \
        FieldReader reader(object);                                                                                              \
        T message;                                                                                                               \
        fields(reader, message);                                                                                                 \
        return reader.take(std::move(message));                                                                                  \
    }
