// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/agentcheck.h"

#include "agent/join/membership.h"
#include "agent/work/journalcodec.h"
#include "agent/work/offlinedesk.h"
#include "common/config/tokens.h"
#include "common/setup/localfacts.h"
#include "common/setup/shareproof.h"
#include "common/share/localsharefs.h"

#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

/// The share this agent has worked on, as its journal knows it; read beside a running agent.
QByteArray rememberedShare(const QString &stateDir)
{
    QFile journal(stateDir + u"/journal.dtf"_s);
    JournalView view;
    if (journal.open(QIODevice::ReadOnly)) {
        const FramesRead read = decodeFrames(journal.readAll());
        for (const JournalFrame &frame : read.frames) {
            view.apply(frame.record);
        }
    }
    return view.shareUuid();
}

/// The folder is made at the first start, so only what is there already must fit.
void checkOffline(const AgentConfig &config, const AgentCheckHints &hints, QList<CheckRow> &rows)
{
    rows.append(checkFolder(u"offline folder"_s, config.offlineDir, hints.account));
    Result<void> usable = OfflineDesk::checkFolder(config.offlineDir);
    LocalShareFs folder(config.offlineDir, {});
    if (usable && QFileInfo::exists(QDir(config.offlineDir).filePath(QString::fromLatin1(layout::sentinel())))) {
        usable = folder.identity().and_then([&](const ShareIdentity &) { return folder.probe(); });
    }
    rows.append(usable ? isGood(u"offline incoming"_s,
                    u"drop files into %1"_s.arg(QDir(config.offlineDir).filePath(QString::fromLatin1(layout::incoming()))))
                       : isBad(u"offline incoming"_s, usable.error().detail, u"name another folder, of its own"_s));
    rows.append(isGood(u"orchestrator"_s, u"none is needed offline"_s));
}

/// It has no name of its own yet.
bool isToJoin(const AgentConfig &config)
{
    return joinsByCode(config) && config.token.isEmpty();
}

void checkShareAndLink(const AgentConfig &config, const AgentCheckHints &hints, QList<CheckRow> &rows)
{
    if (hints.shareHangs) {
        rows.append(isBad(u"share"_s, u"%1 hangs"_s.arg(config.shareRoot),
            u"look whether its server runs and the network reaches it; mount it anew"_s));
    } else {
        ShareProofPlan plan;
        plan.root = config.shareRoot;
        plan.expectedUuid = config.adoptShare ? QByteArray() : rememberedShare(config.stateDir);
        plan.account = hints.account;
        if (!config.node.isEmpty() && !isToJoin(config)) { // else its folder is made when it joins
            plan.nodes = {config.node};
        }
        rows += proveShare(plan);
    }
    if (joinsByCode(config)) { // the token is that of its enrolment, none until then
        for (CheckRow row : checkLink(config.orchestratorUrl, config.orchestratorFingerprint, config.token, config.node)) {
            if (row.what == "token"_L1 && !row.ok()) {
                row.advice =
                    u"the orchestrator has lost its store, or this node was forgotten there: put a fresh join code (dtf-ctl "
                    "join-code) into %1, then it joins again by itself under its name"_s.arg(config.joinCodeFile);
            }
            rows.append(row);
        }
        return;
    }
    const Result<QByteArray> token = readTokenFile(config.tokenFile);
    rows.append(token
            ? checkReadable(u"token file"_s, config.tokenFile, hints.account)
            : isBad(u"token file"_s, token.error().detail,
                u"bring the token that dtf-orchestrator setup made for this node; it must belong to this account alone"_s));
    rows += checkLink(config.orchestratorUrl, config.orchestratorFingerprint, token.value_or(QByteArray()), config.node);
}

} // namespace

QList<CheckRow> checkPipeline(const PipelineConfig &pipeline, const std::optional<Account> &account)
{
    const QString what = u"pipeline"_s;
    if (pipeline.kind == PipelineKind::Folder) {
        QList<CheckRow> rows;
        for (const QString &folder : {pipeline.inboxDir, pipeline.doneDir, pipeline.rejectedDir}) {
            rows.append(checkFolder(u"pipeline folder"_s, folder, account));
        }
        return rows;
    }
    const QString program = pipeline.command.value(0);
    const bool whole = QFileInfo(program).isAbsolute();
    const QString found =
        whole ? (QFileInfo(program).isExecutable() ? program : QString()) : QStandardPaths::findExecutable(program);
    if (found.isEmpty()) {
        return {isBad(what, u"the program %1 is not there or can't be run"_s.arg(program),
            u"install it, or write its whole path into [pipeline] command"_s)};
    }
    if (!pipeline.workingDir.isEmpty() && !QFileInfo(pipeline.workingDir).isDir()) {
        return {isBad(what, u"the folder %1 is not there"_s.arg(pipeline.workingDir),
            u"put the pipeline there, or correct [pipeline] working_dir"_s)};
    }
    if (!pipeline.workingDir.isEmpty() && !mayEnter(pipeline.workingDir, account)) {
        return {
            isBad(what, u"the account %1 may not enter %2"_s.arg(account ? account->name : ownAccountName(), pipeline.workingDir),
                u"give it the right to (x) on that folder and those above, or correct [pipeline] working_dir"_s)};
    }
    return {isGood(what, found)};
}

QStringList changedFolders(const AgentConfig &config)
{
    QStringList folders {
        config.stateDir, config.scratchDir, config.browser.profileDir, config.offline ? config.offlineDir : config.shareRoot};
    if (!config.logJson.isEmpty()) {
        folders += QFileInfo(config.logJson).absolutePath();
    }
    if (config.pipeline.kind == PipelineKind::Folder) {
        folders += {config.pipeline.inboxDir, config.pipeline.doneDir, config.pipeline.rejectedDir};
    }
    return folders;
}

QList<CheckRow> checkAgent(const AgentConfig &given, const AgentCheckHints &hints)
{
    QList<CheckRow> rows;
    AgentConfig config = given;
    if (joinsByCode(config)) {
        std::optional<Enrolment> enrolled;
        rows.append(checkMembership(config, &enrolled));
        if (!enrolled && QFileInfo::exists(config.joinCodeFile)) {
            rows.append(checkReadable(u"join code"_s, config.joinCodeFile, hints.account));
        }
        config = enrolled ? asMember(config, *enrolled) : config;
    }
    rows.append(checkFolder(u"state"_s, config.stateDir, hints.account));
    rows.append(checkLocalDisk(u"state disk"_s, config.stateDir));
    rows.append(checkFolder(u"scratch"_s, config.scratchDir, hints.account));
    rows.append(checkSpace(u"scratch space"_s, config.scratchDir, config.minDiskFree));
    if (config.offline) {
        checkOffline(config, hints, rows);
    } else {
        checkShareAndLink(config, hints, rows);
    }
    rows += checkBrowser(config.browser, config.stateDir, hints.account);
    rows += checkPipeline(config.pipeline, hints.account);
    rows.append(checkMachineIdentity());
    if (config.shareWatch) {
        rows.append(checkWatchLimits());
    }
    return rows;
}

} // namespace dtf
