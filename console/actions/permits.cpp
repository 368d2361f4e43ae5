// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/actions/permits.h"

#include "console/text/texts.h"

#include <QCoreApplication>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

struct Permits
{
    Q_DECLARE_TR_FUNCTIONS(dtf::Permits)
};

bool mayHaveRun(const JobView &job)
{
    return job.attempts > 0 || job.state == JobState::InDoubt;
}

bool heard(const NodeView &node)
{
    return node.beat.seq > 0 && node.state != u"lost"_s && node.state != u"unseen"_s;
}

} // namespace

QString whyNoCommand(Freshness freshness, bool mayCommand)
{
    switch (freshness) {
    case Freshness::Nothing:
        return Permits::tr("Nothing is known of the fleet yet.");
    case Freshness::Gone:
        return Permits::tr("The orchestrator can't be reached: what you see is old.");
    case Freshness::Old:
        return Permits::tr("The orchestrator has not been heard for some seconds: what you see may be old.");
    case Freshness::Current:
        break;
    }
    return mayCommand ? QString() : Permits::tr("Your access is for reading only.");
}

QString whyNot(JobAction action, const JobView &job)
{
    const QString state = textOf(job.state);
    switch (action) {
    case JobAction::Requeue:
        if (job.state == JobState::Waiting) {
            return {}; // a node may be chosen
        }
        return job.state == JobState::Assigned || job.state == JobState::Hold || job.state == JobState::Failed
                || job.state == JobState::InDoubt
            ? QString()
            : Permits::tr("A file that is %1 can't be requeued.").arg(state);
    case JobAction::Hold:
        return job.state == JobState::Waiting || job.state == JobState::Assigned || job.state == JobState::Failed
                || job.state == JobState::InDoubt
            ? QString()
            : Permits::tr("A file that is %1 can't be put on hold.").arg(state);
    case JobAction::Release:
        if (job.state != JobState::Hold) {
            return Permits::tr("It is not on hold.");
        }
        return mayHaveRun(job) ? Permits::tr("It has run before and may have been uploaded: look at the portal, then requeue it "
                                             "or mark it done.")
                               : QString();
    case JobAction::Stop:
        if (job.state != JobState::Running && job.state != JobState::InDoubt) {
            return Permits::tr("It does not run.");
        }
        return job.stopAsked ? Permits::tr("Its stop has been asked for already.") : QString();
    case JobAction::Done:
        return job.state == JobState::Hold || job.state == JobState::Failed || job.state == JobState::InDoubt
            ? QString()
            : Permits::tr("Only a file on hold or failed can be marked done.");
    }
    return {};
}

QString whyNot(NodeAction action, const NodeView &node)
{
    switch (action) {
    case NodeAction::Pause:
        return node.paused ? Permits::tr("It is paused already.") : QString();
    case NodeAction::Resume:
        return node.paused || node.draining ? QString() : Permits::tr("It is in service already.");
    case NodeAction::Drain:
        return node.draining ? Permits::tr("It is draining already.") : QString();
    case NodeAction::RestartBrowser:
    case NodeAction::RestartAgent:
    case NodeAction::Picture:
    case NodeAction::SelfCheck:
        return heard(node) ? QString() : Permits::tr("Its agent is not heard.");
    }
    return {};
}

QString whyNotDispatch(bool pause, const FleetSummary &summary)
{
    if (pause == summary.dispatchPaused) {
        return pause ? Permits::tr("Dispatch is paused already.") : Permits::tr("Dispatch is running already.");
    }
    return {};
}

QString effectOf(JobAction action, const JobView &job)
{
    switch (action) {
    case JobAction::Requeue:
        return mayHaveRun(job) ? Permits::tr(
                   "It will run again. An earlier run may have uploaded it already: look at the portal first, or people may "
                   "be paid twice.")
                               : Permits::tr("It will wait for a node and run.");
    case JobAction::Hold:
        return Permits::tr("It will not run until somebody releases or requeues it.");
    case JobAction::Release:
        return Permits::tr("It will wait for a node and run.");
    case JobAction::Stop:
        return Permits::tr("Its run is ended now. It may have been uploaded already; it goes on hold for you to decide.");
    case JobAction::Done:
        return Permits::tr("It is taken for done by hand and will never run again.");
    }
    return {};
}

QString effectOf(NodeAction action, const NodeView &node, bool now)
{
    const bool runs = !node.beat.running.isEmpty();
    switch (action) {
    case NodeAction::Pause:
        return runs ? Permits::tr("It finishes the file it runs and begins nothing new.") : Permits::tr("It begins nothing new.");
    case NodeAction::Resume:
        return Permits::tr("It gets files again.");
    case NodeAction::Drain:
        return Permits::tr("It finishes what it runs; its waiting files go to other nodes.");
    case NodeAction::RestartBrowser:
        if (now && runs) {
            return Permits::tr("The browser is restarted at once. The running file loses it and may have been uploaded already.");
        }
        return runs ? Permits::tr("The browser is restarted after the running file. Its profile, and with it the login, is kept.")
                    : Permits::tr("The browser is restarted. Its profile, and with it the login, is kept.");
    case NodeAction::RestartAgent:
        return Permits::tr("The agent restarts after the running file; the browser stays open.");
    case NodeAction::Picture:
        return Permits::tr("A picture of what the browser shows is fetched.");
    case NodeAction::SelfCheck:
        return Permits::tr("It tries its configuration, folders, share, links and browser for real. Nothing is changed.");
    }
    return {};
}

QString nameOf(JobAction action)
{
    switch (action) {
    case JobAction::Requeue:
        return Permits::tr("Requeue…");
    case JobAction::Hold:
        return Permits::tr("Hold…");
    case JobAction::Release:
        return Permits::tr("Release…");
    case JobAction::Stop:
        return Permits::tr("Stop the run…");
    case JobAction::Done:
        return Permits::tr("Mark done…");
    }
    return {};
}

QString nameOf(NodeAction action)
{
    switch (action) {
    case NodeAction::Pause:
        return Permits::tr("Pause…");
    case NodeAction::Resume:
        return Permits::tr("Resume…");
    case NodeAction::Drain:
        return Permits::tr("Drain…");
    case NodeAction::RestartBrowser:
        return Permits::tr("Restart browser…");
    case NodeAction::RestartAgent:
        return Permits::tr("Restart agent…");
    case NodeAction::Picture:
        return Permits::tr("Picture of the browser");
    case NodeAction::SelfCheck:
        return Permits::tr("Self-check");
    }
    return {};
}

} // namespace dtf
