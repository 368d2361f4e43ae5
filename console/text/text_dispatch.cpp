// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/text/texts.h"

#include "common/core/escape.h"

#include <QCoreApplication>
#include <QHash>
#include <QMap>

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(dtf::Texts)
};

} // namespace

QString textOf(BrowserState state)
{
    switch (state) {
    case BrowserState::Disconnected:
        return Texts::tr("not connected");
    case BrowserState::Starting:
        return Texts::tr("starting");
    case BrowserState::LoginRequired:
        return Texts::tr("login needed");
    case BrowserState::Ready:
        return Texts::tr("ready");
    case BrowserState::Paused:
        return Texts::tr("given up");
    }
    return {};
}

QString gateText(const QString &gate)
{
    const QHash<QString, QString> texts {
        {u"settled"_s, Texts::tr("The orchestrator has just started and has not read the share yet.")},
        {u"share"_s, Texts::tr("The orchestrator can't use the file share.")},
        {u"store"_s, Texts::tr("The orchestrator can't save its records.")},
        {u"maintenance"_s, Texts::tr("Dispatch is paused.")},
        {u"serial"_s, Texts::tr("Another file of the same name or key must end first.")},
        {u"pool"_s, Texts::tr("The node is not heard.")},
        {u"version"_s, Texts::tr("The node's agent was refused: wrong version, or a copied machine.")},
        {u"in-service"_s, Texts::tr("The node is paused or draining.")},
        {u"node-share"_s, Texts::tr("The node can't use the file share.")},
        {u"browser-ready"_s, Texts::tr("The node's browser is not ready.")},
        {u"agent-ready"_s, Texts::tr("The node's agent takes no new files.")},
        {u"disk"_s, Texts::tr("The node's disk is too full.")},
        {u"wanted"_s, Texts::tr("An operator chose another node for this file.")},
        {u"excluded"_s, Texts::tr("The node has just given this file back.")},
        {u"affinity"_s, Texts::tr("The file stays for the node that works on its key.")},
        {u"capacity"_s, Texts::tr("The node has enough to do.")},
    };
    return texts.value(gate);
}

QString gateName(const QString &gate)
{
    const QHash<QString, QString> names {
        {u"settled"_s, Texts::tr("Share read")},
        {u"share"_s, Texts::tr("Share")},
        {u"store"_s, Texts::tr("Store")},
        {u"maintenance"_s, Texts::tr("Dispatch on")},
        {u"serial"_s, Texts::tr("Its turn")},
        {u"pool"_s, Texts::tr("Node heard")},
        {u"version"_s, Texts::tr("Agent accepted")},
        {u"in-service"_s, Texts::tr("In service")},
        {u"node-share"_s, Texts::tr("Node's share")},
        {u"browser-ready"_s, Texts::tr("Browser")},
        {u"agent-ready"_s, Texts::tr("Agent")},
        {u"disk"_s, Texts::tr("Disk")},
        {u"wanted"_s, Texts::tr("Chosen node")},
        {u"excluded"_s, Texts::tr("Not given back")},
        {u"affinity"_s, Texts::tr("Its node")},
        {u"capacity"_s, Texts::tr("Room")},
    };
    return names.value(gate, gate);
}

QString verdictText(const QString &verdict, JobState state)
{
    if (state != JobState::Waiting) {
        return sentenceOf(state);
    }
    const QHash<QString, QString> texts {
        {u"needs-decision"_s, Texts::tr("It may have run before: a person must allow another run with requeue.")},
        {u"dispatch"_s, Texts::tr("It is being moved to a node.")},
        {u"reject"_s, Texts::tr("It is being moved to the rejected folder.")},
        {u"hold"_s, Texts::tr("It is being put on hold.")},
        {u"fail"_s, Texts::tr("It is being moved to the failed folder.")},
        {u"mark-done"_s, Texts::tr("It is being marked as done.")},
        {u"roll-forward"_s, Texts::tr("Its results are being put into the completed folder.")},
        {u"retry-wait"_s, Texts::tr("Moving it failed; it is tried again soon.")},
        {u"waiting-for-node"_s, Texts::tr("No node can take it now.")},
        {u"dispatchable"_s, Texts::tr("It is about to be given to a node.")},
    };
    if (const auto found = texts.constFind(verdict); found != texts.cend()) {
        return *found;
    }
    const QString gate = gateText(verdict);
    return gate.isEmpty() ? sentenceOf(state) : gate;
}

QString nodeStateText(const QString &state)
{
    const QHash<QString, QString> texts {
        {u"ready"_s, Texts::tr("ready")},
        {u"busy"_s, Texts::tr("busy")},
        {u"paused"_s, Texts::tr("paused")},
        {u"draining"_s, Texts::tr("draining")},
        {u"refused"_s, Texts::tr("refused")},
        {u"unseen"_s, Texts::tr("not seen yet")},
        {u"suspect"_s, Texts::tr("late")},
        {u"lost"_s, Texts::tr("lost")},
        {u"disconnected"_s, Texts::tr("no browser")},
        {u"starting"_s, Texts::tr("browser starting")},
        {u"login_required"_s, Texts::tr("login needed")},
        {u"node-share"_s, Texts::tr("no share")},
        {u"agent-ready"_s, Texts::tr("takes no files")},
        {u"disk"_s, Texts::tr("disk full")},
        {u"version"_s, Texts::tr("wrong version")},
    };
    return texts.value(state, state);
}

QString agentVersionsText(const QStringList &versions)
{
    QMap<QString, int> counts;
    for (const QString &version : versions) {
        ++counts[version.isEmpty() ? Texts::tr("unknown") : escapedForLog(version)];
    }
    const QString agents = versions.size() == 1 ? Texts::tr("1 agent") : Texts::tr("%1 agents").arg(versions.size());
    if (counts.size() < 2) {
        return counts.isEmpty() ? QString() : Texts::tr("%1, version %2").arg(agents, counts.firstKey());
    }
    QStringList words;
    for (auto it = counts.cbegin(); it != counts.cend(); ++it) {
        words.append(u"%1 (%2)"_s.arg(it.key()).arg(it.value()));
    }
    return Texts::tr("%1, %2 versions: %3").arg(agents).arg(counts.size()).arg(words.join(u", "_s));
}

} // namespace dtf
