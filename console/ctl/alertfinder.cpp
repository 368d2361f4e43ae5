// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/ctl/alertfinder.h"

#include "common/core/escape.h"

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

constexpr qsizetype mostListed = 10;

QString listed(const QList<Alert> &alerts)
{
    QStringList subjects;
    for (const Alert &alert : alerts.first(qMin(mostListed, alerts.size()))) {
        subjects.append(escapedForLog(alert.subject));
    }
    return subjects.join(u", "_s) + (alerts.size() > mostListed ? u", …"_s : QString());
}

} // namespace

QList<Alert> matchAlerts(AlertKind kind, const QString &word, const QList<Alert> &open)
{
    QList<Alert> found;
    for (const Alert &alert : open) {
        const QString subject = QString::fromUtf8(alert.subject);
        const bool isFile = JobId::parse(alert.subject).has_value();
        const bool meant = word.isEmpty() || (isFile ? subject.contains(word, Qt::CaseInsensitive) : subject == word);
        if (alert.kind == kind && meant) {
            found.append(alert);
        }
    }
    return found;
}

Result<Alert> chooseAlert(AlertKind kind, const QString &word, const QList<Alert> &open)
{
    const QList<Alert> found = matchAlerts(kind, word, open);
    if (found.size() == 1) {
        return found.first();
    }
    if (found.size() > 1) {
        return fail(ErrorCode::InvalidArgument,
            u"%1 alerts of the kind %2 are open; say which: %3"_s.arg(found.size()).arg(toString(kind), listed(found)));
    }
    Alert alert;
    alert.kind = kind;
    alert.subject = word.toUpper().toUtf8();
    if (!word.isEmpty() && !NodeName::parse(alert.subject)) { // the id of a file has that form, too
        return fail(ErrorCode::InvalidArgument,
            u"'%1' is neither a node's name nor a file's id. dtf-ctl alerts shows what is open."_s.arg(escapedForLog(word)));
    }
    return alert;
}

} // namespace dtf
