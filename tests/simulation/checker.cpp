// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/simulation/checker.h"

#include "common/core/escape.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <cstdio>

namespace dtf::sim {

using namespace Qt::StringLiterals;

namespace {

QByteArray nameOf(const JobId &job, Epoch epoch)
{
    return job.toBytes26() + ".e" + QByteArray::number(epoch);
}

QByteArray hashOf(const QByteArray &content)
{
    return QCryptographicHash::hash(content, QCryptographicHash::Sha256).toHex();
}

} // namespace

Checker::Checker(FileServer &share, Ledger &ledger)
    : m_share(share)
    , m_ledger(ledger)
{
    share.watcher.renamed = [this](const QByteArray &from, const QByteArray &to, const FileNodePtr &node) {
        renamed(from, to, node);
    };
    share.watcher.removed = [this](const QByteArray &path, const FileNodePtr &node) { removed(path, node); };
    share.watcher.replaced = [this](const QByteArray &path, const FileNodePtr &node) { removed(path, node); };
}

void Checker::forbid(FileServer &place, const QByteArray &what)
{
    place.watcher.changed = [this, what] { complain("I11: something was changed on " + what); };
}

void Checker::complain(const QByteArray &what)
{
    if (m_complaints.size() < 20) {
        m_complaints.append(QByteArray::number(static_cast<double>(Scheduler::get().now()) / 1e6, 'f', 3) + " s: " + what);
    }
}

void Checker::produced(const QByteArray &content, bool refusable)
{
    m_expected[content] = refusable;
}

QByteArray Checker::placeOf(const JobId &job) const
{
    const auto it = m_jobs.find(job);
    return it == m_jobs.end() ? QByteArray() : it->second.path;
}

Checker::Place Checker::placeAt(const QByteArray &path)
{
    const QList<QByteArray> parts = path.split('/');
    const auto token = [&](Where where, const QByteArray &leaf, const QByteArray &node = {}) -> Place {
        const auto parsed = parseToken(leaf);
        return parsed ? Place {where, *parsed, node} : Place {};
    };
    if (parts.size() == 2 && parts[0] == "incoming") {
        return {Where::Incoming, {}, {}};
    }
    if (parts.size() == 3 && parts[0] == "processing") {
        return token(Where::Assigned, parts[2], parts[1]);
    }
    if (parts.size() == 4 && parts[0] == "processing" && parts[2] == "running") {
        return token(Where::Running, parts[3], parts[1]);
    }
    if (parts.size() == 2 && !parts[1].endsWith(".json") && !parts[1].startsWith(".tmp-")) {
        return parts[0] == "hold"    ? token(Where::Hold, parts[1])
            : parts[0] == "failed"   ? token(Where::Failed, parts[1])
            : parts[0] == "rejected" ? token(Where::Rejected, parts[1])
                                     : Place {};
    }
    if (parts.size() == 4 && parts[0] == "completed" && parts[1] == ".stage" && parts[3] != "manifest.json"
        && parts[3] != "results" && !parts[3].startsWith(".tmp-")) {
        if (const auto stage = parseStage(parts[2])) {
            return {Where::Stage, {stage->job, stage->epoch, stage->boot, parts[3]}, {}};
        }
    }
    if (parts.size() == 4 && parts[0] == "completed" && parts[1] != ".stage" && parts[3] != "manifest.json"
        && parts[3] != "results") {
        return token(Where::Final, parts[2]);
    }
    return {};
}

void Checker::renamed(const QByteArray &from, const QByteArray &to, const FileNodePtr &node)
{
    if (m_producer) {
        return;
    }
    if (from.startsWith("completed/.stage/") && node->kind == EntryKind::Directory) {
        const QList<QByteArray> parts = to.split('/');
        const auto token = parts.size() == 3 && parts[0] == "completed" ? parseToken(parts[2]) : std::nullopt;
        if (!token) {
            complain("a stage was moved to " + to);
            return;
        }
        published(to, node, *token);
        return;
    }
    const Place source = placeAt(from);
    const Place target = placeAt(to);
    if (source.where == Where::None && target.where == Where::None) {
        return;
    }
    if (trace) {
        std::fprintf(
            stderr, "%12.3f  %s  ->  %s\n", static_cast<double>(Scheduler::get().now()) / 1e6, from.constData(), to.constData());
    }
    if (target.where == Where::None || target.where == Where::Incoming || source.where == Where::None) {
        complain("I1: moved from " + from + " to " + to);
        return;
    }
    JobSeen &job = m_jobs[target.token.job];
    if (source.where == Where::Incoming) {
        if (!job.path.isEmpty()) {
            complain("I1: a second file became job " + target.token.job.toBytes26() + ", whose token is " + job.path);
        }
    } else if (source.token.job != target.token.job || job.path != from) {
        complain("I1: " + from + " became " + to + ", the token was " + job.path);
    }
    if (target.token.epoch < job.epoch && target.where != Where::Rejected) {
        complain("I7: " + to + " after epoch " + QByteArray::number(job.epoch));
    }
    job.epoch = std::max(job.epoch, target.token.epoch);
    job.path = to;
    if (target.where == Where::Running) {
        m_claims.insert({nameOf(target.token.job, target.token.epoch), target.token.boot.bytes()});
    }
    if (target.where == Where::Stage && ++job.commits > 1) {
        complain("I2: a second commit, " + to);
    }
    if (target.where == Where::Stage && source.where == Where::Running && onCommit) {
        onCommit(source.node);
    }
}

/// I5: what becomes visible is whole.
void Checker::published(const QByteArray &to, const FileNodePtr &folder, const TokenName &token)
{
    if (trace) {
        std::fprintf(stderr, "%12.3f  published  %s\n", static_cast<double>(Scheduler::get().now()) / 1e6, to.constData());
    }
    JobSeen &job = m_jobs[token.job];
    const auto child = [](const FileNodePtr &of, const QByteArray &name) -> FileNodePtr {
        for (const auto &[key, node] : of->children) {
            if (node->name == name) {
                return node;
            }
        }
        return nullptr;
    };
    const FileNodePtr input = child(folder, token.name);
    const FileNodePtr manifest = child(folder, "manifest.json");
    if (!input || !manifest) {
        complain("I5: visible without its " + QByteArray(input ? "manifest: " : "token: ") + to);
        return;
    }
    job.path = to + '/' + token.name;
    const QJsonObject said = QJsonDocument::fromJson(manifest->content).object();
    const QByteArray hash = said["input"_L1].toObject()["sha256"_L1].toString(said["sha256"_L1].toString()).toLatin1();
    if (!hash.isEmpty() && hash != hashOf(input->content)) {
        complain("I5: the manifest's input is not " + to);
    }
    const FileNodePtr results = child(folder, "results");
    const QJsonArray outputs = said["outputs"_L1].toArray();
    for (const auto &value : outputs) {
        const QJsonObject one = value.toObject();
        const FileNodePtr file = results ? child(results, one["name"_L1].toString().toUtf8()) : nullptr;
        if (!file || hashOf(file->content) != one["sha256"_L1].toString().toLatin1()
            || file->content != "result of " + input->content) {
            complain("I5: a result of " + to + " is not what the manifest or the pipeline says");
        }
    }
    const qsizetype files = results ? static_cast<qsizetype>(results->children.size()) : 0;
    if (files != outputs.size()) {
        complain("I5: results beside the manifest in " + to);
    }
}

void Checker::removed(const QByteArray &path, const FileNodePtr &node)
{
    if (m_producer) {
        return;
    }
    const Place place = placeAt(path);
    if (place.where != Where::None && node->kind == EntryKind::File) {
        complain("I9: removed or overwritten: " + path);
    }
}

void Checker::resync()
{
    ++m_powerCuts;
    for (auto &[id, job] : m_jobs) {
        job.path.clear();
        job.commits = 0;
    }
    m_share.each([&](const QByteArray &path, const FileNodePtr &node) {
        const Place place = placeAt(path);
        if (node->kind == EntryKind::File && place.where > Where::Incoming && !node->name.startsWith(".tmp-")) {
            JobSeen &job = m_jobs[place.token.job];
            if (!job.path.isEmpty()) {
                complain("I1: two tokens after a power cut: " + job.path + " and " + path);
            }
            job.path = path;
            job.commits = place.where == Where::Stage || place.where == Where::Final ? 1 : 0;
        }
    });
}

bool Checker::settled(const StoreDisk &disk) const
{
    std::set<QByteArray> held; // where it lies: it could not be moved
    for (const auto &[id, job] : disk.jobs) {
        if (job.state == JobState::Hold) {
            held.insert(job.place);
        }
    }
    bool all = true;
    m_share.each([&](const QByteArray &path, const FileNodePtr &node) {
        const Where where = placeAt(path).where;
        const bool hidden = path.startsWith("incoming/.") || path.endsWith(".part") || node->name.startsWith(".tmp-");
        const QByteArray alias = path.left(path.lastIndexOf('/') + 1) + aliasOf(*node); // as a mangling mount names it
        if (!hidden && !held.contains(path) && !held.contains(alias)
            && (where == Where::Assigned || where == Where::Running || where == Where::Stage || where == Where::Incoming)) {
            all = false;
        }
    });
    return all;
}

void Checker::finish(const StoreDisk &disk)
{
    checkTokens(disk);
    checkStarts(disk);
    checkAudit(disk);
}

/// I1, I3, I9, U2: every content that was given to us lies in one place, and the store knows which.
void Checker::checkTokens(const StoreDisk &disk)
{
    std::map<QByteArray, QByteArray> found;
    m_share.each([&](const QByteArray &path, const FileNodePtr &node) {
        const Place place = placeAt(path);
        if (node->kind != EntryKind::File || place.where == Where::None || node->name.startsWith(".tmp-")) {
            return;
        }
        const auto [it, fresh] = found.insert({node->content, path});
        if (!fresh && !node->content.isEmpty()) {
            complain("U1: the same file twice: " + it->second + " and " + path);
        }
        if (place.where == Where::Incoming) {
            return;
        }
        const auto record = disk.jobs.find(place.token.job);
        if (record == disk.jobs.end()) {
            if (place.where != Where::Final && place.where != Where::Rejected) {
                complain("the store does not know " + path);
            } else if (!m_storeReplaced) {
                complain("the store does not know " + path);
            }
            return;
        }
        const JobState state = record->second.state;
        const bool right = (place.where == Where::Final && state == JobState::Done)
            || (place.where == Where::Hold && (state == JobState::Hold || state == JobState::Waiting))
            || (place.where == Where::Failed && (state == JobState::Failed || state == JobState::Waiting))
            || (place.where == Where::Rejected && state == JobState::Rejected)
            || (place.where != Where::Final && place.where != Where::Rejected && state == JobState::Hold
                && record->second.place == path);
        if (!right) {
            complain("the store says " + QByteArray(toString(state).data()) + " of " + path);
        }
    });
    for (const auto &[content, refusable] : m_expected) {
        if (!found.contains(content)) {
            complain("U1: lost: " + escapedForLog(content).toUtf8());
        }
    }
    for (const auto &[content, path] : found) {
        if (!content.isEmpty() && !m_expected.contains(content) && !m_optional.contains(content)) {
            complain("U2: not what any producer left: " + path);
        }
    }
}

/// I3, I4, U4 and what the product is for: nothing is uploaded twice.
void Checker::checkStarts(const StoreDisk &disk)
{
    std::map<QByteArray, int> starts;
    for (const Ledger::Start &start : m_ledger.starts) {
        const QByteArray name = nameOf(start.job, start.epoch);
        if (++starts[name] > 1) {
            complain("I3: started twice: " + name);
        }
        if (!m_claims.contains({name, start.boot.bytes()})) {
            complain("I3: started without a claim: " + name + ".b" + start.boot.bytes());
        }
        if (!m_expected.contains(start.content) && !m_optional.contains(start.content)) {
            complain("U2: started on what no producer left: " + name);
        }
    }
    std::map<QByteArray, int> uploads;
    for (const Ledger::Upload &upload : m_ledger.uploads) {
        if (++uploads[upload.content] > 1 && !m_mayRepeat) {
            complain("U4: UPLOADED TWICE: " + escapedForLog(upload.content).toUtf8() + " by " + nameOf(upload.job, upload.epoch));
        }
    }
    if (m_storeReplaced) {
        return;
    }
    std::map<JobId, std::set<Epoch>> epochs;
    for (const Ledger::Start &start : m_ledger.starts) {
        epochs[start.job].insert(start.epoch);
    }
    for (const auto &[job, set] : epochs) {
        const auto allowed = std::count_if(disk.audit.begin(), disk.audit.end(), [&](const AuditRow &row) {
            return row.event.job == job && (row.event.kind == AuditKind::JobRequeued || row.event.kind == AuditKind::JobReleased);
        });
        if (static_cast<std::int64_t>(set.size()) - 1 > allowed) {
            complain("I4: " + job.toBytes26() + " was started " + QByteArray::number(set.size()) + " times, "
                + QByteArray::number(allowed) + " events allowed another run");
        }
    }
}

/// I8, B11: a whole chain, one row per start and end, and an end of each job that is where the share has it.
void Checker::checkAudit(const StoreDisk &disk)
{
    if (const QByteArray bad = disk.chainComplaint(); !bad.isEmpty()) {
        complain(bad);
    }
    std::map<QByteArray, int> started;
    std::map<JobId, int> done;
    std::map<JobId, AuditKind> last;
    for (const AuditRow &row : disk.audit) {
        const AuditEvent &event = row.event;
        if (event.kind == AuditKind::JobStarted && ++started[nameOf(event.job, event.epoch)] > 1) {
            complain("I8: two rows say started: " + nameOf(event.job, event.epoch));
        }
        if (event.kind == AuditKind::JobDone && ++done[event.job] > 1 + m_powerCuts) {
            complain("I2: two rows say done: " + event.job.toBytes26());
        }
        if (!event.job.isNull()) {
            last[event.job] = event.kind;
        }
    }
    for (const auto &[id, job] : m_jobs) {
        const Place place = placeAt(job.path);
        if (place.where == Where::Final && !done.contains(id) && !m_storeReplaced) {
            complain("I8: no row says done: " + job.path);
        }
        if (!last.contains(id) && !m_storeReplaced) {
            complain("I8: no row at all about " + job.path);
        }
    }
}

} // namespace dtf::sim
