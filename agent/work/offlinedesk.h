// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/policy/intake.h"
#include "agent/work/engine.h"

#include <QObject>
#include <QTimer>

namespace dtf {

/// The orchestrator's part for a node that works alone: a file in the offline folder's incoming/ becomes a job of this node by
/// one atomic move, what cannot be a job goes to rejected/ with its reason, what the engine reports is told in the log and
/// acknowledged, and a file that was given back unharmed is queued again under its next epoch. Nothing is remembered: the folder
/// and the engine's journal say it all after a restart. Same-name files run one after another, because one agent runs one file at
/// a time, in the order of job ids. Thread: main; the folder is touched on the share's worker only.
class OfflineDesk final : public QObject
{
public:
    struct Place
    {
        NodeName node;
        QByteArray uuid; ///< of the offline folder
        QString root; ///< for words only
    };
    /// All outlive this.
    OfflineDesk(Place place, const Intake::Rules &rules, WorkEngine &engine, ShareWorker &share, const Clock &clock);

    void start(milliseconds every = milliseconds(1'000));
    void stop(); ///< nothing more is taken; reports are still told

    /// The folder must not be one that an orchestrator works on: two would move the same files.
    [[nodiscard]] static Result<void> checkFolder(const QString &root);

    /// What became of one file of incoming/.
    struct Taken
    {
        MoveResult move;
        SharePath target;
        bool open = false; ///< somebody still has it open: nothing was done
        Cause refused = Cause::None;
        QByteArray why;
    };
    /// On the worker, in one go: the engine cannot take a file between its move and the look that follows.
    [[nodiscard]] static Taken takeIn(ShareFs &fs, const Place &place, const Intake::Settled &file, const JobId &job);

private:
    struct Looks
    {
        QList<EntryInfo> seen;
        QString trouble; ///< empty: none
    };
    void look();
    void looked(const Looks &looks);
    void take(const Intake::Settled &file);
    void taken(const Intake::Settled &file, const Taken &result);
    void tell();
    void tell(const Report &report) const;
    void moveOn(const Report &report);
    void movedOn(const Report &report, const Taken &result);
    [[nodiscard]] static Looks lookAtIncoming(ShareFs &fs, const QByteArray &uuid, const QList<QByteArray> &types);

    Place m_place;
    QList<QByteArray> m_types;
    Intake m_intake;
    WorkEngine &m_engine;
    ShareWorker &m_share;
    const Clock &m_clock;
    JobIdGenerator m_ids;
    QTimer m_timer;
    QTimer m_again; ///< a given back file could not be moved
    bool m_looking = false;
    bool m_moving = false;
    int m_moveTries = 0;
    QString m_trouble; ///< told last about incoming/; empty: it is fine
};

} // namespace dtf
