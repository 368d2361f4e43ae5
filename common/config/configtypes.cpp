// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/config/configtypes.h"

#include <cmath>

namespace dtf::config {

using namespace Qt::StringLiterals;
using Kind = ConfigValue::Kind;

namespace {

constexpr qsizetype maxTextLength = 4096;
constexpr qsizetype maxPatternLength = 1000;
constexpr size_t maxListLength = 256;

QString number(double value)
{
    return QString::number(value, 'g', 15);
}

QString utf8(const char *text)
{
    return QString::fromUtf8(text);
}

bool matches(const char *pattern, const QString &text)
{
    return !pattern || QRegularExpression(QRegularExpression::anchoredPattern(utf8(pattern))).match(text).hasMatch();
}

template <typename List, typename Print> QString listOf(const List &values, Print print)
{
    QStringList parts;
    for (const auto &value : values) {
        parts.append(print(value));
    }
    return u'[' + parts.join(u", "_s) + u']';
}

} // namespace

QString mustBe(const QString &what, const ConfigValue &found)
{
    return u"is %1; must be %2"_s.arg(found.kindWord(), what);
}

QString describeChoice(const QStringList &words)
{
    QStringList quoted;
    for (const QString &word : words) {
        quoted.append(tomlText(word));
    }
    return u"one of "_s + quoted.join(u", "_s);
}

QString Flag::describe() const
{
    return u"true or false"_s;
}

QString Flag::read(const ConfigValue &value, bool &out, const QDir &) const
{
    if (value.kind != Kind::Flag) {
        return mustBe(describe(), value);
    }
    out = value.flag;
    return {};
}

QString Flag::print(bool value) const
{
    return value ? u"true"_s : u"false"_s;
}

QString Whole::describe() const
{
    const QString unitWord = utf8(unit);
    return u"a whole number from %1 to %2%3"_s.arg(min).arg(max).arg(unitWord.isEmpty() ? QString() : u' ' + unitWord);
}

QString Whole::readWhole(const ConfigValue &value, qint64 &out) const
{
    if (value.kind != Kind::Whole || value.whole < min || value.whole > max) {
        return mustBe(describe(), value);
    }
    out = value.whole * factor;
    return {};
}

QString Whole::print(qint64 value) const
{
    return QString::number(value / factor);
}

QString Duration::describe() const
{
    return u"a number of %1 from %2 to %3, fractions allowed"_s.arg(utf8(unit), number(min), number(max));
}

QString Duration::read(const ConfigValue &value, milliseconds &out, const QDir &) const
{
    const double amount = value.kind == Kind::Whole ? double(value.whole) : value.kind == Kind::Real ? value.real : std::nan("");
    if (!(amount >= min && amount <= max)) {
        return mustBe(describe(), value);
    }
    out = milliseconds(std::llround(amount * double(unitMs)));
    return {};
}

QString Duration::print(milliseconds value) const
{
    return number(double(value.count()) / double(unitMs));
}

QString Text::describe() const
{
    return utf8(wanted);
}

QString Text::read(const ConfigValue &value, QString &out, const QDir &) const
{
    if (value.kind != Kind::Text || value.text.size() > maxTextLength || value.text.contains(QChar(0))
        || !matches(pattern, value.text)) {
        return secret && value.kind == Kind::Text
            ? u"is a text of %1 characters; must be %2"_s.arg(value.text.size()).arg(describe())
            : mustBe(describe(), value);
    }
    out = value.text;
    return {};
}

QString Text::print(const QString &value) const
{
    return tomlText(value);
}

QString Path::describe() const
{
    return u"a path; a relative one is taken from this file's folder"_s;
}

QString Path::read(const ConfigValue &value, QString &out, const QDir &base) const
{
    if (value.kind != Kind::Text || value.text.size() > maxTextLength || value.text.contains(QChar(0))) {
        return mustBe(describe(), value);
    }
    const QString text = QDir::fromNativeSeparators(value.text);
    if (text.isEmpty()) {
        out.clear();
        return {};
    }
#ifndef Q_OS_WIN
    static const QRegularExpression windowsPath(u"^(\\\\\\\\|[A-Za-z]:[\\\\/])"_s);
    if (windowsPath.match(text).hasMatch()) {
        return u"is %1, a Windows path; this machine needs one like \"/srv/dispatch\""_s.arg(value.kindWord());
    }
#endif
    out = QDir::cleanPath(base.absoluteFilePath(text));
    return {};
}

QString Path::print(const QString &value) const
{
    return tomlText(QDir::toNativeSeparators(value));
}

QString Url::describe() const
{
    return bare ? u"an address like \"http://orchestrator:3000\" without a path, a user or a password"_s
                : u"an http or https address"_s;
}

QString Url::read(const ConfigValue &value, QUrl &out, const QDir &) const
{
    const bool isText = value.kind == Kind::Text && value.text.size() <= maxTextLength;
    if (isText && value.text.isEmpty()) {
        out.clear();
        return {};
    }
    const QUrl url(isText ? value.text : QString(), QUrl::StrictMode);
    const bool known = url.scheme() == "http"_L1 || url.scheme() == "https"_L1;
    const bool isBare =
        url.userInfo().isEmpty() && !url.hasQuery() && !url.hasFragment() && (url.path().isEmpty() || url.path() == "/"_L1);
    const bool local = !bare && (url.scheme() == "file"_L1 || url.scheme() == "about"_L1 || url.scheme() == "data"_L1);
    if (!url.isValid() || !(local || (known && !url.host().isEmpty())) || (bare && !isBare)) {
        return mustBe(describe(), value);
    }
    out = url;
    return {};
}

QString Url::print(const QUrl &value) const
{
    return tomlText(value.toString(QUrl::FullyEncoded));
}

QString Pattern::describe() const
{
    return u"a regular expression, \"\" for none"_s;
}

QString Pattern::read(const ConfigValue &value, QRegularExpression &out, const QDir &) const
{
    if (value.kind != Kind::Text || value.text.size() > maxPatternLength) {
        return mustBe(describe(), value);
    }
    const QRegularExpression pattern(value.text);
    if (!pattern.isValid()) {
        return u"is no regular expression: %1 at character %2; write it in 'single quotes' so that backslashes stay"_s
            .arg(pattern.errorString())
            .arg(pattern.patternErrorOffset());
    }
    out = pattern;
    return {};
}

QString Pattern::read(const ConfigValue &value, QString &out, const QDir &base) const
{
    QRegularExpression pattern;
    const QString problem = read(value, pattern, base);
    if (problem.isEmpty()) {
        out = pattern.pattern();
    }
    return problem;
}

QString Pattern::print(const QRegularExpression &value) const
{
    return tomlText(value.pattern());
}

QString Pattern::print(const QString &value) const
{
    return tomlText(value);
}

QString Node::describe() const
{
    return u"a node name of 1 to 32 characters A-Z, 0-9 and inner '-', e.g. \"DTF-01\""_s;
}

QString Node::read(const ConfigValue &value, NodeName &out, const QDir &) const
{
    const auto name = NodeName::parse(value.text.toUtf8());
    if (value.kind != Kind::Text || !name) {
        return mustBe(describe(), value);
    }
    out = *name;
    return {};
}

QString Node::print(const NodeName &value) const
{
    return tomlText(value.toString());
}

QString Certificate::describe() const
{
    return u"a SHA-256 fingerprint of 64 hexadecimal digits, colons allowed, \"\" for none"_s;
}

QString Certificate::read(const ConfigValue &value, Fingerprint &out, const QDir &) const
{
    if (value.kind != Kind::Text) {
        return mustBe(describe(), value);
    }
    if (value.text.isEmpty()) {
        out = {};
        return {};
    }
    const auto print = Fingerprint::parse(value.text);
    if (!print) {
        return mustBe(describe(), value);
    }
    out = *print;
    return {};
}

QString Certificate::print(const Fingerprint &value) const
{
    return tomlText(value.toString());
}

QString Texts::describe() const
{
    return u"a "_s + utf8(wanted);
}

QString Texts::read(const ConfigValue &value, QStringList &out, const QDir &) const
{
    if (value.kind != Kind::List || value.list.size() > maxListLength) {
        return mustBe(describe(), value);
    }
    QStringList texts;
    for (const ConfigValue &element : value.list) {
        if (element.kind != Kind::Text || element.text.size() > maxTextLength || element.text.contains(QChar(0))
            || !matches(pattern, element.text)) {
            return u"holds %1; must be %2"_s.arg(element.kindWord(), describe());
        }
        texts.append(element.text);
    }
    out = texts;
    return {};
}

QString Texts::read(const ConfigValue &value, QList<QByteArray> &out, const QDir &base) const
{
    QStringList texts;
    const QString problem = read(value, texts, base);
    if (problem.isEmpty()) {
        out.clear();
        for (const QString &text : texts) {
            out.append(text.toUtf8());
        }
    }
    return problem;
}

QString Texts::print(const QStringList &value) const
{
    return listOf(value, [](const QString &text) { return tomlText(text); });
}

QString Texts::print(const QList<QByteArray> &value) const
{
    return listOf(value, [](const QByteArray &text) { return tomlText(QString::fromUtf8(text)); });
}

QString Wholes::describe() const
{
    return u"a list of whole numbers from %1 to %2"_s.arg(min).arg(max);
}

QString Wholes::read(const ConfigValue &value, QList<int> &out, const QDir &) const
{
    if (value.kind != Kind::List || value.list.size() > maxListLength) {
        return mustBe(describe(), value);
    }
    QList<int> numbers;
    for (const ConfigValue &element : value.list) {
        if (element.kind != Kind::Whole || element.whole < min || element.whole > max) {
            return u"holds %1; must be %2"_s.arg(element.kindWord(), describe());
        }
        numbers.append(int(element.whole));
    }
    out = numbers;
    return {};
}

QString Wholes::print(const QList<int> &value) const
{
    return listOf(value, [](int one) { return QString::number(one); });
}

} // namespace dtf::config
