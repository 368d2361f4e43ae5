// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"

#include <QHash>
#include <QList>
#include <QString>
#include <QStringList>

namespace dtf {

/// Collects everything that is wrong with one configuration file, so that all of it is told at once.
class ConfigErrors
{
public:
    explicit ConfigErrors(QString fileName)
        : m_fileName(std::move(fileName))
    { }
    /// `path` ("share.root", "node[1].name") stands on `line`.
    void seen(const QString &path, int line) { m_lines.insert(path, line); }
    [[nodiscard]] bool wasSeen(const QString &path) const { return m_lines.contains(path); }
    /// `what` says what is wrong and what to write instead. The line is where `path`, or else its table, stands.
    void add(const QString &path, const QString &what);
    /// Whether something is already said about `path`: one mistake, one message.
    [[nodiscard]] bool has(const QString &path) const;
    [[nodiscard]] bool isEmpty() const { return m_entries.isEmpty(); }
    /// InvalidArgument; one line "file:line: path: what" each, in the file's order.
    [[nodiscard]] Error error() const;

private:
    struct Entry
    {
        int line = 0;
        QString path;
        QString what;
    };
    QString m_fileName;
    QHash<QString, int> m_lines;
    QList<Entry> m_entries;
};

/// The one of `names` that `name` was most likely meant to be, or empty: by edit distance, at most a third of its length.
[[nodiscard]] QString nearestName(const QString &name, const QStringList &names);

} // namespace dtf
