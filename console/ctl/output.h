// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QString>

namespace dtf {

/// Standard output and standard error, UTF-8 on every system, written at once. Thread: main.
class Output
{
public:
    explicit Output(bool json)
        : m_json(json)
    { }
    [[nodiscard]] bool json() const { return m_json; }
    void text(const QString &text); ///< to standard output
    void document(const QJsonObject &document); ///< one line of compact JSON to standard output
    void trouble(const QString &sentence); ///< one line to standard error
    /// False once standard output can't be written any more (a closed pipe, a full disk).
    [[nodiscard]] bool good() const { return m_good; }

private:
    bool m_json;
    bool m_good = true;
};

} // namespace dtf
