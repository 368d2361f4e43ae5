// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/text/texts.h"

#include <QCoreApplication>

namespace dtf {

namespace {

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(dtf::Texts)
};

} // namespace

QString textOf(JobState state)
{
    switch (state) {
    case JobState::Waiting:
        return Texts::tr("waiting");
    case JobState::Moving:
        return Texts::tr("on its way");
    case JobState::Assigned:
        return Texts::tr("assigned");
    case JobState::Running:
        return Texts::tr("running");
    case JobState::InDoubt:
        return Texts::tr("in doubt");
    case JobState::Publishing:
        return Texts::tr("publishing");
    case JobState::Done:
        return Texts::tr("done");
    case JobState::Hold:
        return Texts::tr("on hold");
    case JobState::Failed:
        return Texts::tr("failed");
    case JobState::Rejected:
        return Texts::tr("rejected");
    case JobState::Withdrawn:
        return Texts::tr("withdrawn");
    }
    return {};
}

QString sentenceOf(JobState state)
{
    switch (state) {
    case JobState::Waiting:
        return Texts::tr("It waits for a node.");
    case JobState::Moving:
        return Texts::tr("It is being moved to its node.");
    case JobState::Assigned:
        return Texts::tr("It lies in its node's folder and is the next to run there.");
    case JobState::Running:
        return Texts::tr("It is running.");
    case JobState::InDoubt:
        return Texts::tr("Its node is lost: nobody can say yet whether it has been uploaded.");
    case JobState::Publishing:
        return Texts::tr("It has run; its results are being put into the completed folder.");
    case JobState::Done:
        return Texts::tr("It is done.");
    case JobState::Hold:
        return Texts::tr("It is on hold: a person must decide. Look at the portal, then use requeue or done.");
    case JobState::Failed:
        return Texts::tr("It has failed. Mend the cause, then use requeue.");
    case JobState::Rejected:
        return Texts::tr("It was rejected and never run. Put a corrected file into the incoming folder.");
    case JobState::Withdrawn:
        return Texts::tr("It was taken out of the incoming folder before it was ever run.");
    }
    return {};
}

QString attemptText(const QString &outcome)
{
    if (outcome == QLatin1StringView("released")) {
        return Texts::tr("given back");
    }
    if (outcome == QLatin1StringView("requeued")) {
        return Texts::tr("taken back before it ran");
    }
    if (outcome == QLatin1StringView("fenced")) {
        return Texts::tr("taken away while it ran");
    }
    if (outcome == QLatin1StringView("recovered")) {
        return Texts::tr("settled from what lay on the share");
    }
    const auto state = jobStateFromString(QLatin1StringView(outcome.toLatin1()));
    return state ? textOf(*state) : outcome;
}

QString textOf(Cause cause)
{
    switch (cause) {
    case Cause::None:
        return {};
    case Cause::TypeNotAccepted:
        return Texts::tr("Files of this type are not accepted.");
    case Cause::HostileName:
        return Texts::tr("The file name has characters that are not allowed.");
    case Cause::NameTooLong:
        return Texts::tr("The file name is too long.");
    case Cause::NotAFile:
        return Texts::tr("It is not an ordinary file.");
    case Cause::Empty:
        return Texts::tr("The file is empty.");
    case Cause::ChangedMeanwhile:
        return Texts::tr("The file was changed after it had been accepted.");
    case Cause::ExitCode:
        return Texts::tr("The script ended with an error.");
    case Cause::Crashed:
        return Texts::tr("The script crashed.");
    case Cause::SoftLimit:
        return Texts::tr("The script took too long and ended when asked.");
    case Cause::HardLimit:
        return Texts::tr("The script took too long and had to be ended by force.");
    case Cause::NoOutput:
        return Texts::tr("The script ended well but left no result.");
    case Cause::ZeroRows:
        return Texts::tr("The script ended well but processed no rows.");
    case Cause::ResultRule:
        return Texts::tr("The script ended well but its result breaks a rule.");
    case Cause::PipelineRejected:
        return Texts::tr("The script itself rejected the file.");
    case Cause::SpawnFailed:
        return Texts::tr("The script could not be started; nothing was run.");
    case Cause::BrowserLost:
        return Texts::tr("The browser went away during the run.");
    case Cause::LoginLost:
        return Texts::tr("The portal asked for a login during the run.");
    case Cause::StoppedByOperator:
        return Texts::tr("An operator stopped it.");
    case Cause::OutputTooLarge:
        return Texts::tr("The script wrote more than is allowed.");
    case Cause::AgentRestarted:
        return Texts::tr("The agent on its node was restarted during the run.");
    case Cause::NodeLost:
        return Texts::tr("Its node was lost during the run.");
    case Cause::MaybeStarted:
        return Texts::tr("It may have been started; nobody can say for certain.");
    case Cause::Fenced:
        return Texts::tr("It was taken away from its node while it ran.");
    case Cause::ForeignToken:
        return Texts::tr("It was found on a node that never took it: perhaps a copied virtual machine.");
    case Cause::ShareTrouble:
        return Texts::tr("The file share had trouble.");
    case Cause::FileUnreadable:
        return Texts::tr("The file can't be read.");
    case Cause::AttemptsExhausted:
        return Texts::tr("It has been tried as often as is allowed.");
    case Cause::MarkedByOperator:
        return Texts::tr("An operator decided it.");
    }
    return {};
}

} // namespace dtf
