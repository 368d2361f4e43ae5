// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/zone/incomingscanner.h"

#include "common/core/freememory.h"
#include "common/share/namepolicy.h"
#include "orchestrator/fleet/job.h"

namespace dtf {

namespace {

constexpr qsizetype manyCandidates = 8'192;

} // namespace

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
    ++m_round;
    const Result<void> listing = share.visit(layout::incoming(), [this, &now](const QByteArray &name) {
        const auto known = m_known.find(name);
        if (known != m_known.end()) {
            known->round = m_round;
            known->absentSince = {};
            return;
        }
        const auto candidate = m_candidates.find(name);
        if (candidate != m_candidates.end()) {
            candidate->round = m_round;
        } else if (judgeName(name, m_rules.acceptedTypes).kind != NameVerdict::Kind::Ignore) {
            Candidate fresh;
            fresh.due = now.mono;
            fresh.round = m_round;
            m_candidates.insert(QByteArray(name.constData(), name.size()), fresh);
        }
    });
    if (!listing) {
        found.trouble = listing.error();
        return runDue(share, now, std::move(found));
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
    const ShareHold hold(share);
    int looks = 0;
    for (auto at = m_candidates.begin(); at != m_candidates.end();) {
        Candidate &candidate = at.value();
        if (candidate.due <= now.mono) {
            if (looks == mostLooks) {
                found.more = true;
                break;
            }
            ++looks;
            if (lookAt(share, at.key(), candidate, now, found)) {
                at = m_candidates.erase(at);
                continue;
            }
        }
        if (!found.nextLook || candidate.due < *found.nextLook) {
            found.nextLook = candidate.due;
        }
        ++at;
    }
    if (m_candidates.isEmpty() && m_candidates.capacity() > manyCandidates) {
        m_candidates.squeeze();
        returnFreeMemory();
    }
    found.candidates = m_candidates.size();
    return found;
}

bool IncomingScanner::lookAt(ShareFs &share, const QByteArray &name, Candidate &candidate, const Now &now, Found &found)
{
    const milliseconds step = m_rules.stableLooks > 1 ? m_rules.stableFor / (m_rules.stableLooks - 1) : m_rules.stableFor;
    // Only the look that may settle it opens the file and asks whether somebody is still writing: to open what a producer holds
    // costs some clients their connection.
    const bool deciding = candidate.looks + 1 >= m_rules.stableLooks && now.mono - candidate.firstLook >= m_rules.stableFor;
    const Result<ClosedLook> look = deciding ? share.lookWhetherClosed(layout::incoming(name))
                                             : share.glance(layout::incoming(name)).map([](const EntryInfo &entry) {
                                                   return ClosedLook {entry, false};
                                               });
    if (!look) {
        candidate.due = now.mono + seconds(1);
        return look.error().code == ErrorCode::NotFound; // gone again before it was anything
    }
    const EntryInfo &info = look->entry;
    const quint64 stamp = fileStamp(info.fileId);
    const bool same = candidate.looks > 0 && info.size == candidate.size && info.mtimeNs == candidate.mtimeNs
        && stamp == candidate.stamp && info.kind == candidate.kind;
    if (!same) {
        candidate.looks = 1;
        candidate.firstLook = now.mono;
        candidate.size = info.size;
        candidate.mtimeNs = info.mtimeNs;
        candidate.stamp = stamp;
        candidate.kind = info.kind;
    } else {
        ++candidate.looks;
    }
    if (info.size > 0 || info.kind != EntryKind::File) {
        candidate.emptySince = {};
    } else if (candidate.emptySince.value.count() == 0) {
        candidate.emptySince = now.mono;
    }
    const milliseconds still = now.mono - candidate.firstLook;
    if (candidate.looks < m_rules.stableLooks || still < m_rules.stableFor) {
        // The last look falls exactly on the end of the stability time.
        candidate.due =
            now.mono + std::max(milliseconds(1), candidate.looks + 1 >= m_rules.stableLooks ? m_rules.stableFor - still : step);
        return false;
    }
    const bool empty = info.kind == EntryKind::File && info.size == 0;
    if (empty && now.mono - candidate.emptySince < m_rules.emptyGrace) {
        candidate.due = now.mono
            + std::max(
                milliseconds(100), std::min<milliseconds>(seconds(1), m_rules.emptyGrace - (now.mono - candidate.emptySince)));
        return false;
    }
    if (!look->closed) {
        candidate.due = now.mono + seconds(1);
        return false;
    }
    found.stable.append(settle(name, info, candidate, now));
    m_known.insert(name, {found.stable.last().id, m_round, {}});
    return true;
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
