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

QString adviceFor(Cause cause)
{
    switch (cause) {
    case Cause::None:
        return {};
    case Cause::TypeNotAccepted:
        return Texts::tr("Ask the sender for a file of an accepted type.");
    case Cause::HostileName:
    case Cause::NameTooLong:
        return Texts::tr("Ask the sender to give it a plain, shorter name and to send it again.");
    case Cause::NotAFile:
        return Texts::tr("Take it out of the incoming folder; only ordinary files are taken.");
    case Cause::Empty:
        return Texts::tr("Ask the sender for the file with its content.");
    case Cause::ChangedMeanwhile:
        return Texts::tr("Ask the sender whether this is the right one, and put it into the incoming folder again.");
    case Cause::ExitCode:
    case Cause::Crashed:
        return Texts::tr("Read the end of its log. If it had uploaded something, look in the portal before you requeue it.");
    case Cause::SoftLimit:
    case Cause::HardLimit:
        return Texts::tr(
            "Look in the portal how far it came. Then requeue it, or mark it done; a larger file may need a higher limit.");
    case Cause::NoOutput:
    case Cause::ZeroRows:
    case Cause::ResultRule:
        return Texts::tr("Compare the file with its log and the portal: was nothing uploaded, or did the layout change?");
    case Cause::PipelineRejected:
        return Texts::tr("Its log says why. Ask the sender for a corrected file.");
    case Cause::SpawnFailed:
        return Texts::tr("Nothing was run. Use Self-check on its node, mend what it shows, then requeue the file.");
    case Cause::BrowserLost:
        return Texts::tr("Look in the portal how far it came, and at the node's browser, before you requeue it.");
    case Cause::LoginLost:
        return Texts::tr("Log in on the node's desktop, look in the portal how far it came, then requeue it.");
    case Cause::StoppedByOperator:
        return Texts::tr("Look in the portal how far it came, then requeue it or mark it done.");
    case Cause::OutputTooLarge:
        return Texts::tr("Read its log: the script may go round in circles. Look in the portal before you requeue it.");
    case Cause::AgentRestarted:
    case Cause::NodeLost:
    case Cause::MaybeStarted:
        return Texts::tr(
            "Nobody saw the end of its run: look in the portal. Requeue it if it is not there, mark it done if it is.");
    case Cause::Fenced:
        return Texts::tr("It may have run twice: look in the portal first.");
    case Cause::ForeignToken:
        return Texts::tr("Shut the copied machine down first. Then look in the portal and requeue the file or mark it done.");
    case Cause::ShareTrouble:
        return Texts::tr("Look at the share and its server. When it is well again, requeue the file.");
    case Cause::FileUnreadable:
        return Texts::tr("Give the agents' account the right to read it, then requeue it.");
    case Cause::AttemptsExhausted:
        return Texts::tr("Compare its attempts under Evidence. Mend the cause they share, then requeue it.");
    case Cause::MarkedByOperator:
        return Texts::tr("The audit says who decided it and why.");
    }
    return {};
}

} // namespace dtf
