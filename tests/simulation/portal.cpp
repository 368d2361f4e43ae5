// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/simulation/portal.h"

#include "agent/work/pipelineruns.h"
#include "tests/simulation/localdisk.h"
#include "tests/simulation/simagent.h"

#include <QDir>
#include <QFile>

#include <fcntl.h>
#include <unistd.h>

namespace dtf::sim {

using namespace Qt::StringLiterals;

namespace {

constexpr int exitAnother = 75;

void append(const QString &path, const QByteArray &text)
{
    QFile file(path);
    if (file.open(QIODevice::WriteOnly | QIODevice::Append)) {
        file.write(text);
    }
}

/// The program that the agent's runner reads and ends. What the real runner does with files, this one does too.
class SimRun final : public PipelineRun
{
public:
    SimRun(const PipelineConfig &pipeline, const RunSpec &spec)
        : m_process(Scheduler::get().current())
        , m_machine(static_cast<SimAgent *>(m_process->owner)->machine())
        , m_run(std::make_shared<LiveRun>())
    {
        m_run->spec = spec;
        m_run->pipeline = pipeline;
    }
    ~SimRun() override
    {
        if (m_process->alive && m_run->alive && m_spawned) { // the agent ends in order: nothing outlives it
            m_run->onEnd = {};
            m_machine->endRun(m_run, 9, true);
        }
    }
    SimRun(const SimRun &) = delete;
    SimRun &operator=(const SimRun &) = delete;

    void start() override
    {
        // Between the journalled START and the spawn lies a crash point.
        Scheduler::get().crashPoint();
        if (m_process->doomed) {
            return;
        }
        later(m_process->dice.within(2_ms, 60_ms), [this] { spawn(); });
    }
    void signalSoft() override
    {
        if (m_run->alive && m_run->manner != Manner::HangsBefore && m_run->manner != Manner::HangsAfter) {
            later(m_process->dice.within(5_ms, 400_ms), [this] { m_machine->endRun(m_run, 143, false); });
        }
    }
    void kill() override
    {
        later(m_process->dice.within(5_ms, 200_ms), [this] { m_machine->endRun(m_run, 9, true); });
    }

private:
    void later(Micros delay, std::function<void()> what)
    {
        Scheduler::get().after(m_process, delay, [self = QPointer<SimRun>(this), what = std::move(what)] {
            if (self) {
                what();
            }
        });
    }
    void spawn()
    {
        const Scratch &scratch = m_run->spec.scratch;
        QFile input(scratch.input(m_run->spec.token.name));
        if (!input.open(QIODevice::ReadOnly)) {
            Q_EMIT started(false, RunEnd {.detail = u"no input"_s});
            return;
        }
        if (stoodStill(m_run->spec, SystemClock().now().mono)) {
            Q_EMIT started(false, RunEnd {.detail = stoodStillWords()});
            return;
        }
        m_spawned = true;
        m_run->content = input.readAll();
        m_run->manner = mannerOf(m_run->content);
        m_run->onEnd = [this](int code, bool crashed) { onEnd(code, crashed); };
        m_run->onMarker = [this] { onMarker(); };
        const TokenName &token = m_run->spec.token;
        m_machine->ledger->starts.push_back(
            {token.job, token.epoch, token.boot, m_machine->name, m_run->content, Scheduler::get().now()});
        m_machine->runs.push_back(m_run);
        append(scratch.rawOutput(), "Transformed\n");
        live();
        Scheduler::get().crashPoint();
        if (!m_process->doomed) {
            Q_EMIT started(true, {});
        }
    }
    /// The script's own life: nobody's process but the machine's.
    void live()
    {
        Rng &dice = m_process->dice;
        const Manner manner = m_run->manner;
        const Micros work = manner == Manner::Slow ? dice.within(20_sec, 130_sec) : dice.within(300_ms, 15_sec);
        const Micros upload = dice.within(50_ms, 4_sec);
        const Micros rest = dice.within(10_ms, 2_sec);
        const auto alive = [machine = m_machine, run = m_run](Micros delay, std::function<void()> what) {
            Scheduler::get().after(nullptr, delay, [machine, run, what = std::move(what)] {
                if (run->alive) {
                    what();
                }
            });
        };
        const auto end = [machine = m_machine, run = m_run](int code, bool crashed) { machine->endRun(run, code, crashed); };
        alive(work, [=, machine = m_machine, run = m_run] {
            const bool another = manner == Manner::AsksForAnother && run->spec.token.epoch <= 2;
            if (manner == Manner::FailsBefore || another) {
                end(another ? exitAnother : 1, false);
                return;
            }
            if (manner == Manner::CrashesBefore) {
                end(11, true);
                return;
            }
            if (manner == Manner::HangsBefore) {
                return;
            }
            append(run->spec.scratch.rawOutput(), "UPLOADING\n");
            if (run->onMarker) {
                run->onMarker();
            }
            alive(upload, [=] {
                machine->ledger->uploads.push_back(
                    {run->spec.token.job, run->spec.token.epoch, run->content, Scheduler::get().now()});
                if (manner == Manner::CrashesAfter || manner == Manner::FailsAfter) {
                    end(manner == Manner::FailsAfter ? 1 : 11, manner == Manner::CrashesAfter);
                    return;
                }
                if (manner == Manner::HangsAfter) {
                    return;
                }
                alive(rest, [=] {
                    if (manner != Manner::NoOutput) {
                        append(run->spec.scratch.out() + u"/result.txt"_s, "result of " + run->content);
                    }
                    end(0, false);
                });
            });
        });
    }
    void onMarker()
    {
        later(m_process->dice.within(1_ms, 110_ms), [this] { tellMarker(); });
    }
    void tellMarker()
    {
        if (m_told || m_run->pipeline.sideEffects != SideEffects::AfterMarker) {
            return;
        }
        m_told = true;
        QFile seen(m_run->spec.scratch.folder + u"/marker.seen"_s);
        if (seen.open(QIODevice::WriteOnly)) {
            LocalDisk::flushed(seen.handle());
        }
        Q_EMIT markerSeen();
    }
    void onEnd(int code, bool crashed)
    {
        later(m_process->dice.within(1_ms, 100_ms), [this, code, crashed] {
            RunEnd end;
            end.spawned = true;
            end.exitCode = code;
            end.crashed = crashed;
            QFile output(m_run->spec.scratch.rawOutput());
            end.markerSeen = m_run->pipeline.sideEffects == SideEffects::AfterMarker && output.open(QIODevice::ReadOnly)
                && output.readAll().contains("UPLOADING");
            Q_EMIT line("Uploading is over");
            Q_EMIT ended(end);
        });
    }

    ProcessPtr m_process;
    std::shared_ptr<Machine> m_machine;
    LiveRunPtr m_run;
    bool m_spawned = false;
    bool m_told = false;
};

} // namespace

void Machine::endRun(const LiveRunPtr &run, int exitCode, bool crashed)
{
    if (!std::exchange(run->alive, false)) {
        return;
    }
    std::erase(runs, run);
    if (const auto tell = std::exchange(run->onEnd, {})) {
        tell(exitCode, crashed);
    }
    run->onMarker = {};
}

void Machine::endAll()
{
    const std::vector<LiveRunPtr> all = runs;
    for (const LiveRunPtr &run : all) {
        run->onEnd = {};
        endRun(run, 9, true);
    }
}

QByteArray contentOf(int number, int version, Manner manner)
{
    return "file " + QByteArray::number(number) + " version " + QByteArray::number(version) + " manner "
        + QByteArray::number(static_cast<int>(manner)) + ' ' + QByteArray(number % 90, 'x') + '\n';
}

Manner mannerOf(const QByteArray &content)
{
    const QList<QByteArray> words = content.split(' ');
    return words.size() > 5 ? static_cast<Manner>(words[5].toInt()) : Manner::Good;
}

} // namespace dtf::sim

namespace dtf {

std::unique_ptr<PipelineRun> makePipelineRun(const PipelineConfig &pipeline, const RunSpec &spec)
{
    return std::make_unique<sim::SimRun>(pipeline, spec);
}

int endEarlierRuns(const QSet<QByteArray> &boots)
{
    using namespace sim;
    const auto machine = static_cast<SimAgent *>(Scheduler::get().current()->owner)->machine();
    int living = 0;
    const std::vector<LiveRunPtr> all = machine->runs;
    for (const LiveRunPtr &run : all) {
        if (boots.contains(run->spec.marker.mid(run->spec.marker.lastIndexOf(".b") + 2))) {
            ++living;
            if (machine->stubbornUntil <= Scheduler::get().now()) {
                run->onEnd = {};
                machine->endRun(run, 9, true);
            }
        }
    }
    return living;
}

} // namespace dtf
