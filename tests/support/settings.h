// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QMap>
#include <QString>
#include <QStringList>

namespace dtf {

/// A TOML file in the making: later settings win over earlier ones.
class Settings
{
public:
    void set(const char *section, const char *key, const QString &text);
    void set(const char *section, const char *key, const char *text) { set(section, key, QString::fromUtf8(text)); }
    void set(const char *section, const char *key, const QStringList &texts);
    void set(const char *section, const char *key, const QList<int> &numbers);
    void set(const char *section, const char *key, double number);
    void set(const char *section, const char *key, int number);
    void set(const char *section, const char *key, bool flag);
    void remove(const char *section, const char *key) { m_sections[section].remove(key); }
    void merge(const Settings &later);
    /// Whole tables such as [[node]], after everything else.
    void append(const QByteArray &toml) { m_tail += toml; }
    [[nodiscard]] QByteArray toToml() const;

private:
    QMap<QByteArray, QMap<QByteArray, QByteArray>> m_sections;
    QByteArray m_tail;
};

} // namespace dtf
