// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/evidence/evidencerun.h"

#include "common/core/escape.h"
#include "console/evidence/entryname.h"
#include "console/evidence/evidencetext.h"
#include "console/text/texts.h"

#include <QFile>

#include <thread>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int auditPage = 1'000;
constexpr int mostChecks = 20; ///< looks at how the reading of the chain goes on
constexpr int betweenChecksMs = 500;

} // namespace

/// Shared with the packing thread.
struct EvidenceRun::Packing
{
    std::atomic_bool stop = false;
    std::thread thread;
    Result<void> result;
};

EvidenceRun::EvidenceRun(OrchestratorClient &client, const Wish &wish, QObject *parent)
    : QObject(parent)
    , m_client(&client)
    , m_wish(wish)
{
    m_evidence.server = wish.server;
    m_evidence.user = wish.user;
    m_deadline.setSingleShot(true);
    m_deadline.setInterval(stepDeadline);
    connect(&m_deadline, &QTimer::timeout, this,
        [this] { giveUp(ErrorCode::Timeout, tr("The orchestrator did not answer in time. Try again.")); });
    m_again.setSingleShot(true);
    m_again.setInterval(betweenChecksMs);
    connect(&m_again, &QTimer::timeout, this, &EvidenceRun::askCheck);
    connect(&client, &QObject::destroyed, this, [this] {
        if (!m_packing) { // else all is here already
            giveUp(ErrorCode::Unavailable, tr("The connection to the orchestrator was given up."));
        }
    });
    connect(
        this, &EvidenceRun::packed, this,
        [this] {
            m_packing->thread.join();
            const Result<void> result = m_packing->result;
            m_packing.reset();
            end(result ? Sum {{}, m_evidence.missing} : Sum {result.error(), {}, true});
        },
        Qt::QueuedConnection);
}

EvidenceRun::~EvidenceRun()
{
    if (m_packing && m_packing->thread.joinable()) {
        m_packing->stop = true;
        m_packing->thread.join(); // it reads the folder that goes now
    }
}

void EvidenceRun::start()
{
    if (!canWriteZip()) {
        giveUpHere(tr("This program was built without support for archives."));
        return;
    }
    if (!m_folder.isValid()) {
        giveUpHere(tr("No temporary folder can be made: %1").arg(m_folder.errorString()));
        return;
    }
    m_steps = {[this] { askJob(); }, [this] { askAudit(); }, [this] { askCheck(); }, [this] { askAttempts(); },
        [this] { askResults(); }};
    next();
}

void EvidenceRun::stop()
{
    if (m_packing) {
        m_packing->stop = true; // told when the thread has ended
        return;
    }
    giveUp(ErrorCode::Unavailable, tr("Stopped."));
}

void EvidenceRun::next()
{
    if (m_ended) {
        return;
    }
    if (m_steps.empty()) {
        pack();
        return;
    }
    m_deadline.start();
    const Step step = std::move(m_steps.front());
    m_steps.pop_front();
    step();
}

void EvidenceRun::end(const Sum &sum)
{
    if (std::exchange(m_ended, true)) {
        return;
    }
    m_deadline.stop();
    m_again.stop();
    m_steps.clear();
    Q_EMIT finished(sum);
}

void EvidenceRun::lacks(const QString &what, const Error &error)
{
    const QString why = escapedForLog(error.detail, 200);
    m_evidence.missing.append(what + u' ' + textOf(error.code) + (why.isEmpty() ? QString() : u" ("_s + why + u')'));
}

void EvidenceRun::askJob()
{
    Q_EMIT progressed(tr("Fetching the facts…"));
    m_client->job(m_wish.job, this, [this](const Answer<JobView> &answer) {
        if (!answer.result) {
            end({answer.result.error(), {}});
            return;
        }
        m_evidence.job = *answer.result;
        next();
    });
}

void EvidenceRun::askAudit()
{
    Q_EMIT progressed(tr("Fetching the audit…"));
    AuditFilter filter;
    filter.job = m_wish.job;
    filter.after = m_lastSeq;
    filter.newestFirst = false;
    filter.limit = auditPage;
    m_client->audit(filter, this, [this](const Answer<AuditPage> &answer) {
        if (!answer.result) {
            lacks(tr("The audit could not be fetched."), answer.result.error());
            next();
            return;
        }
        m_evidence.audit.append(answer.result->rows);
        if (answer.result->rows.size() < auditPage) {
            next();
        } else if (m_evidence.audit.size() >= mostRows) {
            m_evidence.missing.append(tr("Only the first %1 rows of the audit are here.").arg(m_evidence.audit.size()));
            next();
        } else {
            m_lastSeq = answer.result->rows.constLast().seq;
            m_steps.push_front([this] { askAudit(); });
            next();
        }
    });
}

/// Of now, if the reading ends within some seconds.
void EvidenceRun::askCheck()
{
    Q_EMIT progressed(tr("Verifying the audit…"));
    m_client->auditCheck(this, [this](const Answer<AuditCheck> &answer) {
        if (!answer.result) {
            lacks(tr("Whether the audit is unchanged could not be asked."), answer.result.error());
            next();
            return;
        }
        m_evidence.check = *answer.result;
        if (answer.result->running && ++m_checks < mostChecks) {
            m_again.start();
            return;
        }
        next();
    });
}

void EvidenceRun::askAttempts()
{
    Q_EMIT progressed(tr("Fetching the attempts…"));
    m_client->attempts(m_wish.job, this, [this](const Answer<AttemptsView> &answer) {
        if (!answer.result) {
            lacks(tr("The attempts could not be fetched."), answer.result.error());
            next();
            return;
        }
        m_evidence.attempts = answer.result->attempts;
        for (const AttemptView &attempt : std::as_const(m_evidence.attempts)) {
            if (attempt.ran) {
                m_steps.push_front([this, attempt] { askLog(attempt); });
            }
        }
        next();
    });
}

void EvidenceRun::askLog(const AttemptView &attempt)
{
    const QString entry = u"logs/attempt-%1-%2.log"_s.arg(attempt.epoch).arg(attempt.node.toString());
    m_evidence.logs.insert(attempt.epoch, entry);
    m_part = std::make_unique<QFile>(newPart(entry));
    if (!m_part->open(QIODevice::WriteOnly)) {
        giveUpHere(tr("The temporary folder can't be written: %1").arg(m_part->errorString()));
        return;
    }
    Q_EMIT progressed(tr("Fetching the log of attempt %1…").arg(attempt.epoch));
    readLog(attempt.epoch, 0);
}

void EvidenceRun::readLog(Epoch attempt, qint64 offset)
{
    m_deadline.start();
    m_client->log(m_wish.job, attempt, offset, this, [this, attempt, offset](const BytesReply &reply) {
        if (!reply.result) {
            lacks(tr("The log of attempt %1 is not whole.").arg(attempt), reply.result.error());
        } else if (!reply.result->isEmpty()) {
            if (m_part->write(*reply.result) != reply.result->size()) {
                giveUpHere(tr("The temporary folder is full: %1").arg(m_part->errorString()));
                return;
            }
            const qint64 read = offset + reply.result->size();
            if (read < largestLog) {
                readLog(attempt, read);
                return;
            }
            m_evidence.missing.append(tr("Of the log of attempt %1 only the first %2 bytes are here.").arg(attempt).arg(read));
        }
        m_part.reset();
        next();
    });
}

void EvidenceRun::askResults()
{
    Q_EMIT progressed(tr("Fetching the list of results…"));
    m_client->results(m_wish.job, this, [this](const Answer<ResultsView> &answer) {
        if (!answer.result) {
            lacks(tr("The results could not be fetched."), answer.result.error());
            next();
            return;
        }
        m_evidence.results = *answer.result;
        for (const ResultFile &file : m_evidence.results.files) {
            m_steps.push_back([this, number = m_evidence.files.size()] { askResult(number); });
            m_evidence.files.append({file, {}, false});
        }
        next();
    });
}

void EvidenceRun::askResult(qsizetype number)
{
    EvidenceFile &file = m_evidence.files[number];
    const QString name = escapedForLog(file.listed.name, 120);
    if (m_resultBytes + file.listed.size > largestResults) {
        m_evidence.missing.append(
            tr("%1 is left out: the results are larger than %2 MB together.").arg(name).arg(largestResults / 1'000'000));
        next();
        return;
    }
    file.entry = u"results/"_s + entryName(file.listed.name, m_names);
    m_hash.reset();
    m_part = std::make_unique<QFile>(newPart(file.entry));
    if (!m_part->open(QIODevice::WriteOnly)) {
        giveUpHere(tr("The temporary folder can't be written: %1").arg(m_part->errorString()));
        return;
    }
    Q_EMIT progressed(tr("Fetching %1…").arg(name));
    readResult(number, 0);
}

void EvidenceRun::readResult(qsizetype number, qint64 offset)
{
    m_deadline.start();
    const QString name = m_evidence.files[number].listed.name;
    m_client->resultBytes(m_wish.job, name, offset, this, [this, number, offset](const BytesReply &reply) {
        EvidenceFile &file = m_evidence.files[number];
        if (!reply.result) {
            lacks(tr("%1 is not whole.").arg(escapedForLog(file.listed.name, 120)), reply.result.error());
        } else if (!reply.result->isEmpty()) {
            if (m_part->write(*reply.result) != reply.result->size()) {
                giveUpHere(tr("The temporary folder is full: %1").arg(m_part->errorString()));
                return;
            }
            m_hash.addData(*reply.result);
            m_resultBytes += reply.result->size();
            if (m_resultBytes <= largestResults) { // it may be larger than the manifest said
                readResult(number, offset + reply.result->size());
                return;
            }
        }
        file.matches = m_hash.result().toHex() == file.listed.sha256;
        if (reply.result && !file.matches) {
            m_evidence.missing.append(
                tr("%1 has not the bytes that the manifest tells of.").arg(escapedForLog(file.listed.name, 120)));
        }
        m_part.reset();
        next();
    });
}

QString EvidenceRun::newPart(const QString &entry)
{
    const QString path = m_folder.filePath(u"part-%1"_s.arg(m_entries.size()));
    m_entries.append({entry, path});
    return path;
}

bool EvidenceRun::writePart(const QString &entry, const QByteArray &bytes)
{
    QFile file(newPart(entry));
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.flush();
}

void EvidenceRun::pack()
{
    Q_EMIT progressed(tr("Packing…"));
    m_deadline.start();
    m_evidence.gathered = m_evidence.job.changed;
    m_client->state(this, [this](const Answer<StateView> &answer) {
        if (answer.result) {
            m_evidence.gathered = answer.result->summary.time;
        }
        m_deadline.stop();
        if (!writePart(u"evidence.txt"_s, evidenceText(m_evidence).toUtf8())
            || !writePart(u"evidence.json"_s, evidenceJson(m_evidence))
            || !writePart(u"audit.csv"_s, auditCsv(m_evidence.audit))) {
            giveUpHere(tr("The temporary folder can't be written."));
            return;
        }
        m_packing = std::make_unique<Packing>();
        m_packing->thread = std::thread([this, packing = m_packing.get(), path = m_wish.path, entries = m_entries] {
            packing->result = writeZip(path, entries, packing->stop);
            Q_EMIT packed(); // the destructor waits for this thread
        });
    });
}

} // namespace dtf
