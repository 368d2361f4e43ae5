// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/zone/incomingscanner.h"

#include "common/share/namepolicy.h"
#include "orchestrator/fleet/job.h"

namespace dtf {

IncomingScanner::IncomingScanner(Rules rules)
    : m_rules(std::move(rules))
{ }

void IncomingScanner::know(const QList<StableFile> &files)
{
    for (const StableFile &file : files) {
        m_known.insert(file.name, {file.id, m_round, {}});
    }
}

void IncomingScanner::forget(const JobId &job, QByteArrayView name)
{
    const auto at = m_known.constFind(name.toByteArray());
    if (at != m_known.cend() && at->job == job) {
        m_known.erase(at);
    }
}

IncomingScanner::Found IncomingScanner::scan(ShareFs &share, const Now &now)
{
    Found found;
    const Result<QList<EntryInfo>> listing = share.list(layout::incoming(), false);
    if (!listing) {
        found.trouble = listing.error();
        return runDue(share, now, std::move(found));
    }
    ++m_round;
    for (const EntryInfo &entry : *listing) {
        const auto known = m_known.find(entry.name);
        if (known != m_known.end()) {
            known->round = m_round;
            known->absentSince = {};
            continue;
        }
        const auto candidate = m_candidates.find(entry.name);
        if (candidate != m_candidates.end()) {
            candidate->round = m_round;
        } else if (judgeName(entry.name, m_rules.acceptedTypes).kind != NameVerdict::Kind::Ignore) {
            Candidate fresh;
            fresh.due = now.mono;
            fresh.round = m_round;
            m_candidates.insert(entry.name, fresh);
        }
    }
    m_candidates.removeIf([&](const auto &pair) { return pair.value().round != m_round; });
    for (auto at = m_known.begin(); at != m_known.end();) {
        if (at->round == m_round) {
            ++at;
        } else if (at->absentSince.value.count() == 0) {
            at->absentSince = now.mono;
            ++at;
        } else if (now.mono - at->absentSince >= m_rules.absentFor) {
            found.vanished.append(at->job);
            at = m_known.erase(at);
        } else {
            ++at;
        }
    }
    return runDue(share, now, std::move(found));
}

IncomingScanner::Found IncomingScanner::lookDue(ShareFs &share, const Now &now)
{
    return runDue(share, now, {});
}

IncomingScanner::Found IncomingScanner::runDue(ShareFs &share, const Now &now, Found found)
{
    QList<QByteArray> settled;
    for (auto at = m_candidates.begin(); at != m_candidates.end(); ++at) {
        if (at->due <= now.mono) {
            lookAt(share, at.key(), at.value(), now, found, settled);
        }
    }
    for (const QByteArray &name : settled) {
        m_candidates.remove(name);
    }
    if (m_candidates.isEmpty() && m_candidates.capacity() > 1024) {
        m_candidates.squeeze();
    }
    for (const Candidate &candidate : std::as_const(m_candidates)) {
        if (!found.nextLook || candidate.due < *found.nextLook) {
            found.nextLook = candidate.due;
        }
    }
    found.candidates = m_candidates.size();
    return found;
}

void IncomingScanner::lookAt(
    ShareFs &share, const QByteArray &name, Candidate &candidate, const Now &now, Found &found, QList<QByteArray> &settled)
{
    const milliseconds step = m_rules.stableLooks > 1 ? m_rules.stableFor / (m_rules.stableLooks - 1) : m_rules.stableFor;
    const Result<EntryInfo> info = share.look(layout::incoming(name));
    if (!info) {
        if (info.error().code == ErrorCode::NotFound) {
            settled.append(name); // gone again before it was anything
        } else {
            candidate.due = now.mono + seconds(1);
        }
        return;
    }
    const quint64 stamp = fileStamp(info->fileId);
    const bool same = candidate.looks > 0 && info->size == candidate.size && info->mtimeNs == candidate.mtimeNs
        && stamp == candidate.stamp && info->kind == candidate.kind;
    if (!same) {
        candidate.looks = 1;
        candidate.firstLook = now.mono;
        candidate.size = info->size;
        candidate.mtimeNs = info->mtimeNs;
        candidate.stamp = stamp;
        candidate.kind = info->kind;
    } else {
        ++candidate.looks;
    }
    if (info->size > 0 || info->kind != EntryKind::File) {
        candidate.emptySince = {};
    } else if (candidate.emptySince.value.count() == 0) {
        candidate.emptySince = now.mono;
    }
    const milliseconds still = now.mono - candidate.firstLook;
    if (candidate.looks < m_rules.stableLooks || still < m_rules.stableFor) {
        // The last look falls exactly on the end of the stability time.
        candidate.due =
            now.mono + std::max(milliseconds(1), candidate.looks + 1 >= m_rules.stableLooks ? m_rules.stableFor - still : step);
        return;
    }
    const bool empty = info->kind == EntryKind::File && info->size == 0;
    if (empty && now.mono - candidate.emptySince < m_rules.emptyGrace) {
        candidate.due = now.mono
            + std::max(
                milliseconds(100), std::min<milliseconds>(seconds(1), m_rules.emptyGrace - (now.mono - candidate.emptySince)));
        return;
    }
    if (info->kind == EntryKind::File) {
        const Result<bool> closed = share.openExclusiveProbe(layout::incoming(name));
        if (!closed || !*closed) {
            candidate.due = now.mono + seconds(1);
            return;
        }
    }
    found.stable.append(settle(name, *info, candidate, now));
    m_known.insert(name, {found.stable.last().id, m_round, {}});
    settled.append(name);
}

StableFile IncomingScanner::settle(const QByteArray &name, const EntryInfo &info, const Candidate &candidate, const Now &now)
{
    StableFile file;
    file.id = m_ids.next(now.wall);
    file.name = name;
    file.size = info.size;
    file.mtimeNs = info.mtimeNs;
    file.stamp = candidate.stamp;
    const NameVerdict verdict = judgeName(name, m_rules.acceptedTypes);
    if (info.kind != EntryKind::File || info.links > 1) {
        file.refuse = Cause::NotAFile;
        file.why = info.kind == EntryKind::Directory ? "a folder, not a file"
            : info.kind == EntryKind::Link           ? "a link, not a file"
            : info.kind == EntryKind::File           ? "has a second name elsewhere (hard link)"
                                                     : "a pipe or device, not a file";
    } else if (verdict.kind == NameVerdict::Kind::Reject) {
        file.refuse = verdict.cause;
        file.why = verdict.why;
    } else if (info.size == 0) {
        file.refuse = Cause::Empty;
        file.why = "empty: 0 bytes after the waiting time";
    }
    return file;
}

} // namespace dtf
