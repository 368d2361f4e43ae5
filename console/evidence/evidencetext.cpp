// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/evidence/evidencetext.h"

#include "common/core/escape.h"
#include "common/protocol/codec.h"
#include "console/text/csv.h"
#include "console/text/texts.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTimeZone>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

struct EvidenceWords
{
    Q_DECLARE_TR_FUNCTIONS(dtf::Evidence)
};

QString utc(WallTime time)
{
    return time.msecsSinceEpoch == 0
        ? u"–"_s
        : QDateTime::fromMSecsSinceEpoch(time.msecsSinceEpoch, QTimeZone::utc()).toString(u"yyyy-MM-dd HH:mm:ss.zzz 'UTC'"_s);
}

QString orDash(const QString &text)
{
    return text.isEmpty() ? u"–"_s : text;
}

QString line(const QString &name, const QString &value)
{
    return (name + u':').leftJustified(18) + orDash(value) + u'\n';
}

QString section(const QString &title)
{
    return u'\n' + title + u'\n' + QString(title.size(), u'-') + u'\n';
}

QString chainText(const AuditCheck &check)
{
    if (check.time.msecsSinceEpoch == 0) {
        return EvidenceWords::tr("Not verified: the orchestrator has not read the whole chain since it started.");
    }
    return check.ok ? EvidenceWords::tr("Verified on %1: all %2 rows of the audit are there and unchanged.")
                          .arg(utc(check.time), QString::number(check.rows))
                    : EvidenceWords::tr("BROKEN at row %1, found on %2: %3")
                          .arg(QString::number(check.firstBad), utc(check.time), escapedForLog(check.why));
}

QString attemptText(const AttemptView &attempt, const Evidence &evidence)
{
    QString text = EvidenceWords::tr("Attempt %1 on %2: %3").arg(attempt.epoch).arg(attempt.node.toString(), attempt.outcome);
    text += u"\n    "_s
        + (attempt.ran ? EvidenceWords::tr("script ran from %1 to %2") : EvidenceWords::tr("no script was started; %1 to %2"))
              .arg(utc(attempt.started), utc(attempt.ended));
    if (attempt.exitCode) {
        text += u"\n    "_s + EvidenceWords::tr("exit code %1").arg(*attempt.exitCode);
    }
    const QString cause = textOf(attempt.cause);
    const QString detail = escapedForLog(attempt.detail);
    if (!cause.isEmpty() || !detail.isEmpty()) {
        text += u"\n    "_s + QStringList {cause, detail}.join(u' ').trimmed();
    }
    if (const QString log = evidence.logs.value(attempt.epoch); !log.isEmpty()) {
        text += u"\n    "_s + EvidenceWords::tr("log: %1").arg(log);
    }
    return text + u'\n';
}

QString fileText(const EvidenceFile &file)
{
    QString text = EvidenceWords::tr("%1, %2 bytes").arg(escapedForLog(file.listed.name)).arg(file.listed.size);
    text += u"\n    SHA-256 "_s + orDash(QString::fromLatin1(file.listed.sha256)) + u"\n    "_s;
    text += file.entry.isEmpty() ? EvidenceWords::tr("not in this archive")
        : file.matches           ? EvidenceWords::tr("in this archive as %1; its bytes have this hash").arg(file.entry)
                                 : EvidenceWords::tr("in this archive as %1; ITS BYTES DO NOT HAVE THIS HASH").arg(file.entry);
    return text + u'\n';
}

QString rowText(const AuditRow &row)
{
    QStringList words {utc(row.event.time), textOf(row.event.kind)};
    if (!row.event.node.isEmpty()) {
        words.append(row.event.node.toString());
    }
    if (row.event.epoch > 0) {
        words.append(EvidenceWords::tr("attempt %1").arg(row.event.epoch));
    }
    words.append(escapedForLog(row.event.actor, 64));
    const QString detail = escapedForLog(row.event.detail);
    return words.join(u" · "_s) + (detail.isEmpty() ? QString() : u" – "_s + detail) + u'\n';
}

} // namespace

QString evidenceText(const Evidence &evidence)
{
    const JobView &job = evidence.job;
    QString text = EvidenceWords::tr("Evidence about one file") + u'\n' + u"=======================\n\n"_s;
    text += line(EvidenceWords::tr("File"), escapedForLog(job.name));
    text += line(EvidenceWords::tr("Id"), job.job.toString());
    text += line(EvidenceWords::tr("Agency"), escapedForLog(job.affinity));
    text += line(EvidenceWords::tr("Size"), EvidenceWords::tr("%1 bytes").arg(job.size));
    text += line(EvidenceWords::tr("SHA-256"), QString::fromLatin1(job.sha256));
    text += line(EvidenceWords::tr("State"), textOf(job.state));
    text += line(EvidenceWords::tr("Cause"), textOf(job.cause));
    text += line(EvidenceWords::tr("Detail"), escapedForLog(job.detail));
    text += line(EvidenceWords::tr("Rows processed"), job.rows < 0 ? QString() : QString::number(job.rows));
    text += line(EvidenceWords::tr("Accepted"), utc(job.accepted));
    text += line(EvidenceWords::tr("Last change"), utc(job.changed));
    text += line(EvidenceWords::tr("Gathered"), utc(evidence.gathered));
    text += line(EvidenceWords::tr("From"), escapedForLog(evidence.server));
    text += line(EvidenceWords::tr("By"), escapedForLog(evidence.user));
    text += section(EvidenceWords::tr("Audit"));
    text += chainText(evidence.check) + u'\n'
        + EvidenceWords::tr("The rows of this file, each with the hash that chains it to the one before, are in audit.csv.")
        + u'\n';
    text += section(EvidenceWords::tr("Attempts, the newest first"));
    for (const AttemptView &attempt : evidence.attempts) {
        text += attemptText(attempt, evidence);
    }
    text += evidence.attempts.isEmpty() ? EvidenceWords::tr("It was never given to a node.") + u'\n' : QString();
    text += section(EvidenceWords::tr("Results"));
    for (const EvidenceFile &file : evidence.files) {
        text += fileText(file);
    }
    text += evidence.files.isEmpty() ? orDash(escapedForLog(evidence.results.note)) + u'\n' : QString();
    if (!evidence.missing.isEmpty()) {
        text += section(EvidenceWords::tr("What is missing here")) + evidence.missing.join(u'\n') + u'\n';
    }
    text += section(EvidenceWords::tr("Every step"));
    for (const AuditRow &row : evidence.audit) {
        text += rowText(row);
    }
    return text;
}

QByteArray auditCsv(const QList<AuditRow> &rows)
{
    QByteArray out =
        csvLine({u"number"_s, u"time (UTC)"_s, u"what"_s, u"code"_s, u"attempt"_s, u"node"_s, u"who"_s, u"detail"_s, u"hash"_s});
    for (const AuditRow &row : rows) {
        out += csvLine({QString::number(row.seq), utc(row.event.time), textOf(row.event.kind), toString(row.event.kind),
            row.event.epoch > 0 ? QString::number(row.event.epoch) : QString(), row.event.node.toString(),
            QString::fromUtf8(row.event.actor), QString::fromUtf8(row.event.detail), QString::fromLatin1(row.hash.toHex())});
    }
    return out;
}

QByteArray evidenceJson(const Evidence &evidence)
{
    QJsonArray audit;
    for (const AuditRow &row : evidence.audit) {
        audit.append(toJson(row));
    }
    const QJsonObject all {{u"job"_s, toJson(evidence.job)},
        {u"attempts"_s, toJson(AttemptsView {evidence.job.job, evidence.attempts})}, {u"results"_s, toJson(evidence.results)},
        {u"audit"_s, audit}, {u"audit_check"_s, toJson(evidence.check)},
        {u"gathered_ms"_s, double(evidence.gathered.msecsSinceEpoch)}, {u"server"_s, evidence.server},
        {u"missing"_s, QJsonArray::fromStringList(evidence.missing)}};
    return QJsonDocument(all).toJson();
}

} // namespace dtf
