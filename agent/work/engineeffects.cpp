// SPDX-License-Identifier: GPL-3.0-or-later
// WorkEngine: one function per effect.
#include "agent/work/engine.h"
#include "agent/work/localdisk.h"
#include "agent/work/pipelineruns.h"
#include "agent/work/sharetasks.h"
#include "common/core/diskspace.h"
#include "common/share/localname.h"

#include <QFileInfo>
#include <QLoggingCategory>

namespace dtf {

using namespace Qt::StringLiterals;

DTF_LOG_CATEGORY(lcEffects, "agent.work")

namespace {

constexpr milliseconds aliveEvery {10'000};
constexpr milliseconds liveEvery {500};
constexpr milliseconds queueFullWait {1'000};

} // namespace

/// A task whose answer is the event itself. A full queue is tried again: every numbered effect gets its answer.
template <typename E> void WorkEngine::onShare(qint64 number, std::function<E(ShareFs &)> task)
{
    const bool posted = m_share.run([task](ShareFs &fs) { return std::make_shared<E>(task(fs)); },
        [this, number](const std::shared_ptr<E> &answer) {
            answer->number = number;
            dispatch(*answer);
        },
        this);
    if (!posted) {
        QTimer::singleShot(queueFullWait, this, [this, number, task] { onShare<E>(number, task); });
    }
}

/// A task whose answer is the event's `result`.
template <typename R, typename E> void WorkEngine::onShareResult(qint64 number, std::function<R(ShareFs &)> task)
{
    onShare<E>(number, [task](ShareFs &fs) {
        E answer;
        answer.result = task(fs);
        return answer;
    });
}

void WorkEngine::onDisk(std::function<void()> task, std::function<void()> done)
{
    const auto answered = [this, done = std::move(done)] {
        if (done) {
            done();
        }
        tellSettled();
    };
    if (!m_disk.post(std::move(task), answered, this)) {
        qCWarning(lcEffects) << "the disk's queue is full or stopped";
    }
}

QSet<QByteArray> WorkEngine::earlierBoots() const
{
    QSet<QByteArray> boots = m_state.journal().boots();
    boots.remove(m_identity.boot.bytes());
    return boots;
}

Scratch WorkEngine::scratch(const TokenName &token) const
{
    return scratchOf(m_config.scratchDir, {token.job, token.epoch});
}

/// The second witness goes on while a large file is copied: it is touched from within the copy, on the worker's thread.
std::function<Progress(ShareFs &)> WorkEngine::aliveWhileBusy() const
{
    return [uuid = m_state.shareUuid(), node = m_config.node, boot = m_identity.boot, &clock = m_clock](ShareFs &fs) -> Progress {
        return [&fs, &clock, uuid, node, boot, last = clock.now().mono](qint64) mutable {
            if (const Now now = clock.now(); now.mono - last >= aliveEvery) {
                last = now.mono;
                (void)sharetasks::touchAlive(fs, uuid, node, boot, now.wall);
            }
            return true;
        };
    };
}

void WorkEngine::run(qint64 number, const effect::ListFolders &)
{
    onShare<event::Listed>(
        number, [node = m_config.node, disks = QStringList {m_config.scratchDir, m_config.stateDir}](ShareFs &fs) {
            event::Listed listed = sharetasks::listFolders(fs, node);
            listed.diskFree = freeBytes(disks);
            return listed;
        });
}

void WorkEngine::run(qint64 number, const effect::TouchAlive &)
{
    onShareResult<Result<void>, event::AliveTouched>(number,
        [uuid = m_state.shareUuid(), node = m_config.node, boot = m_identity.boot, wall = m_clock.now().wall](
            ShareFs &fs) { return sharetasks::touchAlive(fs, uuid, node, boot, wall); });
}

void WorkEngine::run(qint64 number, const effect::Sweep &e)
{
    auto living = std::make_shared<int>(0);
    onDisk(
        [living, boots = earlierBoots(), dir = m_config.scratchDir, keep = e.keep] {
            *living = endEarlierRuns(boots);
            dropStrays(dir, keep);
        },
        [this, number, living] {
            dispatch(event::Swept {number, *living == 0});
        });
}

void WorkEngine::run(qint64 number, const effect::CopyOut &e)
{
    onShare<event::Copied>(
        number, [e, uuid = m_state.shareUuid(), dir = m_config.scratchDir, alive = aliveWhileBusy()](ShareFs &fs) {
            return sharetasks::copyOut(fs, uuid, e, dir, alive(fs));
        });
}

void WorkEngine::run(qint64 number, const effect::Append &e)
{
    auto written = std::make_shared<Result<void>>();
    onDisk([journal = m_journal, written, e] { *written = journal->append(e.record, e.reports); },
        [this, number, written, reports = e.reports] {
            if (!*written) {
                qCCritical(lcEffects).noquote() << written->error().detail;
            } else if (!reports.isEmpty()) {
                m_outbox.insert(m_outbox.end(), reports.begin(), reports.end());
                Q_EMIT reportsPending();
            }
            dispatch(event::Journalled {number, written->has_value()});
            if (pendingCount() >= outboxLimit) {
                dispatch(event::OutboxLevel {true});
            }
        });
}

void WorkEngine::run(qint64 number, const effect::Move &e)
{
    onShareResult<MoveResult, event::Moved>(
        number, [e, uuid = m_state.shareUuid()](ShareFs &fs) { return sharetasks::move(fs, uuid, e.source, e.target); });
}

void WorkEngine::run(qint64 number, const effect::VerifyToken &e)
{
    onShareResult<Result<void>, event::Verified>(number, [e, uuid = m_state.shareUuid(), alive = aliveWhileBusy()](ShareFs &fs) {
        return sharetasks::verify(fs, uuid, e, alive(fs));
    });
}

void WorkEngine::run(qint64 number, const effect::LookToken &e)
{
    onShareResult<Result<void>, event::Looked>(
        number, [e, uuid = m_state.shareUuid()](ShareFs &fs) { return sharetasks::look(fs, uuid, e.path); });
}

void WorkEngine::run(qint64 number, const effect::Spawn &e)
{
    const Attempt attempt {e.token.job, e.token.epoch};
    RunSpec spec;
    spec.token = e.token;
    spec.marker = format(StageName {attempt.job, attempt.epoch, m_identity.boot});
    spec.node = m_config.node.toString();
    spec.browserPort = e.browserPort;
    spec.browserWs = e.browserWs;
    spec.notAfter = e.notAfter;
    spec.scratch = scratch(e.token);
    const QString name = localName(e.token.name);
    m_log = std::make_unique<RunLog>(
        spec.scratch.log(), RunLog::Where {m_config.node, attempt, name, e.browserPort}, m_config.pipeline.maxLogBytes);
    m_log->append(m_clock.now(), LogLevel::Info, u"Pipeline started"_s);
    m_shipments.begin(attempt, spec.scratch.log(),
        {layout::jobLog(m_config.node, attempt.job, attempt.epoch), layout::nodeLogDay(m_config.node, m_clock.now().wall)});
    m_live.start(liveEvery);

    m_run = makePipelineRun(m_config.pipeline, spec);
    connect(m_run.get(), &PipelineRun::started, this, [this, number](bool ok, const RunEnd &failure) {
        if (!ok) {
            closeLog(u"Pipeline could not be started: %1"_s.arg(failure.detail));
            m_run.release()->deleteLater();
        }
        dispatch(event::Spawned {number, failure, ok});
    });
    connect(m_run.get(), &PipelineRun::line, this, [this](const QByteArray &raw) {
        if (m_log) {
            m_log->appendOutput(m_clock.now(), raw);
        }
    });
    connect(m_run.get(), &PipelineRun::note, this, [this](const QString &text) {
        if (m_log) {
            m_log->append(m_clock.now(), LogLevel::Warn, text);
        }
    });
    connect(m_run.get(), &PipelineRun::markerSeen, this, [this] { dispatch(event::MarkerSeen {}); });
    connect(m_run.get(), &PipelineRun::ended, this, &WorkEngine::onRunEnded);
    m_run->start();
}

void WorkEngine::run(qint64, const effect::SignalSoft &)
{
    if (m_run) {
        m_run->signalSoft();
    }
}

void WorkEngine::run(qint64, const effect::KillTree &)
{
    if (m_run) {
        m_run->kill();
    }
}

void WorkEngine::run(qint64 number, const effect::InspectOutputs &e)
{
    auto facts = std::make_shared<OutputFacts>();
    onDisk(
        [facts, out = scratch(e.token).out(), pipeline = m_config.pipeline] {
            *facts = inspectOutputs(out, pipeline);
            // The journal will say that they are to be published, also after a power cut.
            if (const auto synced = syncOutputs(out); !synced) {
                facts->notOnDisk = synced.error().detail;
            }
        },
        [this, number, facts] {
            dispatch(event::Inspected {number, *facts});
        });
}

void WorkEngine::run(qint64 number, const effect::InspectLeftovers &e)
{
    auto seen = std::make_shared<event::LeftoversSeen>();
    seen->number = number;
    onDisk(
        [seen, boots = earlierBoots(), scratch = scratch(e.token), pipeline = m_config.pipeline] {
            // A folder's script is not ours: it may still have the file.
            seen->left.treeDead = pipeline.kind == PipelineKind::Command && endEarlierRuns(boots) == 0;
            seen->left.spawnSeen = QFileInfo::exists(scratch.rawOutput()) || pipeline.kind == PipelineKind::Folder;
            seen->left.markerSeen = QFileInfo::exists(scratch.folder + u"/marker.seen"_s)
                || (pipeline.sideEffects == SideEffects::AfterMarker && fileHasMarker(scratch.rawOutput(), pipeline.marker));
            seen->lastLines = tailOf(scratch.rawOutput());
        },
        [this, seen] { dispatch(*seen); });
}

void WorkEngine::run(qint64 number, const effect::Stage &e)
{
    onShareResult<Result<void>, event::Staged>(number,
        [e, uuid = m_state.shareUuid(), out = scratch(e.token).out(), max = m_config.pipeline.maxOutputBytes,
            alive = aliveWhileBusy()](ShareFs &fs) { return sharetasks::stage(fs, uuid, e, out, max, alive(fs)); });
}

void WorkEngine::run(qint64 number, const effect::MakeVisible &e)
{
    onShareResult<MoveResult, event::Moved>(
        number, [e, uuid = m_state.shareUuid()](ShareFs &fs) { return sharetasks::makeVisible(fs, uuid, e); });
}

void WorkEngine::run(qint64 number, const effect::Locate &e)
{
    onShare<event::Located>(number,
        [e, uuid = m_state.shareUuid(), node = m_config.node](ShareFs &fs) { return sharetasks::locate(fs, uuid, e, node); });
}

void WorkEngine::run(qint64 number, const effect::SaveEvidence &e)
{
    onShareResult<Result<void>, event::Saved>(number,
        [e, uuid = m_state.shareUuid(), from = scratch(e.token), max = m_config.pipeline.maxOutputBytes,
            alive = aliveWhileBusy()](ShareFs &fs) {
            return sharetasks::saveEvidence(fs, uuid, e.late, from, max, alive(fs)).and_then([&] {
                return sharetasks::discardStages(fs, e.discard, e.token.name);
            });
        });
}

void WorkEngine::run(qint64 number, const effect::WriteSidecar &e)
{
    onShareResult<Result<void>, event::Written>(
        number, [e, uuid = m_state.shareUuid()](ShareFs &fs) { return sharetasks::writeSidecar(fs, uuid, e); });
}

void WorkEngine::run(qint64, const effect::DropScratch &e)
{
    m_shipments.dropWhenShipped(e.attempt); // a log that is still on its way to the share keeps its folder for a while
}

} // namespace dtf
