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

QString textOf(AlertSeverity severity)
{
    switch (severity) {
    case AlertSeverity::Info:
        return Texts::tr("info");
    case AlertSeverity::Warning:
        return Texts::tr("warning");
    case AlertSeverity::Critical:
        return Texts::tr("critical");
    }
    return {};
}

QString textOf(AlertKind kind)
{
    switch (kind) {
    case AlertKind::LoginNeeded:
        return Texts::tr("The portal asks for a login.");
    case AlertKind::BrowserDown:
        return Texts::tr("The browser does not answer.");
    case AlertKind::BrowserCrashLoop:
        return Texts::tr("The browser crashes again and again and is not restarted any more.");
    case AlertKind::NodeLost:
        return Texts::tr("The node is silent.");
    case AlertKind::ManyNodesLost:
        return Texts::tr("Many nodes fell silent at once.");
    case AlertKind::ClonedNode:
        return Texts::tr("Two machines say that they are this node.");
    case AlertKind::JobHeld:
        return Texts::tr("A file is on hold and waits for a decision.");
    case AlertKind::JobFailed:
        return Texts::tr("A file has failed.");
    case AlertKind::JobRejected:
        return Texts::tr("A file was rejected.");
    case AlertKind::ZeroRows:
        return Texts::tr("A file ended well, but no rows were processed.");
    case AlertKind::JobStuck:
        return Texts::tr("A file has been sitting still for a long time.");
    case AlertKind::ShareDown:
        return Texts::tr("The file share can't be used.");
    case AlertKind::StoreFailing:
        return Texts::tr("The orchestrator can't save its records.");
    case AlertKind::LateResult:
        return Texts::tr("A result arrived after its file had been taken away: it may have been uploaded twice.");
    }
    return {};
}

QString adviceFor(AlertKind kind)
{
    switch (kind) {
    case AlertKind::LoginNeeded:
        return Texts::tr("Open the desktop of this node and log in to the portal; its files wait until then.");
    case AlertKind::BrowserDown:
        return Texts::tr("It is restarted by itself. If it stays down, look at the node's desktop or use restart-browser.");
    case AlertKind::BrowserCrashLoop:
        return Texts::tr("Look at the node's desktop, mend the cause, then use restart-browser.");
    case AlertKind::NodeLost:
        return Texts::tr(
            "Check that the machine is running and its network is up. Files that were waiting there go to other nodes.");
    case AlertKind::ManyNodesLost:
        return Texts::tr("Check the network around the orchestrator first. No node is taken out until this is over.");
    case AlertKind::ClonedNode:
        return Texts::tr("Shut one of them down, or give it its own name and token. This node gets no files until then.");
    case AlertKind::JobHeld:
        return Texts::tr("Look in the portal whether it was uploaded. Then use done if it was, requeue if it was not.");
    case AlertKind::JobFailed:
        return Texts::tr("Read its log, mend the cause, then use requeue.");
    case AlertKind::JobRejected:
        return Texts::tr("Ask the sender for a corrected file.");
    case AlertKind::ZeroRows:
        return Texts::tr("Open the file and its log: is it really empty, or did the layout change? Then use requeue or done.");
    case AlertKind::JobStuck:
        return Texts::tr("Use why to see what it waits for.");
    case AlertKind::ShareDown:
        return Texts::tr("Check the file server and the network. Nothing is moved until the share is back; nothing is lost.");
    case AlertKind::StoreFailing:
        return Texts::tr("Check the disk of the orchestrator's machine: space and permissions. No file is started until then.");
    case AlertKind::LateResult:
        return Texts::tr("Compare the late result with the portal before anything else is done with this file.");
    }
    return {};
}

} // namespace dtf
