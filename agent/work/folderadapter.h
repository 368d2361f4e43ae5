// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/work/pipelinerun.h"
#include "agent/work/scriptfolders.h"
#include "common/share/shareworker.h"

#include <QElapsedTimer>
#include <QTimer>

namespace dtf {

/// A pipeline that watches a folder: the file is put into inboxDir under its own name, whole at once, and the run ends when it
/// appears in doneDir or rejectedDir and has not changed for settleFor. Results are what appeared in doneDir since the start with
/// the same stem; they are moved to the run's out folder. The script itself is not ours: kill() only stops waiting, and takes the
/// file back when the script has not fetched it. The folders are touched on a thread of its own.
class FolderAdapter final : public PipelineRun
{
    Q_OBJECT
public:
    FolderAdapter(const PipelineConfig &pipeline, const RunSpec &spec, QObject *parent = nullptr);
    void start() override;
    void signalSoft() override { }
    void kill() override;

private:
    void look();
    void judge(const ScriptFolders::Sights &sights);
    void collect(bool rejected);
    void refuse(const QString &why);
    void finish();

    PipelineConfig m_pipeline;
    RunSpec m_spec;
    ScriptFolders m_folders;
    ScriptFolders::Sights m_before; ///< at the start
    ScriptFolders::Sight m_last; ///< what is new, at the last look
    QElapsedTimer m_unchanged;
    QTimer m_next; ///< the next look; stopped while one is under way
    RunEnd m_end;
    bool m_running = false;
    bool m_killing = false;
    TaskThread m_disk {16};
};

} // namespace dtf
