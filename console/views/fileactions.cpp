// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/fileactions.h"

#include "common/core/escape.h"
#include "console/actions/jobcollector.h"
#include "console/actions/permits.h"
#include "console/text/texts.h"
#include "console/views/reasondialog.h"

#include <QAction>
#include <QComboBox>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

bool mayHaveRun(const JobView &job)
{
    return job.attempts > 0 || job.state == JobState::InDoubt;
}

QString labelOf(const JobView &job)
{
    return escapedForLog(job.name, 200);
}

QString nameForCause(JobAction action)
{
    return FileActions::tr("%1 all with this cause…").arg(nameOf(action).remove(u'…'));
}

QComboBox *nodeChooser(const FleetStore &store, bool anyToo)
{
    auto *box = new QComboBox;
    box->setAccessibleName(FileActions::tr("Node to run on"));
    if (anyToo) {
        box->addItem(FileActions::tr("on any node"), QString());
    }
    for (auto at = store.nodes().cbegin(); at != store.nodes().cend(); ++at) {
        const QString name = at.key().toString();
        box->addItem(FileActions::tr("on %1 (%2)").arg(name, escapedForLog(nodeStateText(at->state), 40)), name);
    }
    return box;
}

} // namespace

FileActions::FileActions(const FleetStore &store, FleetCommands &commands, JobSource &source, QWidget *host)
    : QObject(host)
    , m_store(store)
    , m_commands(commands)
    , m_source(source)
    , m_host(host)
{
    add(JobAction::Requeue, Qt::Key_R);
    add(JobAction::Hold, Qt::Key_H);
    add(JobAction::Release, {});
    add(JobAction::Stop, Qt::Key_X);
    add(JobAction::Done, Qt::Key_D);
    addForCause(JobAction::Requeue, Qt::CTRL | Qt::Key_R);
    addForCause(JobAction::Hold, {});
    addForCause(JobAction::Release, {});
    addForCause(JobAction::Done, {});
    refresh();
}

void FileActions::addForCause(JobAction kind, const QKeySequence &key)
{
    auto *action = new QAction(nameForCause(kind), m_host);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetShortcut);
    connect(action, &QAction::triggered, this, [this, kind] { collectSameCause(kind); });
    m_host->addAction(action);
    m_allWithCause.insert(kind, action);
}

void FileActions::add(JobAction kind, const QKeySequence &key)
{
    auto *action = new QAction(nameOf(kind), m_host);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetShortcut);
    connect(action, &QAction::triggered, this, [this, kind] { ask(kind, m_chosen); });
    m_host->addAction(action);
    m_actions.insert(kind, action);
}

void FileActions::setChosen(const QList<JobView> &chosen)
{
    m_chosen = chosen;
    refresh();
}

QString FileActions::whyNotNow(JobAction action) const
{
    if (m_chosen.isEmpty()) {
        return tr("Choose a file first.");
    }
    if (const QString none = m_commands.whyNone(); !none.isEmpty()) {
        return none;
    }
    if (m_run && m_chosen.size() > 1) {
        return tr("Another run over many files is under way.");
    }
    const bool any =
        std::any_of(m_chosen.begin(), m_chosen.end(), [&](const JobView &job) { return whyNot(action, job).isEmpty(); });
    return any ? QString() : whyNot(action, m_chosen.first());
}

QString FileActions::whyNotAll(JobAction action) const
{
    if (m_chosen.isEmpty()) {
        return tr("Choose a file first.");
    }
    if (const QString none = m_commands.whyNone(); !none.isEmpty()) {
        return none;
    }
    if (m_run || m_collecting) {
        return tr("Another run over many files is under way.");
    }
    return m_chosen.first().cause == Cause::None ? tr("This file has no cause.") : whyNot(action, m_chosen.first());
}

void FileActions::refresh()
{
    const auto show = [](QAction *action, const QString &name, const QString &why) {
        action->setEnabled(why.isEmpty());
        action->setToolTip(why.isEmpty() ? name : why);
        action->setText(why.isEmpty() ? name : name + u" – "_s + why);
    };
    for (auto at = m_actions.cbegin(); at != m_actions.cend(); ++at) {
        show(at.value(), nameOf(at.key()), whyNotNow(at.key()));
    }
    for (auto at = m_allWithCause.cbegin(); at != m_allWithCause.cend(); ++at) {
        show(at.value(), nameForCause(at.key()), whyNotAll(at.key()));
    }
    const bool held = !m_chosen.isEmpty() && m_chosen.first().state == JobState::Hold;
    m_actions[JobAction::Hold]->setShortcut(held ? QKeySequence() : QKeySequence(Qt::Key_H));
    m_actions[JobAction::Release]->setShortcut(held ? QKeySequence(Qt::Key_H) : QKeySequence());
}

ReasonDialog *FileActions::ask(JobAction action, const QList<JobView> &jobs, const QString &more)
{
    QList<JobView> able;
    ReasonDialog::Question question;
    question.title = nameOf(action).remove(u'…');
    for (const JobView &job : jobs) {
        const QString why = whyNot(action, job);
        if (why.isEmpty()) {
            able.append(job);
            question.items.append(labelOf(job));
        } else {
            question.leftOut.append(labelOf(job) + u": "_s + why);
        }
    }
    if (able.isEmpty()) {
        Q_EMIT said(tr("%1: none of the files can.").arg(question.title));
        return nullptr;
    }
    const auto risky = std::find_if(able.cbegin(), able.cend(), mayHaveRun);
    question.effect = effectOf(action, risky == able.cend() ? able.first() : *risky);
    if (jobs.size() > 1) {
        const QString counts = question.leftOut.isEmpty()
            ? tr("%1 files.").arg(able.size())
            : tr("%1 can, %2 can't and are left out.").arg(able.size()).arg(question.leftOut.size());
        question.effect = counts + u' ' + (more.isEmpty() ? QString() : more + u' ') + tr("Of each:") + u' ' + question.effect;
    }
    question.dangerous = action == JobAction::Stop || (action == JobAction::Requeue && risky != able.cend());
    auto *dialog = new ReasonDialog(question, m_host);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    QPointer<QComboBox> node;
    if (action == JobAction::Requeue) {
        const bool allWait =
            std::all_of(able.cbegin(), able.cend(), [](const JobView &job) { return job.state == JobState::Waiting; });
        node = nodeChooser(m_store, !allWait);
        dialog->addWidget(node);
    }
    connect(dialog, &QDialog::accepted, this, [this, dialog, action, able, node] {
        const Result<NodeName> chosen = NodeName::parse(node ? node->currentData().toString().toLatin1() : QByteArray());
        send(action, able, dialog->reason(), chosen ? *chosen : NodeName {});
    });
    dialog->open(); // its own loop would be a nested one
    return dialog;
}

void FileActions::send(JobAction action, const QList<JobView> &jobs, const QString &reason, const NodeName &node)
{
    if (jobs.size() == 1) {
        m_commands.send(action, jobs.first(), reason, node);
        return;
    }
    if (m_run) {
        Q_EMIT said(tr("Another run over many files is under way. Try again when it has ended."));
        return;
    }
    const QString name = nameOf(action).remove(u'…');
    m_run = new BulkRun(
        jobs,
        [this, action, reason, node](
            const JobView &job, FleetCommands::Told told) { m_commands.send(action, job, reason, node, std::move(told)); },
        this);
    connect(m_run, &BulkRun::progressed, this, &FileActions::runChanged);
    connect(m_run, &BulkRun::finished, this, [this, name](const BulkRun::Sum &sum) {
        m_run->deleteLater();
        m_run.clear();
        Q_EMIT said(name + u": "_s + sumText(sum));
        Q_EMIT runChanged();
        refresh();
    });
    m_run->start();
    Q_EMIT runChanged();
    refresh();
}

void FileActions::collectSameCause(JobAction action)
{
    if (!whyNotAll(action).isEmpty()) {
        return;
    }
    const JobView first = m_chosen.first();
    JobFilter filter;
    filter.states = {first.state};
    filter.cause = first.cause;
    auto *collector = new JobCollector(m_source, filter, this);
    m_collecting = true;
    refresh();
    const auto end = [this, collector] {
        m_collecting = false;
        collector->deleteLater();
        refresh();
    };
    connect(collector, &JobCollector::collected, this,
        [this, end, action, cause = first.cause](const QList<JobView> &jobs, qint64 total) {
            end();
            Q_EMIT said({});
            const QString bound = total > jobs.size()
                ? u' ' + tr("These are the newest %1 of %2: do it again for the others.").arg(jobs.size()).arg(total)
                : QString();
            ask(action, jobs, tr("The cause: %1").arg(textOf(cause)) + bound);
        });
    connect(collector, &JobCollector::failed, this, [this, end](const Error &error) {
        end();
        Q_EMIT said(tr("The files with this cause can't be fetched: %1").arg(textOf(error.code)));
    });
    Q_EMIT said(tr("Fetching all files with this cause…"));
    collector->start();
}

} // namespace dtf
