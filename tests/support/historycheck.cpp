// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/historycheck.h"

#include <QFile>
#include <QHash>
#include <QMap>
#include <QSet>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

/// Words about what had happened before they were said: they change nothing.
bool isLateWord(const AuditEvent &event)
{
    return event.kind == AuditKind::LateResult || event.kind == AuditKind::AlertRaised || event.kind == AuditKind::AlertCleared
        || event.kind == AuditKind::AlertAcknowledged || event.kind == AuditKind::CommandRefused
        || event.kind == AuditKind::JobRecovered || event.kind == AuditKind::JobFenced || event.kind == AuditKind::NodeState
        || event.detail.contains("when its end was known already") || event.detail.contains("when it was no longer its own")
        || event.detail.startsWith("ignored, ");
}

/// A row that lets a file be run again after a run of epoch `after`.
bool allowsAnother(const AuditEvent &event, Epoch after)
{
    return event.epoch >= after && (event.kind == AuditKind::JobReleased || event.kind == AuditKind::JobRequeued);
}

struct Life
{
    bool accepted = false;
    int done = 0;
    bool withdrawn = false;
    Epoch epoch = 0;
    NodeName node; ///< of that epoch
    Epoch lastStart = 0;
    bool another = true; ///< a start is allowed
    QSet<Epoch> started;
};

QString step(const AuditRow &row, Life &life)
{
    const AuditEvent &event = row.event;
    if (isLateWord(event)) {
        if (event.kind == AuditKind::JobRecovered) {
            life.accepted = true; // adopted from the share
        }
        return {};
    }
    if (event.kind == AuditKind::JobAccepted) {
        const bool twice = std::exchange(life.accepted, true);
        return twice ? u"accepted twice"_s : QString();
    }
    if (!life.accepted && event.kind != AuditKind::JobRejected) { // what is no file for us is refused at the door
        return u"%1 before it was accepted"_s.arg(toString(event.kind));
    }
    if (life.done > 0) {
        return u"%1 after it was done"_s.arg(toString(event.kind));
    }
    if (allowsAnother(event, life.lastStart)) {
        life.another = true;
    }
    switch (event.kind) {
    case AuditKind::JobAssigned:
        // Its node was lost and came back before the file had left its folder: it stays there, the attempt is the same.
        if (event.epoch < life.epoch
            || (event.epoch == life.epoch && (event.node != life.node || life.started.contains(event.epoch)))) {
            return u"assigned with epoch %1 after epoch %2"_s.arg(event.epoch).arg(life.epoch);
        }
        life.epoch = event.epoch;
        life.node = event.node;
        return {};
    case AuditKind::JobStarted: {
        const bool allowed = std::exchange(life.another, false);
        life.lastStart = event.epoch;
        if (life.started.contains(event.epoch)) {
            return u"started twice in epoch %1"_s.arg(event.epoch);
        }
        life.started.insert(event.epoch);
        return allowed ? QString() : u"started again in epoch %1, which nothing allowed"_s.arg(event.epoch);
    }
    case AuditKind::JobDone:
        ++life.done;
        return {};
    default:
        return {};
    }
}

QString key(const JobId &job, Epoch epoch)
{
    return u"%1.e%2"_s.arg(job.toString()).arg(epoch);
}

} // namespace

QList<LedgeredStart> readStarts(const QString &name)
{
    QList<LedgeredStart> starts;
    QFile file(name);
    if (file.open(QIODevice::ReadOnly)) {
        for (const QByteArray &line : file.readAll().split('\n')) {
            const QList<QByteArray> words = line.split(' ');
            if (words.size() == 3) {
                starts.append({JobId::parse(words[0]).value_or(JobId()), words[1].toUInt(), words[2]});
            }
        }
    }
    return starts;
}

QStringList pathComplaints(const QList<AuditRow> &audit)
{
    QStringList wrong;
    QHash<JobId, Life> lives;
    qint64 expected = 1;
    for (const AuditRow &row : audit) {
        if (row.seq != expected++) {
            wrong += u"the audit has row %1 where %2 belongs"_s.arg(row.seq).arg(expected - 1);
            expected = row.seq + 1;
        }
        if (row.event.job.isNull()) {
            continue;
        }
        if (const QString problem = step(row, lives[row.event.job]); !problem.isEmpty()) {
            wrong += u"audit row %1: %2 was %3"_s.arg(row.seq).arg(row.event.job.toString(), problem);
        }
    }
    return wrong;
}

QStringList doubleStarts(const QList<LedgeredStart> &starts)
{
    QStringList wrong;
    QHash<QString, QByteArray> ledger;
    for (const LedgeredStart &start : starts) {
        const QString attempt = key(start.job, start.epoch);
        if (ledger.contains(attempt)) {
            wrong += u"%1 was started on %2 and on %3"_s.arg(
                attempt, QString::fromUtf8(ledger.value(attempt)), QString::fromUtf8(start.node));
        }
        ledger.insert(attempt, start.node);
    }
    return wrong;
}

QStringList startComplaints(const QList<LedgeredStart> &starts, const QList<AuditRow> &audit)
{
    QStringList wrong = doubleStarts(starts);
    QMap<QString, QByteArray> ledger;
    for (const LedgeredStart &start : starts) {
        ledger.insert(key(start.job, start.epoch), start.node);
    }
    QMap<QString, QByteArray> told;
    QSet<QString> lateTold;
    for (const AuditRow &row : audit) {
        if (row.event.kind == AuditKind::JobStarted) {
            told.insert(key(row.event.job, row.event.epoch), row.event.node.bytes());
        } else if (row.event.kind == AuditKind::LateResult || row.event.kind == AuditKind::JobFenced) {
            lateTold.insert(key(row.event.job, row.event.epoch));
        }
    }
    for (auto start = ledger.cbegin(); start != ledger.cend(); ++start) {
        if (!told.contains(start.key()) && !lateTold.contains(start.key())) {
            wrong += u"%1 was started on %2, and the audit does not know"_s.arg(start.key(), QString::fromUtf8(start.value()));
        } else if (told.contains(start.key()) && told.value(start.key()) != start.value()) {
            wrong += u"%1 was started on %2, the audit says on %3"_s.arg(
                start.key(), QString::fromUtf8(start.value()), QString::fromUtf8(told.value(start.key())));
        }
    }
    return wrong;
}

} // namespace dtf
