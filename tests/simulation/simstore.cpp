// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/simulation/simstore.h"

#include <algorithm>
#include <cstdio>

namespace dtf::sim {

using namespace Qt::StringLiterals;

StoreSnapshot StoreDisk::snapshot(WallTime now) const
{
    StoreSnapshot out;
    out.day = now.msecsSinceEpoch / 86'400'000;
    for (const auto &[id, record] : jobs) {
        if (!isFinal(record.state)) {
            out.jobs.append(record);
        }
    }
    for (const auto &[name, record] : nodes) {
        out.nodes.append(record);
    }
    for (const auto &[name, record] : members) {
        out.members.append(record);
    }
    for (const auto &[number, record] : joinCodes) {
        out.joinCodes.append(record);
    }
    out.reportMarks = QList<ReportMark>(marks.begin(), marks.end());
    out.alerts = QList<Alert>(alerts.begin(), alerts.end());
    for (const auto &[id, record] : commands) {
        out.commands.append(record);
    }
    for (const auto &[key, value] : settings) {
        out.settings.append({key, value});
    }
    out.lastAuditSeq = head.seq;
    out.created = head.seq == 0;
    return out;
}

QList<AuditRow> StoreDisk::apply(const StoreBatch &batch)
{
    for (const JobRecord &record : batch.jobs) {
        jobs[record.id] = record;
    }
    for (const NodeName &gone : batch.nodesGone) {
        members.erase(gone.bytes());
        nodes.erase(gone.bytes());
        std::erase_if(marks, [&](const ReportMark &m) { return m.node == gone; });
        std::erase_if(commands, [&](const auto &entry) { return entry.second.node == gone; });
    }
    for (const MemberRecord &record : batch.members) {
        members[record.node.bytes()] = record;
    }
    for (const qint64 number : batch.joinCodesGone) {
        joinCodes.erase(number);
    }
    for (const JoinCodeRecord &record : batch.joinCodes) {
        joinCodes[record.number] = record;
    }
    for (const NodeRecord &record : batch.nodes) {
        nodes[record.node.bytes()] = record;
    }
    for (const ReportMark &mark : batch.reportMarks) {
        const auto it = std::find_if(
            marks.begin(), marks.end(), [&](const ReportMark &m) { return m.node == mark.node && m.boot == mark.boot; });
        if (it == marks.end()) {
            marks.push_back(mark);
        } else {
            *it = mark;
        }
    }
    const auto dropAlert = [&](const Alert &alert) {
        std::erase_if(alerts, [&](const Alert &a) { return a.kind == alert.kind && a.subject == alert.subject; });
    };
    for (const Alert &alert : batch.alertsRaised) {
        dropAlert(alert);
        alerts.push_back(alert);
    }
    for (const Alert &alert : batch.alertsCleared) {
        dropAlert(alert);
    }
    for (const CommandRecord &record : batch.commands) {
        commands[record.command.id] = record;
    }
    for (const qint64 id : batch.commandsDone) {
        commands.erase(id);
    }
    for (const AnswerRecord &record : batch.answers) {
        answers[record.actor + '\n' + record.key] = record.answer;
    }
    for (const auto &[key, value] : batch.settings) {
        settings[key] = value;
    }
    QList<AuditRow> rows;
    for (const AuditEvent &event : batch.audit) {
        head = {head.seq + 1, chainHash(head.hash, fieldsOf(head.seq + 1, event))};
        audit.push_back({head.seq, event, head.hash});
        if (trace) {
            std::fprintf(stderr, "%12.3f  #%lld %s %s e%u %s %s: %s\n", static_cast<double>(Scheduler::get().now()) / 1e6,
                static_cast<long long>(head.seq), toString(event.kind).data(),
                event.job.isNull() ? "" : event.job.toBytes26().constData(), event.epoch, event.node.bytes().constData(),
                event.actor.constData(), event.detail.constData());
        }
        rows.append(audit.back());
    }
    return rows;
}

QByteArray StoreDisk::chainComplaint() const
{
    AuditHead at;
    for (const AuditRow &row : audit) {
        if (row.seq != at.seq + 1) {
            return "audit: row " + QByteArray::number(at.seq + 1) + " is missing";
        }
        at = {row.seq, chainHash(at.hash, fieldsOf(row.seq, row.event))};
        if (at.hash != row.hash) {
            return "audit: row " + QByteArray::number(row.seq) + " does not follow from the one before";
        }
    }
    return {};
}

SimStore::SimStore(std::shared_ptr<StoreDisk> disk)
    : m_disk(std::move(disk))
    , m_process(Scheduler::get().current())
{ }

void SimStore::commit(StoreBatch batch, Callback<Committed> done)
{
    Scheduler &scheduler = Scheduler::get();
    m_free = std::max(m_free, scheduler.now()) + m_process->dice.within(200_us, 8_ms);
    const auto shared = std::make_shared<StoreBatch>(std::move(batch));
    scheduler.after(m_process, m_free - scheduler.now(), [disk = m_disk, process = m_process, shared, done] {
        Scheduler &at = Scheduler::get();
        at.crashPoint();
        if (process->doomed) {
            return;
        }
        const auto spoil = std::exchange(process->spoil, Process::Spoil::Nothing);
        if (disk->full || spoil == Process::Spoil::Refuse) {
            at.after(process, process->dice.within(100_us, 2_ms), [done] { done(fail(ErrorCode::StoreFailed, u"disk full"_s)); });
            return;
        }
        const Committed committed {disk->apply(*shared)};
        at.crashPoint();
        if (!process->doomed) {
            at.after(process, process->dice.within(50_us, 2_ms), [done, committed] { done(committed); });
        }
    });
}

void SimStore::jobs(const JobQuery &, Callback<JobPage> done)
{
    Scheduler::get().after(m_process, 1_ms, [done] { done(JobPage {}); });
}

void SimStore::job(const JobId &id, Callback<JobRecord> done)
{
    Scheduler::get().after(m_process, 1_ms, [disk = m_disk, id, done] {
        const auto it = disk->jobs.find(id);
        done(it == disk->jobs.end() ? Result<JobRecord>(fail(ErrorCode::NotFound)) : Result<JobRecord>(it->second));
    });
}

void SimStore::audit(const AuditQuery &query, Callback<AuditPage> done)
{
    Scheduler::get().after(m_process, 1_ms, [disk = m_disk, query, done] {
        AuditPage page;
        for (const AuditRow &row : disk->audit) {
            if (row.event.job == query.job) {
                page.rows.append(row);
            }
        }
        page.last = disk->head.seq;
        done(page);
    });
}

void SimStore::auditCheck(Callback<AuditCheck> done)
{
    Scheduler::get().after(m_process, 1_ms, [done] { done(AuditCheck {}); });
}

void SimStore::history(const HistoryQuery &, Callback<HistoryView> done)
{
    Scheduler::get().after(m_process, 1_ms, [done] { done(HistoryView {}); });
}

void SimStore::answer(const QByteArray &actor, const QByteArray &key, Callback<QByteArray> done)
{
    Scheduler::get().after(m_process, 1_ms, [disk = m_disk, name = actor + '\n' + key, done] {
        const auto it = disk->answers.find(name);
        done(it == disk->answers.end() ? Result<QByteArray>(fail(ErrorCode::NotFound)) : Result<QByteArray>(it->second));
    });
}

void SimStore::doneBefore(const QByteArray &sha256Hex, const JobId &notThis, Callback<JobId> done)
{
    Scheduler::get().after(m_process, 1_ms, [disk = m_disk, sha256Hex, notThis, done] {
        for (const auto &[id, record] : disk->jobs) {
            if (record.state == JobState::Done && record.sha256 == sha256Hex && id != notThis) {
                done(id);
                return;
            }
        }
        done(JobId {});
    });
}

} // namespace dtf::sim
