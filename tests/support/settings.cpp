// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/settings.h"

namespace dtf {

namespace {

QByteArray quoted(const QString &text)
{
    QByteArray out = "\"";
    for (const char c : text.toUtf8()) {
        if (c == '"' || c == '\\') {
            out += '\\';
        }
        out += c;
    }
    return out + '"';
}

} // namespace

void Settings::set(const char *section, const char *key, const QString &text)
{
    m_sections[section][key] = quoted(text);
}

void Settings::set(const char *section, const char *key, const QStringList &texts)
{
    QByteArrayList items;
    for (const QString &text : texts) {
        items.append(quoted(text));
    }
    m_sections[section][key] = '[' + items.join(", ") + ']';
}

void Settings::set(const char *section, const char *key, const QList<int> &numbers)
{
    QByteArrayList items;
    for (const int number : numbers) {
        items.append(QByteArray::number(number));
    }
    m_sections[section][key] = '[' + items.join(", ") + ']';
}

void Settings::set(const char *section, const char *key, double number)
{
    m_sections[section][key] = QByteArray::number(number, 'f', 3);
}

void Settings::set(const char *section, const char *key, int number)
{
    m_sections[section][key] = QByteArray::number(number);
}

void Settings::set(const char *section, const char *key, bool flag)
{
    m_sections[section][key] = flag ? "true" : "false";
}

void Settings::merge(const Settings &later)
{
    for (auto section = later.m_sections.cbegin(); section != later.m_sections.cend(); ++section) {
        for (auto key = section->cbegin(); key != section->cend(); ++key) {
            m_sections[section.key()][key.key()] = key.value();
        }
    }
    m_tail += later.m_tail;
}

QByteArray Settings::toToml() const
{
    QByteArray text;
    for (auto section = m_sections.cbegin(); section != m_sections.cend(); ++section) {
        text += '[' + section.key() + "]\n";
        for (auto key = section->cbegin(); key != section->cend(); ++key) {
            text += key.key() + " = " + key.value() + '\n';
        }
    }
    return text + m_tail;
}

} // namespace dtf
