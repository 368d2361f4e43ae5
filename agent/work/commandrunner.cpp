// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/work/commandrunner.h"

#include "agent/work/commandline.h"
#include "agent/work/localdisk.h"
#include "common/share/localname.h"

#include <QDir>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

#ifdef _WIN32
constexpr bool onWindows = true;
#else
constexpr bool onWindows = false;
#endif
constexpr milliseconds readBusy {10};
constexpr milliseconds readIdle {100};
constexpr milliseconds lookRunning {2'000};
constexpr milliseconds lookEnding {50};
constexpr milliseconds lookAgain {1};
constexpr int looksToBelieve = 2;
constexpr qint64 readBudget = qint64 {4} * 1024 * 1024; ///< per turn: a few milliseconds
constexpr qint64 punchEvery = qint64 {16} * 1024 * 1024;

} // namespace

CommandRunner::CommandRunner(const PipelineConfig &pipeline, const RunSpec &spec, QObject *parent)
    : PipelineRun(parent)
    , m_pipeline(pipeline)
    , m_spec(spec)
    , m_tree(spec.marker)
    , m_tail(spec.scratch.rawOutput(), pipeline.sideEffects == SideEffects::AfterMarker ? pipeline.marker : QRegularExpression())
{
    if (pipeline.sideEffects == SideEffects::AfterMarker) {
        m_disk = std::make_unique<TaskThread>(1);
    }
    connect(&m_process, &QProcess::started, this, &CommandRunner::onStarted);
    connect(&m_process, &QProcess::errorOccurred, this, &CommandRunner::onError);
    connect(&m_process, &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
        m_mainEnded = true;
        m_end.exitCode = code;
        m_end.crashed = status == QProcess::CrashExit;
        m_treeTick.start(lookEnding);
        onTreeTick();
    });
    connect(&m_tick, &QTimer::timeout, this, &CommandRunner::onTick);
    connect(&m_treeTick, &QTimer::timeout, this, &CommandRunner::onTreeTick);
}

CommandRunner::~CommandRunner()
{
    // First: QProcess's own destructor still signals, when our members are gone.
    m_process.disconnect(this);
    if (m_over || (!m_started && m_process.state() == QProcess::NotRunning)) {
        return;
    }
    // The agent is going: nothing of the run may outlive it.
    if (!m_started && (!m_process.waitForStarted(1000) || !m_tree.adopt(m_process))) {
        m_process.kill();
        m_process.waitForFinished(1000);
        return;
    }
    if (m_tree.look() > 0) {
        m_tree.kill();
    }
    m_process.kill();
    m_process.waitForFinished(1000);
}

QProcessEnvironment CommandRunner::environment() const
{
    QProcessEnvironment env = QProcessEnvironment::systemEnvironment();
    for (const auto &[key, value] : m_pipeline.environment) {
        env.insert(key, value);
    }
    const QString job = m_spec.token.job.toString();
    env.insert(u"DTF_JOB"_s, job);
    env.insert(u"DTF_ATTEMPT"_s, QString::number(m_spec.token.epoch));
    env.insert(u"DTF_NODE"_s, m_spec.node);
    env.insert(u"DTF_FILE"_s, QDir::toNativeSeparators(m_spec.scratch.input(m_spec.token.name)));
    env.insert(u"DTF_BROWSER_PORT"_s, QString::number(m_spec.browserPort));
    env.insert(u"DTF_BROWSER_WS"_s, m_spec.browserWs);
    env.insert(u"DTF_OUT"_s, QDir::toNativeSeparators(m_spec.scratch.out()));
    env.insert(u"DTF_IDEMPOTENCY_KEY"_s, job); // the same in every attempt
    env.insert(QString::fromLatin1(ProcessTree::markerVariable), QString::fromLatin1(m_spec.marker));
    return env;
}

void CommandRunner::refuse(const QString &why, bool forGood)
{
    m_over = true;
    RunEnd failure;
    failure.refused = forGood;
    failure.detail = why;
    Q_EMIT started(false, failure);
}

void CommandRunner::start()
{
    const QString file = QDir::toNativeSeparators(m_spec.scratch.input(m_spec.token.name));
    const Placeholders values {{u"file"_s, file}, {u"name"_s, localName(m_spec.token.name)},
        {u"out"_s, QDir::toNativeSeparators(m_spec.scratch.out())}, {u"port"_s, QString::number(m_spec.browserPort)},
        {u"ws"_s, m_spec.browserWs}, {u"job"_s, m_spec.token.job.toString()},
        {u"attempt"_s, QString::number(m_spec.token.epoch)}};
    const auto line = expandCommand(m_pipeline.command, values, onWindows);
    if (!line) {
        refuse(line.error().detail, true);
        return;
    }
    m_process.setProgram(line->program);
    m_process.setArguments(line->arguments);
    m_process.setProcessEnvironment(environment());
    m_process.setWorkingDirectory(m_pipeline.workingDir.isEmpty() ? m_spec.scratch.work() : m_pipeline.workingDir);
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.setStandardInputFile(QProcess::nullDevice());
    m_process.setStandardOutputFile(m_spec.scratch.rawOutput(), QIODevice::Append);
    m_tree.prepare(m_process);
    if (stoodStill(m_spec, SystemClock().now().mono)) {
        refuse(stoodStillWords(), false);
        return;
    }
    m_process.start();
}

void CommandRunner::onStarted()
{
    if (!m_tree.adopt(m_process)) {
        disconnect(&m_process, nullptr, this, nullptr);
        // Told when it has ended: who is told deletes us, and QProcess's destructor would wait for it, blocking everything.
        connect(
            &m_process, &QProcess::finished, this, [this] { refuse(u"the process could not be put under control"_s, false); });
        m_process.kill();
        return;
    }
    m_started = true;
    m_end.spawned = true;
    m_tick.start(readBusy);
    m_treeTick.start(lookRunning);
    Q_EMIT started(true, {});
}

void CommandRunner::onError(QProcess::ProcessError error)
{
    if (error == QProcess::FailedToStart) {
        refuse(u"%1: %2"_s.arg(m_process.program(), m_process.errorString()), false);
    }
}

void CommandRunner::signalSoft()
{
    if (m_started && !m_over) {
        m_end.stragglersStopped = m_end.stragglersStopped || m_mainEnded;
        m_tree.signalSoft();
    }
}

void CommandRunner::kill()
{
    if (!m_started || m_over) {
        return;
    }
    m_killing = true;
    m_treeTick.start(lookEnding);
    onTreeTick();
}

void CommandRunner::onTreeTick()
{
    const int living = m_tree.look();
    if (living > 0 && m_killing) {
        m_tree.kill();
    }
    if (living > 0 && m_mainEnded && !m_stragglersNoted) {
        m_stragglersNoted = true;
        Q_EMIT note(u"the main process has ended, %1 of its processes still run"_s.arg(living));
    }
    if (m_mainEnded && !m_killing && living > 0 && m_treeTick.intervalAsDuration() < lookRunning) {
        m_treeTick.setInterval(m_treeTick.interval() * 2); // it may take a while
    }
    // A process that forks and ends while /proc is being read can hide its child once, not twice.
    m_emptyLooks = living == 0 ? m_emptyLooks + 1 : 0;
    if (m_mainEnded && living == 0) {
        m_treeTick.start(lookAgain);
    }
    finishIfEmpty();
}

void CommandRunner::onTick()
{
    readOutput();
    finishIfEmpty();
}

void CommandRunner::readOutput()
{
    const qint64 got = m_tail.read(readBudget, [this](const QByteArray &text) { Q_EMIT line(text); });
    if (m_tail.markerSeen() && !m_markerTold) {
        m_markerTold = true;
        m_end.markerSeen = true;
        keepMarker();
        Q_EMIT markerSeen();
    }
    giveBack();
    limitOutput();
    m_tick.setInterval(got > 0 ? readBusy : readIdle);
}

/// Notes on the disk that the marker was seen: the place it was read from may be given back only then.
void CommandRunner::keepMarker()
{
    auto kept = std::make_shared<bool>(false);
    m_keeping = m_disk
        && m_disk->post(
            [kept, path = m_spec.scratch.folder + u"/marker.seen"_s] {
                QFile seen(path);
                *kept = seen.open(QIODevice::WriteOnly) && localdisk::sync(seen).has_value();
            },
            [this, kept] {
                m_keeping = false;
                m_markerKept = *kept;
            },
            this);
}

void CommandRunner::giveBack()
{
    if (m_tail.searched() - m_punched <= punchEvery || m_keeping) {
        return;
    }
    if (m_markerTold && !m_markerKept) {
        keepMarker(); // the disk was full, perhaps
    } else if (localdisk::punchFront(m_spec.scratch.rawOutput(), m_tail.searched())) {
        m_punched = m_tail.searched();
    }
}

void CommandRunner::limitOutput()
{
    const qint64 backlog = m_tail.backlog();
    if (!onWindows && !m_killing) {
        if (!m_frozen && backlog > maxBacklog) {
            m_frozen = true;
            m_tree.freeze(true);
        } else if (m_frozen && backlog < maxBacklog / 4) {
            m_frozen = false;
            m_tree.freeze(false);
        }
    }
    // A tree that was stopped adds nothing, however slowly it is read: then only what the disk does not give back counts.
    const qint64 kept = m_tail.position() - m_punched + (onWindows ? backlog : 0);
    if (!m_killing && kept > 2 * qMax(m_pipeline.maxLogBytes, maxBacklog)) {
        m_end.outputTooLarge = true;
        kill();
    }
}

void CommandRunner::finishIfEmpty()
{
    if (!m_mainEnded || m_emptyLooks < looksToBelieve || m_over || m_tail.backlog() > 0) {
        return;
    }
    m_over = true;
    m_tick.stop();
    m_treeTick.stop();
    readOutput();
    m_tail.finish([this](const QByteArray &text) { Q_EMIT line(text); });
    if (m_tail.markerSeen()) {
        m_end.markerSeen = true;
    }
    Q_EMIT ended(m_end);
}

} // namespace dtf
