// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/check.h"

#include "common/core/escape.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <cstdio>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int stateWidth = 9;

QByteArray mark(CheckState state)
{
    switch (state) {
    case CheckState::Ok:
        return "ok";
    case CheckState::Warning:
        return "WARNING";
    case CheckState::Failed:
        return "NOT OK";
    }
    return {};
}

} // namespace

QLatin1StringView toString(CheckState state)
{
    switch (state) {
    case CheckState::Ok:
        return "ok"_L1;
    case CheckState::Warning:
        return "warning"_L1;
    case CheckState::Failed:
        return "failed"_L1;
    }
    return "failed"_L1;
}

QString CheckRow::detail() const
{
    return advice.isEmpty() ? found : found.isEmpty() ? advice : found + u"; "_s + advice;
}

CheckRow isGood(const QString &what, const QString &found)
{
    return {what, CheckState::Ok, found, {}};
}

CheckRow isDoubtful(const QString &what, const QString &found, const QString &advice)
{
    return {what, CheckState::Warning, found, advice};
}

CheckRow isBad(const QString &what, const QString &found, const QString &advice)
{
    return {what, CheckState::Failed, found, advice};
}

bool allWell(const QList<CheckRow> &rows)
{
    return std::all_of(rows.cbegin(), rows.cend(), [](const CheckRow &row) { return row.ok(); });
}

QByteArray checksAsText(const QList<CheckRow> &rows)
{
    qsizetype width = 0;
    for (const CheckRow &row : rows) {
        width = std::max(width, row.what.size());
    }
    QByteArray text;
    for (const CheckRow &row : rows) {
        text += mark(row.state).leftJustified(stateWidth) + escapedForLog(row.what).leftJustified(width + 2).toUtf8()
            + escapedForLog(row.found).toUtf8() + '\n';
        if (!row.advice.isEmpty()) {
            text += QByteArray(stateWidth + width, ' ') + "> " + escapedForLog(row.advice).toUtf8() + '\n';
        }
    }
    return text;
}

QByteArray checksAsJson(const QList<CheckRow> &rows)
{
    QJsonArray list;
    for (const CheckRow &row : rows) {
        list.append(QJsonObject {
            {"check"_L1, row.what}, {"state"_L1, toString(row.state)}, {"found"_L1, row.found}, {"advice"_L1, row.advice}});
    }
    return QJsonDocument(QJsonObject {{"ok"_L1, allWell(rows)}, {"checks"_L1, list}}).toJson();
}

bool printChecks(const QList<CheckRow> &rows, bool json)
{
    const QByteArray text = json ? checksAsJson(rows) : checksAsText(rows);
    (void)std::fwrite(text.constData(), 1, static_cast<size_t>(text.size()), stdout);
    (void)std::fflush(stdout);
    return allWell(rows);
}

} // namespace dtf
