// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/agentconfig.h"
#include "agent/work/pipelinerun.h"
#include "common/share/shareworker.h"

#include <QElapsedTimer>
#include <QHash>
#include <QTimer>

namespace dtf {

/// A pipeline that watches a folder: the file is put into inboxDir under its own name, whole at once, and the run ends when it
/// appears in doneDir or rejectedDir and has not changed for settleFor. Results are what appeared in doneDir since the start with
/// the same stem; they are moved to the run's out folder. The script itself is not ours: kill() only stops waiting, and takes the
/// file back when the script has not fetched it.
class FolderAdapter final : public PipelineRun
{
    Q_OBJECT
public:
    FolderAdapter(const PipelineConfig &pipeline, const RunSpec &spec, QObject *parent = nullptr);
    void start() override;
    void signalSoft() override { }
    void kill() override;

private:
    /// Size and time of the entries of a folder that belong to this file.
    using Sight = QHash<QString, std::pair<qint64, qint64>>;
    [[nodiscard]] Sight sightOf(const QString &folder) const;
    void look();
    void handOver(const QString &temporary, bool copied);
    void collect(const QString &folder);
    void refuse(const QString &why);
    void finish();

    PipelineConfig m_pipeline;
    RunSpec m_spec;
    QString m_name;
    QString m_stem;
    Sight m_doneBefore;
    Sight m_rejectedBefore;
    Sight m_last;
    QElapsedTimer m_unchanged;
    QTimer m_tick;
    RunEnd m_end;
    bool m_running = false;
    bool m_collecting = false;
    TaskThread m_disk {16}; ///< copies to and from other disks
};

} // namespace dtf
