// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/actions/bulkrun.h"
#include "console/models/jobsource.h"

#include <QMap>
#include <QObject>
#include <QPointer>

class QAction;
class QWidget;

namespace dtf {

class ReasonDialog;

/// What can be done to the chosen files, to one as to many: each with a question first that says which can and which can't.
/// A disabled action says why. One run over many files at a time. Thread: main.
class FileActions final : public QObject
{
    Q_OBJECT

public:
    /// `host`: whose keys the actions listen to and whose menu they make; parent of the questions.
    FileActions(const FleetStore &store, FleetCommands &commands, JobSource &source, QWidget *host);

    /// As the user sees them now; the first is the current one.
    void setChosen(const QList<JobView> &chosen);
    void refresh();
    [[nodiscard]] QAction *action(JobAction action) const { return m_actions.value(action); }
    /// The same for all files in the current one's state and with its cause; null for Stop: what runs has no cause yet.
    [[nodiscard]] QAction *allWithCause(JobAction action) const { return m_allWithCause.value(action); }
    [[nodiscard]] BulkRun *run() const { return m_run; } ///< null: none is under way

    /// Asks for a reason, then sends; `more`: a sentence about how the list came about.
    ReasonDialog *ask(JobAction action, const QList<JobView> &jobs, const QString &more = {});

Q_SIGNALS:
    void said(const QString &words); ///< plain text for the status line
    void runChanged(); ///< a run has begun, gone on or ended

private:
    void add(JobAction action, const QKeySequence &key);
    void addForCause(JobAction action, const QKeySequence &key);
    void collectSameCause(JobAction action);
    void send(JobAction action, const QList<JobView> &jobs, const QString &reason, const NodeName &node);
    [[nodiscard]] QString whyNotNow(JobAction action) const;
    [[nodiscard]] QString whyNotAll(JobAction action) const;

    const FleetStore &m_store;
    FleetCommands &m_commands;
    JobSource &m_source;
    QWidget *m_host;
    QList<JobView> m_chosen;
    QMap<JobAction, QAction *> m_actions;
    QMap<JobAction, QAction *> m_allWithCause;
    QPointer<BulkRun> m_run;
    bool m_collecting = false;
};

} // namespace dtf
