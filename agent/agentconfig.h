// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "common/core/fingerprint.h"
#include "common/core/ids.h"

#include <QByteArray>
#include <QList>
#include <QMap>
#include <QRegularExpression>
#include <QString>
#include <QStringList>
#include <QUrl>

namespace dtf {

enum class PipelineKind { Command, Folder };
/// When a run may have touched the outside world: from its start, after the marker appeared in its output, or never.
enum class SideEffects { FromStart, AfterMarker, None };

struct BrowserConfig
{
    QString program; ///< empty: found by itself
    int port = 9222;
    QString profileDir; ///< --user-data-dir; owned by this agent
    QStringList arguments; ///< added to ours, e.g. --headless=new --no-sandbox
    QUrl startUrl; ///< opened in the first tab
    QString loginPattern; ///< regular expression on a page's URL: login page showing
    QString readyExpression; ///< JavaScript that must be true on a page; empty: only the login pattern counts
    QString readyUrlPattern; ///< which page readyExpression is asked on; empty: the first page
    QString endpointFile; ///< browser_state.json; empty: none
    milliseconds probeEvery {5'000};
    milliseconds probeTimeout {5'000};
    milliseconds startTimeout {30'000};
};

struct PipelineConfig
{
    PipelineKind kind = PipelineKind::Command;
    // command
    QStringList command; ///< program and arguments; {file} {name} {out} {port} {ws} {job} {attempt} are replaced, no shell
    QString workingDir; ///< empty: the run's own folder
    QList<std::pair<QString, QString>> environment; ///< added
    QList<int> rerunExitCodes; ///< ended before any side effect: safe to run again elsewhere
    // folder
    QString inboxDir;
    QString doneDir;
    QString rejectedDir;
    milliseconds settleFor {2'000}; ///< what appeared in done must be unchanged this long
    // both
    milliseconds softLimit {1'800'000};
    milliseconds hardLimit {3'600'000};
    milliseconds stopGrace {10'000}; ///< from the soft signal to the kill when stopping
    SideEffects sideEffects = SideEffects::FromStart;
    QRegularExpression marker; ///< AfterMarker: a line that says the upload begins
    int minOutputs = 1; ///< result files a success must leave
    QString resultJson; ///< wildcard on an output's name, e.g. *.log.json; empty: no rule
    QString resultField; ///< dotted path of a number in it that must not be 0, e.g. processedRowCount
    qint64 maxOutputBytes = 2'000'000'000;
    qint64 maxLogBytes = 64'000'000; ///< of one run on disk
};

/// Immutable after loading. Every field is one row of the key table in agentconfig.cpp.
struct AgentConfig
{
    // [node]
    NodeName node; ///< empty: the host's, asked for when it joins by a code
    bool offline = false; ///< runs alone, outside the pool, from offlineDir
    QString offlineDir; ///< local folder with the share's layout for this one node
    QList<QByteArray> offlineTypes {"csv", "xls", "xlsx", "pdf"}; ///< accepted in its incoming/
    QString stateDir; ///< journal, outbox, browser identity
    QString scratchDir; ///< local copies and outputs of the running file
    qint64 minDiskFree = 1'000'000'000; ///< bytes on the disk of either folder below which nothing is taken
    // [orchestrator]
    QUrl orchestratorUrl; ///< http://host:3000
    QString tokenFile; ///< one line: this node's bearer token; empty: it joins by a code
    QString joinCodeFile; ///< one line: the join code
    Fingerprint orchestratorFingerprint; ///< pinned; none: the system's CAs decide over https
    // [share]
    QString shareRoot;
    milliseconds shareCache {15'000};
    milliseconds shareBusyRetry {60'000};
    milliseconds shareRescan {2'000};
    bool shareWatch = true;
    // [browser], [pipeline]
    BrowserConfig browser;
    PipelineConfig pipeline;
    // [log]
    QString logJson;
    // no key: from <state_dir>/enrolment, when it has joined by a code
    QByteArray token;
    // no key: --adopt-share
    bool adoptShare = false; ///< the share that is mounted now is the right one, whatever was worked on before
};

/// As loadOrchestratorConfig.
[[nodiscard]] Result<AgentConfig> loadAgentConfig(const QString &path);
[[nodiscard]] QByteArray agentConfigReference();
/// As from a file at `path`, which need not exist.
[[nodiscard]] Result<AgentConfig> parseAgentConfig(const QByteArray &text, const QString &path);
/// For set-up: what a good file sets, as TOML by "section.key" (of tables their whole text); and a commented file that sets just
/// `values`.
[[nodiscard]] Result<QMap<QString, QString>> readAgentValues(const QString &path);
[[nodiscard]] QByteArray renderAgentConfig(const QMap<QString, QString> &values);
[[nodiscard]] QByteArray printConfig(const AgentConfig &config);

} // namespace dtf
