// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/config/tomlreader.h"

#include <QByteArray>
#include <QFile>
#include <QFileInfo>

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h> // slow to compile: nowhere else

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

QString fromStd(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

ConfigValue convert(const toml::node &node)
{
    ConfigValue value;
    value.line = int(node.source().begin.line);
    if (const auto *flag = node.as_boolean()) {
        value.kind = ConfigValue::Kind::Flag;
        value.flag = flag->get();
    } else if (const auto *whole = node.as_integer()) {
        value.kind = ConfigValue::Kind::Whole;
        value.whole = whole->get();
    } else if (const auto *real = node.as_floating_point()) {
        value.kind = ConfigValue::Kind::Real;
        value.real = real->get();
    } else if (const auto *text = node.as_string()) {
        value.kind = ConfigValue::Kind::Text;
        value.text = fromStd(text->get());
    } else if (const auto *list = node.as_array()) {
        value.kind = ConfigValue::Kind::List;
        for (const toml::node &element : *list) {
            value.list.push_back(convert(element));
        }
    } else if (const auto *table = node.as_table()) {
        value.kind = ConfigValue::Kind::Table;
        for (const auto &[key, element] : *table) {
            ConfigValue member = convert(element);
            member.line = int(key.source().begin.line); // a value may begin on a later line than its key
            value.table.push_back({fromStd(key.str()), std::move(member)});
        }
    }
    return value;
}

} // namespace

const ConfigValue *ConfigValue::find(const QString &key) const
{
    for (const auto &[name, value] : table) {
        if (name == key) {
            return &value;
        }
    }
    return nullptr;
}

QString ConfigValue::kindWord() const
{
    switch (kind) {
    case Kind::Flag:
        return u"true or false"_s;
    case Kind::Whole:
        return QString::number(whole);
    case Kind::Real:
        return QString::number(real, 'g', 15);
    case Kind::Text:
        return tomlText(text.left(64));
    case Kind::List:
        return u"a list"_s;
    case Kind::Table:
        return u"a table"_s;
    case Kind::Other:
        break;
    }
    return u"a date or time"_s;
}

Result<ConfigValue> parseToml(QByteArrayView text, const QString &fileName)
{
    const toml::parse_result result = toml::parse(std::string_view(text.data(), size_t(text.size())));
    if (!result) {
        const toml::parse_error &error = result.error();
        return fail(ErrorCode::ParseError,
            u"%1:%2: column %3: %4"_s.arg(fileName)
                .arg(error.source().begin.line)
                .arg(error.source().begin.column)
                .arg(fromStd(error.description())));
    }
    return convert(result.table());
}

Result<QByteArray> readConfigFile(const QString &path)
{
    QFile file(path);
    if (!QFileInfo::exists(path)) {
        return fail(ErrorCode::NotFound, u"%1: no such file"_s.arg(path));
    }
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(file.error() == QFileDevice::PermissionsError || file.error() == QFileDevice::OpenError
                ? ErrorCode::PermissionDenied
                : ErrorCode::IoError,
            u"%1: %2"_s.arg(path, file.errorString()));
    }
    const QByteArray content = file.read(maxConfigBytes + 1);
    if (file.error() != QFileDevice::NoError) {
        return fail(ErrorCode::IoError, u"%1: %2"_s.arg(path, file.errorString()));
    }
    if (content.size() > maxConfigBytes) {
        return fail(ErrorCode::TooLarge, u"%1: more than %2 bytes"_s.arg(path).arg(maxConfigBytes));
    }
    return content;
}

QString tomlText(const QString &text)
{
    bool control = false;
    for (const QChar c : text) {
        control = control || c < u' ' || c == QChar(0x7f);
    }
    if (text.contains(u'\\') && !text.contains(u'\'') && !control) {
        return u'\'' + text + u'\'';
    }
    QString out = u"\""_s;
    for (const QChar c : text) {
        if (c == u'"' || c == u'\\') {
            out += u'\\';
            out += c;
        } else if (c < u' ' || c == QChar(0x7f)) {
            out += u"\\u%1"_s.arg(uint(c.unicode()), 4, 16, QLatin1Char('0'));
        } else {
            out += c;
        }
    }
    return out + u'"';
}

} // namespace dtf
