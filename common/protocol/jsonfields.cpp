// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/protocol/jsonfields.h"

#include "common/model/enumtext.h"

#include <cmath>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 maxWallTime = 253'402'300'799'999; // 9999-12-31T23:59:59.999Z

QString typeOf(const QJsonValue &json)
{
    switch (json.type()) {
    case QJsonValue::Null:
        return u"null"_s;
    case QJsonValue::Bool:
        return u"true or false"_s;
    case QJsonValue::Double:
        return u"a number"_s;
    case QJsonValue::String:
        return u"a text"_s;
    case QJsonValue::Array:
        return u"a list"_s;
    case QJsonValue::Object:
        return u"an object"_s;
    case QJsonValue::Undefined:
        break;
    }
    return u"nothing"_s;
}

/// Without NUL and lone surrogates, at most `max` units, cut at a character.
QString wireText(const QString &text, qsizetype max)
{
    bool clean = text.size() <= max;
    for (qsizetype i = 0; clean && i < text.size(); ++i) {
        clean = !text[i].isNull() && !text[i].isSurrogate();
    }
    if (clean) {
        return text;
    }
    QString out;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const bool pair = text[i].isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate();
        if (out.size() + (pair ? 2 : 1) > max) {
            break;
        }
        if (pair) {
            out += text[i++];
            out += text[i];
        } else {
            out += text[i].isNull() || text[i].isSurrogate() ? QChar(QChar::ReplacementCharacter) : text[i];
        }
    }
    return out;
}

bool isHexText(const QString &text)
{
    for (const QChar c : text) {
        if (!((c >= u'0' && c <= u'9') || (c >= u'a' && c <= u'f'))) {
            return false;
        }
    }
    return true;
}

QString mustBeText(qsizetype max, const QJsonValue &found)
{
    return found.isString() ? u": is a text of %1 characters, at most %2 are taken"_s.arg(found.toString().size()).arg(max)
                            : mustBe("a text"_L1, found);
}

} // namespace

std::optional<LogLevel> logLevelFromString(QLatin1StringView text)
{
    return enumFromString<LogLevel>({LogLevel::Debug, LogLevel::Info, LogLevel::Warn, LogLevel::Error}, text);
}

QString mustBe(QLatin1StringView what, const QJsonValue &found)
{
    return u": must be %1, not %2"_s.arg(what, found.isString() ? u"\"%1\""_s.arg(found.toString().left(64)) : typeOf(found));
}

QString mustBeWithin(const Range &rule, const QJsonValue &found)
{
    return u": must be a whole number from %1 to %2, not %3"_s.arg(rule.min).arg(rule.max).arg(
        found.isDouble() ? QString::number(found.toDouble(), 'g', 17) : typeOf(found));
}

QJsonValue writeValue(double value, RealRange rule)
{
    return std::isfinite(value) ? qBound(rule.min, value, rule.max) : rule.min;
}

QJsonValue writeValue(const QString &value, Text rule)
{
    return wireText(value, rule.max);
}

QJsonValue writeValue(const QByteArray &utf8, Text rule)
{
    return wireText(QString::fromUtf8(utf8), rule.max);
}

QJsonValue writeValue(const QByteArray &value, Ascii rule)
{
    QString text = QString::fromLatin1(value.first(qMin(value.size(), rule.max)));
    for (QChar &c : text) {
        if (c < u' ' || c > u'~') {
            c = u'?';
        }
    }
    return text;
}

QJsonValue writeValue(const QByteArray &value, Hex)
{
    return QString::fromLatin1(value.toHex());
}

QJsonValue writeValue(const QByteArray &value, HexText)
{
    return QString::fromLatin1(value);
}

QJsonValue writeValue(const QByteArray &value, Base64)
{
    return QString::fromLatin1(value.toBase64());
}

QJsonValue writeValue(WallTime value, NoRule)
{
    return QJsonValue(qBound(qint64 {0}, qint64 {value.msecsSinceEpoch}, maxWallTime));
}

QJsonValue writeValue(const JobId &value, NoRule)
{
    return value.toString();
}

QJsonValue writeValue(const NodeName &value, NoRule)
{
    return value.toString();
}

QJsonValue writeValue(const BootId &value, NoRule)
{
    return value.toString();
}

QJsonValue writeValue(const QJsonObject &value, NoRule)
{
    return value;
}

QJsonValue writeValue(const QList<std::pair<QString, QString>> &value, Pairs rule)
{
    QJsonArray array;
    for (const auto &[key, text] : value.first(qMin(value.size(), rule.max))) {
        array.append(QJsonArray {wireText(key, wordText.max), wireText(text, longText.max)});
    }
    return array;
}

QJsonValue writeValue(const QList<qint64> &value, ByJobState)
{
    QJsonObject object;
    for (qsizetype i = 0; i < value.size() && i <= static_cast<qsizetype>(JobState::Withdrawn); ++i) {
        object.insert(toString(static_cast<JobState>(i)), writeValue(value[i], Range {}));
    }
    return object;
}

QJsonValue writeValue(const QList<int> &value, Percents)
{
    QJsonArray array;
    for (const int percent : value) {
        array.append(qBound(-1, percent, 100));
    }
    return array;
}

QString readValue(const QJsonValue &json, bool &out, NoRule)
{
    out = json.toBool();
    return json.isBool() ? QString() : mustBe("true or false"_L1, json);
}

QString readValue(const QJsonValue &json, double &out, RealRange rule)
{
    out = json.toDouble();
    return json.isDouble() && out >= rule.min && out <= rule.max
        ? QString()
        : u": must be a number from %1 to %2"_s.arg(rule.min).arg(rule.max);
}

QString readValue(const QJsonValue &json, QString &out, Text rule)
{
    out = json.toString();
    return json.isString() && out.size() <= rule.max ? QString() : mustBeText(rule.max, json);
}

QString readValue(const QJsonValue &json, QByteArray &utf8, Text rule)
{
    QString text;
    const QString problem = readValue(json, text, rule);
    utf8 = text.toUtf8();
    return problem;
}

QString readValue(const QJsonValue &json, QByteArray &out, Ascii rule)
{
    const QString text = json.toString();
    if (!json.isString() || text.size() > rule.max) {
        return mustBeText(rule.max, json);
    }
    for (const QChar c : text) {
        if (c < u' ' || c > u'~') {
            return mustBe("printable ASCII"_L1, json);
        }
    }
    out = text.toLatin1();
    return {};
}

QString readValue(const QJsonValue &json, QByteArray &out, Hex rule)
{
    const QString text = json.toString();
    if (!json.isString() || !isHexText(text) || (!text.isEmpty() && text.size() != 2 * rule.bytes)) {
        return mustBe("hex of the right length"_L1, json);
    }
    out = QByteArray::fromHex(text.toLatin1());
    return {};
}

QString readValue(const QJsonValue &json, QByteArray &out, HexText rule)
{
    const QString text = json.toString();
    if (!json.isString() || !isHexText(text) || (!text.isEmpty() && text.size() != rule.digits)) {
        return mustBe("hex of the right length"_L1, json);
    }
    out = text.toLatin1();
    return {};
}

QString readValue(const QJsonValue &json, QByteArray &out, Base64 rule)
{
    if (!json.isString()) {
        return mustBe("base64"_L1, json);
    }
    const QString text = json.toString();
    if (text.size() / 4 > rule.max / 3 + 1) {
        return u": is more than %1 bytes"_s.arg(rule.max);
    }
    const auto decoded = QByteArray::fromBase64Encoding(text.toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || decoded.decoded.size() > rule.max) {
        return u": must be base64 of at most %1 bytes"_s.arg(rule.max);
    }
    out = decoded.decoded;
    return {};
}

QString readValue(const QJsonValue &json, WallTime &out, NoRule)
{
    qint64 msecs = 0;
    const QString problem = readInteger(json, msecs, Range {0, maxWallTime});
    out = WallTime {msecs};
    return problem;
}

QString readValue(const QJsonValue &json, JobId &out, NoRule)
{
    const auto id = JobId::parse(json.toString().toUtf8());
    if (!json.isString() || !id) {
        return mustBe("a job id"_L1, json);
    }
    out = *id;
    return {};
}

QString readValue(const QJsonValue &json, NodeName &out, NoRule)
{
    const auto name = NodeName::parse(json.toString().toUtf8());
    if (!json.isString() || !name) {
        return mustBe("a node name"_L1, json);
    }
    out = *name;
    return {};
}

QString readValue(const QJsonValue &json, BootId &out, NoRule)
{
    const auto id = BootId::parse(json.toString().toUtf8());
    if (!json.isString() || !id) {
        return mustBe("a boot id"_L1, json);
    }
    out = *id;
    return {};
}

QString readValue(const QJsonValue &json, QJsonObject &out, NoRule)
{
    out = json.toObject();
    return json.isObject() ? QString() : mustBe("an object"_L1, json);
}

QString readValue(const QJsonValue &json, QList<std::pair<QString, QString>> &out, Pairs rule)
{
    const QJsonArray array = json.toArray();
    if (!json.isArray() || array.size() > rule.max) {
        return u": must be a list of at most %1 pairs"_s.arg(rule.max);
    }
    out.clear();
    for (const auto element : array) {
        const QJsonArray pair = element.toArray();
        std::pair<QString, QString> texts;
        if (pair.size() != 2 || !readValue(pair[0], texts.first, wordText).isEmpty()
            || !readValue(pair[1], texts.second, longText).isEmpty()) {
            return u"[%1]: must be a pair of texts"_s.arg(out.size());
        }
        out.append(texts);
    }
    return {};
}

QString readValue(const QJsonValue &json, QList<qint64> &out, ByJobState)
{
    if (!json.isObject()) {
        return mustBe("an object"_L1, json);
    }
    const QJsonObject object = json.toObject();
    out.fill(0, static_cast<qsizetype>(JobState::Withdrawn) + 1);
    for (qsizetype i = 0; i < out.size(); ++i) {
        const QLatin1StringView word = toString(static_cast<JobState>(i));
        if (const QJsonValue count = object.value(word); !count.isUndefined()) {
            if (const QString problem = readInteger(count, out[i], Range {0, maxExactInteger}); !problem.isEmpty()) {
                return u'.' + word + problem;
            }
        }
    }
    return {};
}

QString readValue(const QJsonValue &json, QList<int> &out, Percents rule)
{
    const QJsonArray array = json.toArray();
    if (!json.isArray() || array.size() > rule.max) {
        return mustBe("a list that is not too long"_L1, json);
    }
    out.clear();
    for (const auto element : array) {
        qint64 percent = 0;
        if (const QString problem = readInteger(element, percent, Range {-1, 100}); !problem.isEmpty()) {
            return u"[%1]"_s.arg(out.size()) + problem;
        }
        out.append(static_cast<int>(percent));
    }
    return {};
}

QString readInteger(const QJsonValue &json, qint64 &out, Range rule)
{
    constexpr qint64 no = std::numeric_limits<qint64>::min(); // toInteger's answer for a fraction or another type
    const qint64 value = json.toInteger(no);
    if (value == no || value < rule.min || value > rule.max) {
        return mustBeWithin(rule, json);
    }
    out = value;
    return {};
}

} // namespace dtf
