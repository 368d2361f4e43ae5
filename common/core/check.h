// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

namespace dtf {

enum class CheckState {
    Ok,
    Warning, ///< works, but somebody should know
    Failed,
};
[[nodiscard]] QLatin1StringView toString(CheckState state); ///< "ok", "warning", "failed"

/// One precondition of --check.
struct CheckRow
{
    QString what; ///< "share", "store", …
    CheckState state = CheckState::Failed;
    QString found; ///< what is the case
    QString advice; ///< what to do; empty when there is nothing to do

    [[nodiscard]] bool ok() const { return state != CheckState::Failed; }
    [[nodiscard]] QString detail() const; ///< both in one line
};

[[nodiscard]] CheckRow isGood(const QString &what, const QString &found);
[[nodiscard]] CheckRow isDoubtful(const QString &what, const QString &found, const QString &advice);
[[nodiscard]] CheckRow isBad(const QString &what, const QString &found, const QString &advice);

/// No row failed.
[[nodiscard]] bool allWell(const QList<CheckRow> &rows);

/// Tables for people: "ok", "WARNING" or "NOT OK", what, what was found; below it what to do. Remote text is escaped.
[[nodiscard]] QByteArray checksAsText(const QList<CheckRow> &rows);
/// `{"ok": …, "checks": [{"check", "state", "found", "advice"}]}` and a line break.
[[nodiscard]] QByteArray checksAsJson(const QList<CheckRow> &rows);

/// Either on standard output. As allWell().
bool printChecks(const QList<CheckRow> &rows, bool json = false);

} // namespace dtf
