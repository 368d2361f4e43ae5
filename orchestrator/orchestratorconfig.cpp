// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/orchestratorconfig.h"

#include "common/config/configtable.h"

#include <QHash>
#include <QHostAddress>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

using Row = config::Key<OrchestratorConfig>;

constexpr qint64 megabyte = 1'000'000;

#define AT(member) ([](auto &s) -> auto & { return s.member; })

template <typename At, typename Type>
Row row(const char *section, const char *name, At at, Type type, const char *meaning, config::Sample sample = {})
{
    return config::key<OrchestratorConfig>(section, name, at, type, meaning, sample);
}

QList<config::Key<NodeConfig>> nodeRows()
{
    using namespace config;
    return {
        key<NodeConfig>(
            "", "name", AT(name), Node {}, "The worker's name, also its folder on the share;", {"name = \"DTF-01\"", true}),
        key<NodeConfig>("", "prefetch", AT(prefetch), Whole {0, 16}, "Files waiting in its folder besides the running one;"),
        key<NodeConfig>("", "min_disk_free_mb", AT(minDiskFree), Whole {0, 100'000'000, "MB (1,000,000 bytes)", megabyte},
            "With less free space on its scratch disk it gets nothing;"),
    };
}

QList<config::Key<PriorityRule>> priorityRows()
{
    using namespace config;
    return {
        key<PriorityRule>("", "pattern", AT(pattern), Pattern {}, "Sought in the file's name;", {"pattern = '^urgent'", true}),
        key<PriorityRule>("", "priority", AT(priority), Whole {-1000, 1000}, "Higher runs first;", {"priority = 10", true}),
    };
}

const QList<Row> &rows()
{
    using namespace config;
    static const QList<Row> table {
        row("share", "root", AT(shareRoot), Path {},
            "The dispatch zone: the folder with incoming, processing, completed and logs. On Windows e.g. "
            "'\\\\dtf-files\\dispatch'.",
            {"root = \"/srv/dtf-files/dispatch\"", true}),
        row("share", "cache_seconds", AT(shareCache), Duration {0, 600},
            "How long this machine's view of the share may be out of date; 0 on a local disk."),
        row("share", "busy_retry_seconds", AT(shareBusyRetry), Duration {0, 3600},
            "How long a file that another program holds open is tried again."),
        row("share", "rescan_seconds", AT(shareRescan), Duration {0.1, 3600},
            "Incoming is listed completely at least this often."),
        row("share", "reconcile_seconds", AT(shareReconcile), Duration {0.1, 3600},
            "Every other folder is listed completely at least this often."),
        row("share", "watch", AT(shareWatch), Flag {}, "Let the system's watcher wake the listing up. Everything works without."),
        row("share", "sync_folders", AT(shareSyncFolders), Flag {}, "Make renames durable (fsync of the folders, in groups)."),

        row("listen", "address", AT(listenAddress), Text {"an IP address, \"0.0.0.0\" for all"},
            "The address of this machine that agents and consoles connect to.", {"address = \"0.0.0.0\""}),
        row("listen", "port", AT(listenPort), Whole {0, 65'535}, "The port they connect to; 0: any free one (for tests)."),
        row("listen", "hosts", AT(listenHosts), Texts {"list of host names without a port", "[A-Za-z0-9._-]{1,253}"},
            "Names by which agents and consoles may call this machine, besides the address above and localhost.",
            {"hosts = [\"orchestrator\"]"}),
        row("listen", "certificate", AT(listenCertificate), Path {},
            "This server's certificate (PEM, with those that signed it behind it). With it the port speaks TLS only and its "
            "addresses begin with https://. Read at start."),
        row("listen", "key", AT(listenKey), Path {},
            "The certificate's private key (PEM, without a passphrase); only this program's user may read it."),

        row("store", "path", AT(storePath), Path {}, "The database file. On a local disk, never on the share.",
            {"path = \"/var/lib/dtf/orchestrator/store.sqlite\"", true}),

        row("access", "tokens_file", AT(tokensFile), Path {},
            "The file with the tokens of operators and nodes; only this program's user may read it.",
            {"tokens_file = \"/etc/dtf/tokens.toml\"", true}),

        tables<OrchestratorConfig>("", "node", AT(nodes), nodeRows(),
            "The worker machines that have a token in the access file. Others join by themselves with a code (dtf-ctl join-code) "
            "and are not listed here.",
            {"[[node]]\nname = \"DTF-01\"\n\n[[node]]\nname = \"DTF-02\"\n\n[[node]]\nname = \"DTF-03\""}),

        row("intake", "types", AT(acceptedTypes),
            Texts {"list of file name endings in lower case without the dot", "[a-z0-9]{1,16}"},
            "Files of any other type are rejected with an alert."),
        row("intake", "stable_seconds", AT(stableFor), Duration {0, 3600},
            "A file must have stayed the same for this long before it is taken."),
        row("intake", "stable_looks", AT(stableLooks), Whole {2, 100}, "… and in at least this many looks."),
        row("intake", "empty_grace_seconds", AT(emptyGrace), Duration {0, 86'400}, "An empty file is rejected after this time."),

        row("dispatch", "serial_key", AT(serialKey), Pattern {},
            "Files whose names give the same key (first group, or the whole match) run one after the other."),
        row("dispatch", "affinity_key", AT(affinityKey), Pattern {},
            "Files whose names give the same key prefer the node that works on that key, e.g. the agency."),
        row("dispatch", "affinity_wait_seconds", AT(affinityWait), Duration {0, 3600},
            "A file waits this long for the node that works on its key and is full, although another one is free; 0: it goes "
            "at once."),
        row("dispatch", "max_attempts", AT(maxAttempts), Whole {1, 100, "runs"},
            "Runs that may be started for one file before it fails."),
        tables<OrchestratorConfig>("dispatch", "priority", AT(priorities), priorityRows(),
            "The first rule that matches a file's name decides its priority; without one it is 0.",
            {"[[dispatch.priority]]\npattern = '^urgent'\npriority = 10"}),

        row("liveness", "heartbeat_seconds", AT(heartbeatEvery), Duration {1, 300}, "How often agents report."),
        row("liveness", "suspect_seconds", AT(suspectAfter), Duration {1, 3600}, "A node silent for this long gets nothing new."),
        row("liveness", "lost_seconds", AT(lostAfter), Duration {1, 86'400},
            "A node silent for this long leaves the pool; its waiting files go to others."),
        row("liveness", "start_grace_seconds", AT(startGrace), Duration {0, 3600},
            "No node is given up within this time after the orchestrator's start."),

        row("runs", "lost_run", AT(lostRun),
            Choice<LostRunPolicy> {
                {{LostRunPolicy::Safe, u"safe"_s}, {LostRunPolicy::Requeue, u"requeue"_s}, {LostRunPolicy::Hold, u"hold"_s}}},
            "A file whose run may have been lost: safe runs it again only when no second upload is possible; requeue always (for "
            "pipelines that may run twice); hold lets a person decide."),
        row("runs", "hard_limit_seconds", AT(hardLimit), Duration {1, 604'800},
            "The pipeline's hard limit on the agents: after it, and 60 s, a lost run has ended."),

        row("alerts", "stuck_minutes", AT(stuckAfter), Duration {0.1, 10'080, "minutes", 60'000},
            "A file that sits still for this long raises an alert."),
        row("alerts", "browser_down_seconds", AT(browserDownAfter), Duration {1, 86'400},
            "A browser that is down for this long without a break raises an alert; a restart takes seconds."),

        row("log", "json", AT(logJson), Path {}, "Log as JSON lines into this file too; empty: no."),
    };
    return table;
}

#undef AT

const QString title = u"DTF Orchestration: the orchestrator's settings (TOML, https://toml.io).\n"
                      "A line beginning with # is a comment. Keys that are commented out show their default.\n"
                      "Check a changed file with: dtf-orchestrator --check --config FILE"_s;

void check(const OrchestratorConfig &c, ConfigErrors &errors)
{
    if (QHostAddress(c.listenAddress).isNull() && !errors.has(u"listen.address"_s)) {
        errors.add(u"listen.address"_s,
            u"is %1; must be an IP address, e.g. \"0.0.0.0\" for all or \"127.0.0.1\""_s.arg(tomlText(c.listenAddress)));
    }
    if (c.listenCertificate.isEmpty() != c.listenKey.isEmpty()) {
        const bool noKey = c.listenKey.isEmpty();
        errors.add(noKey ? u"listen.key"_s : u"listen.certificate"_s,
            u"is missing; TLS needs certificate and key, plain HTTP neither"_s);
    }
    if (c.heartbeatEvery >= c.suspectAfter) {
        errors.add(u"liveness.suspect_seconds"_s, u"must be more than heartbeat_seconds, or every node is always suspect"_s);
    }
    if (c.suspectAfter >= c.lostAfter) {
        errors.add(u"liveness.lost_seconds"_s, u"must be more than suspect_seconds"_s);
    }
    if (!c.shareRoot.isEmpty()) {
        for (const auto &[path, value] : {std::pair {u"store.path"_s, c.storePath},
                 std::pair {u"access.tokens_file"_s, c.tokensFile}, std::pair {u"listen.key"_s, c.listenKey}}) {
            if (value == c.shareRoot || value.startsWith(c.shareRoot + u'/')) {
                errors.add(path, u"must not lie on the share; choose a place on this machine's own disk"_s);
            }
        }
    }
    QHash<QString, qsizetype> names;
    for (qsizetype i = 0; i < c.nodes.size(); ++i) {
        const QString name = c.nodes[i].name.toString();
        if (!name.isEmpty() && names.contains(name)) {
            errors.add(u"node[%1].name"_s.arg(i),
                u"is %1, as node[%2] is; each node needs its own name"_s.arg(tomlText(name)).arg(names.value(name)));
        }
        names.insert(name, i);
    }
    for (qsizetype i = 0; i < c.priorities.size(); ++i) {
        if (c.priorities[i].pattern.pattern().isEmpty() && !errors.has(u"dispatch.priority[%1].pattern"_s.arg(i))) {
            errors.add(u"dispatch.priority[%1].pattern"_s.arg(i), u"must not be empty; write '.' to match every name"_s);
        }
    }
}

} // namespace

Result<OrchestratorConfig> loadOrchestratorConfig(const QString &path)
{
    return config::readConfig<OrchestratorConfig>(path, rows(), check);
}

QByteArray orchestratorConfigReference()
{
    return config::configReference(title, rows());
}

Result<OrchestratorConfig> parseOrchestratorConfig(const QByteArray &text, const QString &path)
{
    ConfigErrors errors(path);
    return config::parseConfig<OrchestratorConfig>(text, path, rows(), check, errors);
}

Result<config::Values> readOrchestratorValues(const QString &path)
{
    return config::readValues<OrchestratorConfig>(path, rows(), check);
}

QByteArray renderOrchestratorConfig(const config::Values &values)
{
    return config::renderConfig(title, rows(), values);
}

QByteArray printConfig(const OrchestratorConfig &config)
{
    return config::printSettings(config, rows());
}

} // namespace dtf
