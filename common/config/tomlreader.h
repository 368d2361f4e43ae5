// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"

#include <QByteArrayView>
#include <QString>

#include <vector>

namespace dtf {

/// One value of a TOML file and the line it stands on. A table keeps its keys in the file's order of first appearance or sorted
/// by name.
struct ConfigValue
{
    struct Member;
    enum class Kind { Flag, Whole, Real, Text, List, Table, Other };

    Kind kind = Kind::Other;
    bool flag = false;
    qint64 whole = 0;
    double real = 0;
    QString text;
    std::vector<ConfigValue> list;
    std::vector<Member> table;
    int line = 0; ///< 1, 2, …; 0: not in the file

    /// The value of a table's key, or null.
    [[nodiscard]] const ConfigValue *find(const QString &key) const;
    /// "a text", "a list" …, for messages.
    [[nodiscard]] QString kindWord() const;
};

struct ConfigValue::Member
{
    QString key;
    ConfigValue value;
};

/// Largest configuration file that is read.
inline constexpr qint64 maxConfigBytes = 1 << 20;

/// The top table. ParseError names `fileName`, line and column; the first error of the grammar ends the reading.
[[nodiscard]] Result<ConfigValue> parseToml(QByteArrayView text, const QString &fileName);

/// A whole file of at most maxConfigBytes: NotFound, PermissionDenied, TooLarge, IoError.
[[nodiscard]] Result<QByteArray> readConfigFile(const QString &path);

/// A text as a TOML string: literal when it holds backslashes, so that Windows paths stay readable.
[[nodiscard]] QString tomlText(const QString &text);

} // namespace dtf
