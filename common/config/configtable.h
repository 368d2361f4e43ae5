// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/config/configerrors.h"
#include "common/config/configtypes.h"
#include "common/config/tomlreader.h"

#include <QDir>
#include <QFileInfo>
#include <QList>
#include <QMap>
#include <QString>

#include <functional>
#include <type_traits>

/// A program's settings as one table of rows. The same table reads the file, writes the reference and prints the settings in
/// force, so that the three can't drift apart. Defaults are those of a default-constructed struct: they stand nowhere twice.
namespace dtf::config {

/// What a file sets, as TOML by "section.key"; of a block its whole text.
using Values = QMap<QString, QString>;

/// Where a value is being read.
struct Place
{
    QDir base; ///< the configuration file's folder
    QString path; ///< "share.root"
    ConfigErrors *errors = nullptr;
};

/// What the reference shows of a key. Without a value: the default, commented out.
struct Sample
{
    const char *toml = nullptr;
    bool needed = false; ///< the file must set it
};

template <typename S> struct Key
{
    QString section; ///< empty: at the top, or within a table of a list
    QString name;
    QString type; ///< for people
    QString meaning; ///< one sentence
    Sample sample;
    bool block = false; ///< tables of its own ([[node]], [pipeline.environment]); the last row of its section
    std::function<void(S &, const ConfigValue &, const Place &)> read;
    std::function<QString(const S &)> print; ///< the value, or a block's whole text
    std::function<QString(const S &)> write = {}; ///< the same for a file, when print() hides something

    [[nodiscard]] QString path() const { return section.isEmpty() ? name : section + u'.' + name; }
};

/// A row `name = value`. `at` is [](auto &s) -> auto & { return s.member; }.
template <typename S, typename At, typename Type>
Key<S> key(const char *section, const char *name, At at, Type type, const char *meaning, Sample sample = {})
{
    return {QString::fromUtf8(section), QString::fromUtf8(name), type.describe(), QString::fromUtf8(meaning), sample, false,
        [at, type](S &settings, const ConfigValue &value, const Place &place) {
            if (const QString problem = type.read(value, at(settings), place.base); !problem.isEmpty()) {
                place.errors->add(place.path, problem);
            }
        },
        [at, type](const S &settings) { return type.print(at(settings)); }};
}

// ---- the parts that know no struct
// ---------------------------------------------------------------------------------------------

/// What to say of a name that is in no row. `elsewhere`: the section that does have it, or empty.
[[nodiscard]] QString unknownKey(const QString &name, const QStringList &known, const QString &elsewhere);
[[nodiscard]] QString missingKey(const Sample &sample);
/// One row of the reference; `value` as TOML.
[[nodiscard]] QString referenceRow(
    const QString &name, const QString &type, const QString &meaning, const Sample &sample, const QString &value);
[[nodiscard]] QString commented(const QString &text);

// ---- reading
// ---------------------------------------------------------------------------------------------------------------------

/// Reads the rows of `section` from `table`; each unknown or missing key is an error.
template <typename S>
void readSection(const QList<Key<S>> &rows, const QString &section, const ConfigValue &table, S &settings, const Place &place)
{
    QStringList known;
    for (const Key<S> &row : rows) {
        if (row.section == section) {
            known.append(row.name);
        }
    }
    for (const auto &[name, value] : table.table) {
        const QString path = place.path.isEmpty() ? name : place.path + u'.' + name;
        place.errors->seen(path, value.line);
        const Key<S> *found = nullptr;
        QString elsewhere;
        for (const Key<S> &row : rows) {
            if (row.name == name) {
                (row.section == section ? void(found = &row) : void(elsewhere = row.section));
            }
        }
        if (found) {
            found->read(settings, value, Place {place.base, path, place.errors});
        } else {
            place.errors->add(path, unknownKey(name, known, elsewhere));
        }
    }
    for (const Key<S> &row : rows) {
        if (row.section == section && row.sample.needed && !table.find(row.name)) {
            const QString path = place.path.isEmpty() ? row.name : place.path + u'.' + row.name;
            place.errors->add(path, missingKey(row.sample));
        }
    }
}

/// `[[name]]`: a list of tables, each with the rows `items`.
template <typename S, typename At, typename Item>
Key<S> tables(const char *section, const char *name, At at, const QList<Key<Item>> &items, const char *meaning, Sample sample)
{
    QString type = QStringLiteral("tables [[%1]] with:")
                       .arg(section[0] ? QString::fromUtf8(section) + u'.' + QString::fromUtf8(name) : QString::fromUtf8(name));
    for (const Key<Item> &item : items) {
        const QString origin = item.sample.needed ? QStringLiteral("needed") : QStringLiteral("default ") + item.print(Item {});
        type += QStringLiteral("\n  %1: %2 %3; %4").arg(item.name, item.meaning, item.type, origin);
    }
    Key<S> row {QString::fromUtf8(section), QString::fromUtf8(name), type, QString::fromUtf8(meaning), sample, true, {}, {}};
    row.read = [at, items](S &settings, const ConfigValue &value, const Place &place) {
        at(settings).clear();
        if (value.kind != ConfigValue::Kind::List || value.list.size() > 1000) {
            place.errors->add(
                place.path, mustBe(QStringLiteral("at most 1000 tables, each beginning with [[%1]]").arg(place.path), value));
            return;
        }
        for (size_t i = 0; i < value.list.size(); ++i) {
            const QString path = QStringLiteral("%1[%2]").arg(place.path).arg(i);
            place.errors->seen(path, value.list[i].line);
            if (value.list[i].kind != ConfigValue::Kind::Table) {
                place.errors->add(path, mustBe(QStringLiteral("a table"), value.list[i]));
                continue;
            }
            Item item;
            readSection(items, QString(), value.list[i], item, Place {place.base, path, place.errors});
            at(settings).append(item);
        }
    };
    row.print = [at, items, path = row.path()](const S &settings) {
        QString text;
        for (const Item &item : at(settings)) {
            text += QStringLiteral("[[%1]]\n").arg(path);
            for (const Key<Item> &itemRow : items) {
                text += QStringLiteral("%1 = %2\n").arg(itemRow.name, itemRow.print(item));
            }
        }
        return text;
    };
    return row;
}

/// `[section.name]`: a table of texts with free names. Values are not printed: they may be secrets.
template <typename S, typename At>
Key<S> textTable(const char *section, const char *name, At at, const char *namePattern, const char *meaning, Sample sample)
{
    Key<S> row {QString::fromUtf8(section), QString::fromUtf8(name), QStringLiteral("a table of texts"),
        QString::fromUtf8(meaning), sample, true, {}, {}};
    row.read = [at, namePattern](S &settings, const ConfigValue &value, const Place &place) {
        at(settings).clear();
        if (value.kind != ConfigValue::Kind::Table || value.table.size() > 256) {
            place.errors->add(place.path, mustBe(QStringLiteral("a table of at most 256 texts"), value));
            return;
        }
        for (const auto &[key, text] : value.table) {
            const QString path = place.path + u'.' + key;
            place.errors->seen(path, text.line);
            QString read;
            QString problem = Text {}.read(text, read, place.base);
            if (problem.isEmpty()) {
                ConfigValue nameValue;
                nameValue.kind = ConfigValue::Kind::Text;
                nameValue.text = key;
                QString ignored;
                problem = Text {"a name of letters, digits and '_'", namePattern}.read(nameValue, ignored, place.base);
            }
            if (!problem.isEmpty()) {
                place.errors->add(path, problem);
            } else {
                at(settings).append({key, read});
            }
        }
    };
    row.print = [at, path = row.path()](const S &settings) {
        QString text;
        for (const auto &[key, value] : at(settings)) {
            text += QStringLiteral("%1 = \"***\" # %2 characters, not shown\n").arg(key).arg(value.size());
        }
        return text.isEmpty() ? text : QStringLiteral("[%1]\n").arg(path) + text;
    };
    row.write = [at, path = row.path()](const S &settings) {
        QString text = QStringLiteral("[%1]\n").arg(path);
        for (const auto &[key, value] : at(settings)) {
            text += QStringLiteral("%1 = %2\n").arg(key, tomlText(value));
        }
        return text;
    };
    return row;
}

/// A file's text: grammar, keys, types, ranges, then `check` for what concerns several keys. All errors at once. `errors` knows
/// afterwards which keys the text has. Relative paths are taken from the folder of `path`, which need not exist.
template <typename S>
Result<S> parseConfig(const QByteArray &text, const QString &path, const QList<Key<S>> &rows,
    void (*check)(const S &, ConfigErrors &), ConfigErrors &errors)
{
    const auto root = parseToml(text, path);
    if (!root) {
        return tl::unexpected(root.error());
    }
    const Place top {QFileInfo(path).absoluteDir(), QString(), &errors};
    QStringList sections;
    for (const Key<S> &row : rows) {
        const QString section = row.section.isEmpty() ? row.name : row.section;
        if (!sections.contains(section)) {
            sections.append(section);
        }
    }
    S settings;
    ConfigValue topKeys; // what stands at the top itself: [[node]]
    for (const auto &[name, value] : root->table) {
        errors.seen(name, value.line);
        const bool isSection = std::any_of(rows.begin(), rows.end(), [&n = name](const Key<S> &row) { return row.section == n; });
        if (!isSection) {
            if (sections.contains(name)) {
                topKeys.table.push_back({name, value});
            } else {
                errors.add(name, unknownKey(name, sections, {}));
            }
        } else if (value.kind != ConfigValue::Kind::Table) {
            errors.add(name, mustBe(QStringLiteral("a table beginning with [%1]").arg(name), value));
        }
    }
    for (const QString &section : sections) {
        const ConfigValue *table = root->find(section);
        const bool isSection =
            std::any_of(rows.begin(), rows.end(), [&section](const Key<S> &row) { return row.section == section; });
        if (isSection && !errors.has(section)) {
            readSection(rows, section, table && table->kind == ConfigValue::Kind::Table ? *table : ConfigValue {}, settings,
                Place {top.base, section, &errors});
        }
    }
    readSection(rows, QString(), topKeys, settings, top);
    check(settings, errors);
    if (!errors.isEmpty()) {
        return tl::unexpected(errors.error());
    }
    return settings;
}

template <typename S>
Result<S> readConfig(const QString &path, const QList<Key<S>> &rows, void (*check)(const S &, ConfigErrors &))
{
    ConfigErrors errors(path);
    return readConfigFile(path).and_then([&](const QByteArray &text) { return parseConfig<S>(text, path, rows, check, errors); });
}

/// What a good file sets, each value as this program would write it; paths are absolute.
template <typename S>
Result<Values> readValues(const QString &path, const QList<Key<S>> &rows, void (*check)(const S &, ConfigErrors &))
{
    ConfigErrors errors(path);
    const auto settings =
        readConfigFile(path).and_then([&](const QByteArray &text) { return parseConfig<S>(text, path, rows, check, errors); });
    if (!settings) {
        return tl::unexpected(settings.error());
    }
    Values values;
    for (const Key<S> &row : rows) {
        if (errors.wasSeen(row.path())) {
            values.insert(row.path(), row.write ? row.write(*settings) : row.print(*settings));
        }
    }
    return values;
}

// ---- writing
// ---------------------------------------------------------------------------------------------------------------------

template <typename S> QByteArray configReference(const QString &title, const QList<Key<S>> &rows)
{
    const S defaults;
    QString text = commented(title);
    QString section;
    for (const Key<S> &row : rows) {
        if (row.section != section) {
            section = row.section;
            text += section.isEmpty() ? QString() : QStringLiteral("\n[%1]\n").arg(section);
        }
        if (row.block) {
            text += u'\n' + commented(row.meaning + QStringLiteral("\nValue: ") + row.type);
            const QString sample = QString::fromUtf8(row.sample.toml) + u'\n';
            text += row.sample.needed ? sample : commented(sample);
        } else {
            text += referenceRow(row.name, row.type, row.meaning, row.sample, row.print(defaults));
        }
    }
    return text.toUtf8();
}

/// The reference with `values` filled in; every other key is a comment with its default.
template <typename S> QByteArray renderConfig(const QString &title, const QList<Key<S>> &rows, const Values &values)
{
    const S defaults;
    QString text = commented(title);
    QString section;
    for (const Key<S> &row : rows) {
        if (row.section != section) {
            section = row.section;
            text += section.isEmpty() ? QString() : QStringLiteral("\n[%1]\n").arg(section);
        }
        const auto value = values.constFind(row.path());
        const bool given = value != values.constEnd() && !(row.block && value->isEmpty());
        if (row.block) {
            text += u'\n' + commented(row.meaning + QStringLiteral("\nValue: ") + row.type);
            text += given ? *value + (value->endsWith(u'\n') ? QString() : QStringLiteral("\n"))
                          : commented(QString::fromUtf8(row.sample.toml) + u'\n');
        } else {
            const QByteArray line = row.name.toUtf8() + " = " + (given ? *value : row.print(defaults)).toUtf8();
            const QByteArray shown = given ? line : '#' + line;
            text += referenceRow(row.name, row.type, row.meaning, {shown.constData(), row.sample.needed}, row.print(defaults));
        }
    }
    return text.toUtf8();
}

template <typename S> QByteArray printSettings(const S &settings, const QList<Key<S>> &rows)
{
    QString text;
    QString section;
    for (const Key<S> &row : rows) {
        if (row.section != section) {
            section = row.section;
            text += section.isEmpty() ? QString() : QStringLiteral("[%1]\n").arg(section);
        }
        text += row.block ? row.print(settings) : QStringLiteral("%1 = %2\n").arg(row.name, row.print(settings));
    }
    return text.toUtf8();
}

} // namespace dtf::config
