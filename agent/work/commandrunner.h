// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/agentconfig.h"
#include "agent/work/outputtail.h"
#include "agent/work/pipelinerun.h"
#include "agent/work/processtree.h"
#include "common/share/shareworker.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QTimer>

#include <memory>

namespace dtf {

/// Starts the configured command for one file in a process tree of its own. Its output goes to a file (see OutputTail); ended()
/// comes when the tree is empty and the output has been read to its end. A flood of output never blocks the agent: the tree is
/// stopped while more than maxBacklog waits, and what has been read gives its disk space back (Linux; on Windows a run is ended
/// that leaves more than twice maxLogBytes on the disk).
class CommandRunner final : public PipelineRun
{
    Q_OBJECT
public:
    CommandRunner(const PipelineConfig &pipeline, const RunSpec &spec, QObject *parent = nullptr);
    ~CommandRunner() override;
    void start() override;
    void signalSoft() override;
    void kill() override;

    static constexpr qint64 maxBacklog = qint64 {64} * 1024 * 1024;

private:
    void onStarted();
    void onError(QProcess::ProcessError error);
    void onTick();
    void onTreeTick();
    void readOutput();
    void keepMarker();
    void giveBack();
    void limitOutput();
    void finishIfEmpty();
    [[nodiscard]] QProcessEnvironment environment() const;
    void refuse(const QString &why, bool forGood);

    PipelineConfig m_pipeline;
    RunSpec m_spec;
    ProcessTree m_tree;
    QProcess m_process;
    OutputTail m_tail;
    QTimer m_tick; ///< reads output
    QTimer m_treeTick; ///< looks at the tree
    RunEnd m_end;
    qint64 m_punched = 0;
    bool m_started = false;
    bool m_mainEnded = false;
    bool m_stragglersNoted = false;
    bool m_killing = false;
    bool m_frozen = false;
    int m_emptyLooks = 0; ///< in a row
    bool m_markerTold = false;
    bool m_markerKept = false; ///< on the disk
    bool m_keeping = false;
    std::unique_ptr<TaskThread> m_disk; ///< only with a marker
    bool m_over = false;
};

} // namespace dtf
