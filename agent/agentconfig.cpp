// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/agentconfig.h"

#include "common/config/configtable.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

using Row = config::Key<AgentConfig>;

constexpr qint64 megabyte = 1'000'000;
constexpr char megabytes[] = "MB (1,000,000 bytes)";

#define AT(member) ([](auto &s) -> auto & { return s.member; })

template <typename At, typename Type>
Row row(const char *section, const char *name, At at, Type type, const char *meaning, config::Sample sample = {})
{
    return config::key<AgentConfig>(section, name, at, type, meaning, sample);
}

QList<Row> nodeRows()
{
    using namespace config;
    return {
        row("node", "name", AT(node), Node {},
            "This worker's name, as in the orchestrator's settings. With a join code it may be left out: then the host's name is "
            "asked "
            "for.",
            {"name = \"DTF-01\""}),
        row("node", "offline", AT(offline), Flag {},
            "Work alone, outside the pool, without share and orchestrator: for development. Files dropped into incoming below "
            "offline_dir are run."),
        row("node", "offline_dir", AT(offlineDir), Path {},
            "A local folder of its own, made and laid out like the share; needed when offline. Results appear "
            "in completed, hold, failed or rejected below it."),
        row("node", "offline_types", AT(offlineTypes),
            Texts {"list of file name endings in lower case without the dot", "[a-z0-9]{1,16}"},
            "Offline, files of any other type are rejected, as the orchestrator does."),
        row("node", "state_dir", AT(stateDir), Path {},
            "Journal, reports not delivered yet, the browser's identity. On a local disk; never copied to another machine.",
            {"state_dir = \"/var/lib/dtf/agent\"", true}),
        row("node", "scratch_dir", AT(scratchDir), Path {}, "Local copies and outputs of the running file. On a local disk.",
            {"scratch_dir = \"/var/lib/dtf/agent/scratch\"", true}),
        row("node", "min_disk_free_mb", AT(minDiskFree), Whole {0, 100'000'000, megabytes, megabyte},
            "With less free space on the disk of scratch_dir or state_dir nothing is taken."),

        row("orchestrator", "url", AT(orchestratorUrl), Url {true}, "Where the orchestrator listens; needed unless offline.",
            {"url = \"http://orchestrator:3000\""}),
        row("orchestrator", "token_file", AT(tokenFile), Path {},
            "A file with one line, this node's token; only this program's user may read it. Needed unless offline or "
            "join_code_file is set.",
            {"token_file = \"/etc/dtf/agent.token\""}),
        row("orchestrator", "join_code_file", AT(joinCodeFile), Path {},
            "Instead of token_file: a file with one line, a join code (dtf-ctl join-code). At its first start the agent joins "
            "the pool with it and keeps name and token in state_dir; a clone of the machine joins anew, under its own name."),
        row("orchestrator", "fingerprint", AT(orchestratorFingerprint), Certificate {},
            "Over https: the orchestrator's certificate, as dtf-orchestrator --check shows it there. Then only this one is "
            "trusted, "
            "whoever signed it; empty: the certificate must be good to this system's CAs."),

        row("share", "root", AT(shareRoot), Path {},
            "The dispatch zone, as the orchestrator has it; needed unless offline. On Windows e.g. '\\\\dtf-files\\dispatch'.",
            {"root = \"/srv/dtf-files/dispatch\""}),
        row("share", "cache_seconds", AT(shareCache), Duration {0, 600},
            "How long this machine's view of the share may be out of date; 0 on a local disk."),
        row("share", "busy_retry_seconds", AT(shareBusyRetry), Duration {0, 3600},
            "How long a file that another program holds open is tried again."),
        row("share", "rescan_seconds", AT(shareRescan), Duration {0.1, 3600},
            "This node's folder is listed completely at least this often."),
        row("share", "watch", AT(shareWatch), Flag {}, "Let the system's watcher wake the listing up. Everything works without."),
    };
}

QList<Row> browserRows()
{
    using namespace config;
    return {
        row("browser", "program", AT(browser.program), Text {"a program's name or path"},
            "The Chrome or Chromium to start; empty: the installed one is found."),
        row("browser", "port", AT(browser.port), Whole {1, 65'535}, "Its DevTools port."),
        row("browser", "profile_dir", AT(browser.profileDir), Path {},
            "Its profile with the portal's session; used by this agent alone.",
            {"profile_dir = \"/var/lib/dtf/agent/chrome-profile\"", true}),
        row("browser", "arguments", AT(browser.arguments), Texts {}, "Further arguments for the browser."),
        row("browser", "start_url", AT(browser.startUrl), Url {}, "Opened in the first tab."),
        row("browser", "login_pattern", AT(browser.loginPattern), Pattern {},
            "A page whose address matches is the portal's log-in page: a person must log in.", {"login_pattern = '/login'"}),
        row("browser", "ready_expression", AT(browser.readyExpression), Text {"a JavaScript expression"},
            "Must be true on a page before files are taken; empty: only login_pattern counts."),
        row("browser", "ready_url_pattern", AT(browser.readyUrlPattern), Pattern {},
            "The page that ready_expression is asked on; empty: the first page."),
        row("browser", "endpoint_file", AT(browser.endpointFile), Path {},
            "The file that tells scripts the browser's address, e.g. browser_state.json; empty: none."),
        row("browser", "probe_seconds", AT(browser.probeEvery), Duration {0.1, 300},
            "How often the browser is asked whether it is well."),
        row("browser", "probe_timeout_seconds", AT(browser.probeTimeout), Duration {0.1, 300}, "How long it may take to answer."),
        row("browser", "start_timeout_seconds", AT(browser.startTimeout), Duration {1, 600}, "How long it may take to start."),
    };
}

QList<Row> pipelineRows()
{
    using namespace config;
    return {
        row("pipeline", "kind", AT(pipeline.kind),
            Choice<PipelineKind> {{{PipelineKind::Command, u"command"_s}, {PipelineKind::Folder, u"folder"_s}}},
            "command: a program is started for each file; folder: the file is put into a folder that a script watches."),
        row("pipeline", "command", AT(pipeline.command), Texts {"list: the program and its arguments"},
            "Program and arguments, without a shell. Replaced are {file} {name} {out} {port} {ws} {job} {attempt}.",
            {"command = [\"node\", \"run.js\", \"{file}\"]"}),
        row("pipeline", "working_dir", AT(pipeline.workingDir), Path {}, "Where it runs; empty: in the run's own folder."),
        row("pipeline", "rerun_exit_codes", AT(pipeline.rerunExitCodes), Wholes {-2'147'483'648, 2'147'483'647},
            "Exit codes that promise: nothing was uploaded, it is safe to run again elsewhere."),
        row("pipeline", "inbox_dir", AT(pipeline.inboxDir), Path {}, "kind folder: where the script expects files."),
        row("pipeline", "done_dir", AT(pipeline.doneDir), Path {}, "kind folder: where it leaves results."),
        row("pipeline", "rejected_dir", AT(pipeline.rejectedDir), Path {}, "kind folder: where it puts files it refuses."),
        row("pipeline", "settle_seconds", AT(pipeline.settleFor), Duration {0.1, 3600},
            "kind folder: results must have stayed the same for this long."),
        row("pipeline", "soft_limit_seconds", AT(pipeline.softLimit), Duration {1, 604'800},
            "A run longer than this is asked to end."),
        row("pipeline", "hard_limit_seconds", AT(pipeline.hardLimit), Duration {1, 604'800}, "A run longer than this is killed."),
        row("pipeline", "stop_grace_seconds", AT(pipeline.stopGrace), Duration {0, 600},
            "From asking a run to end to killing it, when an operator stops it."),
        row("pipeline", "side_effects", AT(pipeline.sideEffects),
            Choice<SideEffects> {{{SideEffects::FromStart, u"from-start"_s}, {SideEffects::AfterMarker, u"after-marker"_s},
                {SideEffects::None, u"none"_s}}},
            "When a run may have uploaded something: from its start, after the marker appeared in its output, or never. When in "
            "doubt, from-start."),
        row("pipeline", "marker", AT(pipeline.marker), Pattern {},
            "The line of output that says the upload begins; for side_effects = \"after-marker\"."),
        row("pipeline", "min_outputs", AT(pipeline.minOutputs), Whole {0, 10'000, "files"},
            "Result files that a success must leave."),
        row("pipeline", "result_json", AT(pipeline.resultJson), Text {"a file name with * and ?"},
            "The output that holds the result, e.g. *.log.json; empty: no rule."),
        row("pipeline", "result_field", AT(pipeline.resultField), Text {"names joined by dots"},
            "A number in it that must not be 0, e.g. processedRowCount."),
        row("pipeline", "max_output_mb", AT(pipeline.maxOutputBytes), Whole {1, 1'000'000, megabytes, megabyte},
            "Largest sum of one run's results."),
        row("pipeline", "max_log_mb", AT(pipeline.maxLogBytes), Whole {1, 100'000, megabytes, megabyte},
            "Largest log of one run; the rest is left out."),
        textTable<AgentConfig>("pipeline", "environment", AT(pipeline.environment), "[A-Za-z_][A-Za-z0-9_]{0,127}",
            "Environment variables added for the pipeline.", {"[pipeline.environment]\nNODE_ENV = \"production\""}),
        row("log", "json", AT(logJson), Path {}, "Log as JSON lines into this file too; empty: no."),
    };
}

#undef AT

const QList<Row> &rows()
{
    static const QList<Row> table = nodeRows() + browserRows() + pipelineRows();
    return table;
}

/// A value that was refused has its own message already.
void need(bool given, const QString &path, const char *when, ConfigErrors &errors)
{
    if (!given && !errors.has(path)) {
        errors.add(
            path, (errors.wasSeen(path) ? u"must not be empty %1"_s : u"is missing; needed %1"_s).arg(QLatin1StringView(when)));
    }
}

void checkNode(const AgentConfig &c, ConfigErrors &errors)
{
    need(!c.node.isEmpty() || (!c.offline && !c.joinCodeFile.isEmpty()), u"node.name"_s, "unless join_code_file is set", errors);
    if (c.offline) {
        need(!c.offlineDir.isEmpty(), u"node.offline_dir"_s, "when offline", errors);
    } else {
        need(!c.orchestratorUrl.isEmpty(), u"orchestrator.url"_s, "unless offline", errors);
        need(!c.tokenFile.isEmpty() || !c.joinCodeFile.isEmpty(), u"orchestrator.token_file"_s,
            "unless offline or join_code_file is set", errors);
        if (!c.tokenFile.isEmpty() && !c.joinCodeFile.isEmpty()) {
            errors.add(u"orchestrator.join_code_file"_s, u"does nothing beside token_file: set one of the two"_s);
        }
        need(!c.shareRoot.isEmpty(), u"share.root"_s, "unless offline", errors);
    }
    if (!c.orchestratorFingerprint.isEmpty() && c.orchestratorUrl.scheme() != "https"_L1 && !errors.has(u"orchestrator.url"_s)) {
        errors.add(u"orchestrator.fingerprint"_s,
            u"does nothing without TLS; when the orchestrator speaks it, its url begins with https://"_s);
    }
    if (c.offline && !c.offlineDir.isEmpty() && !c.shareRoot.isEmpty()
        && (c.offlineDir == c.shareRoot || c.offlineDir.startsWith(c.shareRoot + u'/'))) {
        errors.add(u"node.offline_dir"_s, u"must not lie on the pool's share; choose a folder of its own on this machine"_s);
    }
    if (!c.stateDir.isEmpty() && c.stateDir == c.scratchDir) {
        errors.add(u"node.scratch_dir"_s, u"must be another folder than state_dir: it is emptied"_s);
    }
    if (!c.shareRoot.isEmpty()) {
        for (const auto &[path, value] : {std::pair {u"node.state_dir"_s, c.stateDir},
                 std::pair {u"node.scratch_dir"_s, c.scratchDir}, std::pair {u"browser.profile_dir"_s, c.browser.profileDir}}) {
            if (value == c.shareRoot || value.startsWith(c.shareRoot + u'/')) {
                errors.add(path, u"must not lie on the share; choose a place on this machine's own disk"_s);
            }
        }
    }
}

void checkBrowser(const BrowserConfig &c, ConfigErrors &errors)
{
    static constexpr std::pair<const char *, const char *> ours[] = {{"--remote-debugging-port", "set port"},
        {"--user-data-dir", "set profile_dir"}, {"--remote-debugging-pipe", "leave it out"},
        {"--remote-debugging-address", "leave it out: the port must not be reachable from outside"},
        {"--remote-allow-origins", "leave it out"}};
    for (const QString &argument : c.arguments) {
        for (const auto &[name, instead] : ours) {
            if (argument.section(u'=', 0, 0) == QLatin1StringView(name)) {
                errors.add(u"browser.arguments"_s,
                    u"holds %1, which the agent decides itself; %2"_s.arg(tomlText(argument), QLatin1StringView(instead)));
            }
        }
    }
    if (!c.readyUrlPattern.isEmpty() && c.readyExpression.isEmpty()) {
        errors.add(u"browser.ready_url_pattern"_s, u"does nothing without ready_expression"_s);
    }
}

void checkPipeline(const PipelineConfig &c, ConfigErrors &errors)
{
    switch (c.kind) {
    case PipelineKind::Command:
        need(!c.command.isEmpty() && !c.command.first().isEmpty(), u"pipeline.command"_s,
            "for kind = \"command\": the program to start", errors);
        break;
    case PipelineKind::Folder:
        need(!c.inboxDir.isEmpty(), u"pipeline.inbox_dir"_s, "for kind = \"folder\"", errors);
        need(!c.doneDir.isEmpty(), u"pipeline.done_dir"_s, "for kind = \"folder\"", errors);
        need(!c.rejectedDir.isEmpty(), u"pipeline.rejected_dir"_s, "for kind = \"folder\"", errors);
        if (!c.inboxDir.isEmpty() && (c.inboxDir == c.doneDir || c.inboxDir == c.rejectedDir)) {
            errors.add(u"pipeline.inbox_dir"_s, u"must be another folder than done_dir and rejected_dir"_s);
        }
        if (!c.doneDir.isEmpty() && c.doneDir == c.rejectedDir) {
            errors.add(u"pipeline.rejected_dir"_s, u"must be another folder than done_dir"_s);
        }
        break;
    }
    if (c.softLimit > c.hardLimit) {
        errors.add(u"pipeline.soft_limit_seconds"_s, u"must not be more than hard_limit_seconds"_s);
    }
    const bool hasMarker = !c.marker.pattern().isEmpty();
    if (c.sideEffects == SideEffects::AfterMarker && !hasMarker) {
        need(false, u"pipeline.marker"_s, "for side_effects = \"after-marker\"", errors);
    }
    if (c.sideEffects != SideEffects::AfterMarker && hasMarker) {
        errors.add(u"pipeline.marker"_s, u"does nothing without side_effects = \"after-marker\""_s);
    }
    if (c.rerunExitCodes.contains(0)) {
        errors.add(u"pipeline.rerun_exit_codes"_s, u"holds 0, which means success"_s);
    }
    if (!c.resultField.isEmpty() && c.resultJson.isEmpty()) {
        errors.add(u"pipeline.result_field"_s, u"does nothing without result_json"_s);
    }
}

const QString title = u"DTF Orchestration: the settings of the agent on a worker machine (TOML, https://toml.io).\n"
                      "A line beginning with # is a comment. Keys that are commented out show their default.\n"
                      "Check a changed file with: dtf-agent --check --config FILE"_s;

void check(const AgentConfig &c, ConfigErrors &errors)
{
    checkNode(c, errors);
    checkBrowser(c.browser, errors);
    checkPipeline(c.pipeline, errors);
}

} // namespace

Result<AgentConfig> loadAgentConfig(const QString &path)
{
    return config::readConfig<AgentConfig>(path, rows(), check);
}

QByteArray agentConfigReference()
{
    return config::configReference(title, rows());
}

Result<AgentConfig> parseAgentConfig(const QByteArray &text, const QString &path)
{
    ConfigErrors errors(path);
    return config::parseConfig<AgentConfig>(text, path, rows(), check, errors);
}

Result<config::Values> readAgentValues(const QString &path)
{
    return config::readValues<AgentConfig>(path, rows(), check);
}

QByteArray renderAgentConfig(const config::Values &values)
{
    return config::renderConfig(title, rows(), values);
}

QByteArray printConfig(const AgentConfig &config)
{
    return config::printSettings(config, rows());
}

} // namespace dtf
