// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/ctl/arguments.h"

#include "console/ctl/optionvalues.h"
#include "console/net/orchestratorclient.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

/// What a command is called, takes and allows. The job's and node's actions are named by their words on the wire.
struct VerbRow
{
    const char *name;
    Verb verb;
    const char *operands; ///< names, separated by spaces; in brackets at the end: may be left out
    const char *options; ///< allowed besides the global ones; '!' after those that must be given
};

constexpr char jobOptions[] = "reason! key expect-epoch expect-state";
constexpr char nodeOptions[] = "reason! key";

constexpr VerbRow verbs[] = {
    {"state", Verb::State, "", ""},
    {"nodes", Verb::Nodes, "", ""},
    {"jobs", Verb::Jobs, "", "state node text cause sort ascending limit all"},
    {"why", Verb::Why, "JOB", ""},
    {"log", Verb::Log, "JOB", "follow attempt"},
    {"attempts", Verb::Attempts, "JOB", ""},
    {"results", Verb::Results, "JOB", ""},
    {"evidence", Verb::Evidence, "JOB FILE", ""},
    {"audit", Verb::Audit, "", "job node actor after before from to limit follow"},
    {"alerts", Verb::Alerts, "", ""},
    {"report", Verb::Report, "", "day"},
    {"history", Verb::History, "", "hours"},
    {"requeue", Verb::Job, "JOB", "reason! key expect-epoch expect-state node"},
    {"hold", Verb::Job, "JOB", jobOptions},
    {"release", Verb::Job, "JOB", jobOptions},
    {"stop", Verb::Job, "JOB", jobOptions},
    {"done", Verb::Job, "JOB", jobOptions},
    {"pause", Verb::Node, "NODE", nodeOptions},
    {"resume", Verb::Node, "NODE", nodeOptions},
    {"drain", Verb::Node, "NODE", nodeOptions},
    {"restart-browser", Verb::Node, "NODE", "reason! key now"},
    {"restart-agent", Verb::Node, "NODE", nodeOptions},
    {"picture", Verb::Picture, "NODE FILE", ""},
    {"self-check", Verb::SelfCheck, "NODE", ""},
    {"dispatch", Verb::Dispatch, "pause|resume", "reason! key"},
    {"ack", Verb::Ack, "KIND [SUBJECT]", "reason key"},
    {"join-code", Verb::JoinCode, "", "hours uses reason key"},
    {"join-codes", Verb::JoinCodes, "", "revoke reason key"},
    {"forget-node", Verb::ForgetNode, "NODE", nodeOptions},
    {"take-out", Verb::TakeOut, "NODE", "reason key no-wait wait"},
    {"put-back", Verb::PutBack, "NODE", "reason key no-wait wait"},
    {"rollout", Verb::Rollout, "",
        "command! nodes to-version dry-run continue even-the-last drain-timeout command-timeout back-timeout"},
};

const VerbRow *rowOf(const QString &word)
{
    const auto *found =
        std::find_if(std::begin(verbs), std::end(verbs), [&](const VerbRow &row) { return word == QLatin1StringView(row.name); });
    return found == std::end(verbs) ? nullptr : found;
}

QStringList split(const char *words)
{
    return QString::fromLatin1(words).split(u' ', Qt::SkipEmptyParts);
}

/// Options and operands apart, in any order; "--" ends the options.
struct Split
{
    QStringList operands;
    QList<std::pair<QString, QString>> options; ///< name, value (empty for a switch)
};

Result<Split> separate(const QStringList &words)
{
    Split out;
    for (qsizetype i = 0; i < words.size(); ++i) {
        const QString &word = words[i];
        if (word == "--"_L1) {
            out.operands += words.mid(i + 1);
            break;
        }
        if (word == "-h"_L1) {
            out.options.append({u"help"_s, {}});
            continue;
        }
        if (!word.startsWith(u'-') || word == "-"_L1) {
            out.operands.append(word);
            continue;
        }
        const qsizetype equals = word.indexOf(u'=');
        const QString name = word.mid(2, equals < 0 ? -1 : equals - 2);
        const auto kind = word.startsWith("--"_L1) ? optionKind(name) : std::nullopt;
        if (!kind) {
            return fail(ErrorCode::InvalidArgument, u"There is no option %1. See dtf-ctl --help."_s.arg(word.left(equals)));
        }
        const bool hasValue = equals >= 0;
        if (*kind == OptionKind::Switch && hasValue) {
            return fail(ErrorCode::InvalidArgument, u"--%1 takes no value."_s.arg(name));
        }
        if (*kind == OptionKind::Value && !hasValue && i + 1 == words.size()) {
            return fail(ErrorCode::InvalidArgument, u"--%1 needs a value."_s.arg(name));
        }
        out.options.append({name, *kind == OptionKind::Switch ? QString() : hasValue ? word.mid(equals + 1) : words[++i]});
    }
    return out;
}

Result<void> takeOperands(const VerbRow &row, const QStringList &operands, Arguments &arguments)
{
    const QStringList wanted = split(row.operands);
    const qsizetype needed = wanted.size() - (wanted.isEmpty() ? 0 : qsizetype(wanted.last().startsWith(u'[')));
    if (operands.size() < needed || operands.size() > wanted.size()) {
        return fail(ErrorCode::InvalidArgument,
            wanted.isEmpty() ? u"%1 takes no further words."_s.arg(QLatin1StringView(row.name))
                             : u"Usage: dtf-ctl %1 %2"_s.arg(QLatin1StringView(row.name), QLatin1StringView(row.operands)));
    }
    for (qsizetype i = 0; i < operands.size(); ++i) {
        if (wanted[i] == "JOB"_L1) {
            arguments.job = operands[i];
            if (arguments.job.isEmpty() || arguments.job.toUtf8().size() > 256) {
                return fail(ErrorCode::InvalidArgument, u"A file is named by its id, a part of its id, or its whole name."_s);
            }
        } else if (wanted[i] == "NODE"_L1) {
            const auto node = readNode(operands[i]);
            if (!node) {
                return tl::unexpected(node.error());
            }
            arguments.node = *node;
        } else if (wanted[i] == "FILE"_L1) {
            arguments.file = operands[i];
        } else if (wanted[i] == "KIND"_L1) {
            const auto kind = readAlertKind(operands[i]);
            if (!kind) {
                return tl::unexpected(kind.error());
            }
            arguments.alertKind = *kind;
        } else if (wanted[i] == "[SUBJECT]"_L1) {
            arguments.subject = operands[i];
        } else if (operands[i] == "pause"_L1 || operands[i] == "resume"_L1) {
            arguments.pause = operands[i] == "pause"_L1;
        } else {
            return fail(ErrorCode::InvalidArgument, u"Usage: dtf-ctl dispatch pause|resume --reason TEXT"_s);
        }
    }
    return {};
}

Result<void> checkServer(const Arguments &arguments)
{
    const QUrl &url = arguments.server;
    const bool good = url.isValid() && (url.scheme() == "http"_L1 || url.scheme() == "https"_L1) && !url.host().isEmpty()
        && url.userInfo().isEmpty() && (url.path().isEmpty() || url.path() == "/"_L1) && !url.hasQuery() && !url.hasFragment();
    return good
        ? Result<void>()
        : fail(ErrorCode::InvalidArgument, u"The server must be given as http(s)://host:port, e.g. http://127.0.0.1:3000."_s);
}

/// What the audit says where no reason need be given; empty: nothing.
QString usualReason(Verb verb)
{
    switch (verb) {
    case Verb::JoinCodes:
        return u"revoked"_s;
    case Verb::TakeOut:
        return u"taken out with dtf-ctl take-out"_s;
    case Verb::PutBack:
        return u"put back with dtf-ctl put-back"_s;
    default:
        return {};
    }
}

/// A pin that would not be looked at must not seem to protect.
Result<void> checkFingerprint(const Arguments &arguments)
{
    return arguments.fingerprint.isEmpty() || arguments.server.scheme() == "https"_L1
        ? Result<void>()
        : fail(ErrorCode::InvalidArgument, u"A fingerprint needs a server that speaks TLS: --server https://host:port."_s);
}

} // namespace

Result<Arguments> parseArguments(const QStringList &words, const ArgumentDefaults &defaults)
{
    auto separated = separate(words);
    if (!separated) {
        return tl::unexpected(separated.error());
    }
    Arguments arguments;
    arguments.server = QUrl(defaults.server.isEmpty() ? u"http://127.0.0.1:3000"_s : defaults.server, QUrl::StrictMode);
    arguments.tokenFile = defaults.tokenFile;
    const auto given = [&](const QString &name) {
        return std::any_of(
            separated->options.cbegin(), separated->options.cend(), [&](const auto &o) { return o.first == name; });
    };
    if (given(u"help"_s) || given(u"version"_s)) {
        arguments.verb = given(u"help"_s) ? Verb::Help : Verb::Version;
        return arguments;
    }
    if (separated->operands.isEmpty()) {
        return fail(ErrorCode::InvalidArgument, u"What shall be done? See dtf-ctl --help."_s);
    }
    const QString word = separated->operands.takeFirst();
    if (word == "help"_L1) {
        return arguments;
    }
    const VerbRow *row = rowOf(word);
    if (!row) {
        return fail(ErrorCode::InvalidArgument, u"There is no command '%1'. See dtf-ctl --help."_s.arg(word));
    }
    arguments.verb = row->verb;
    arguments.jobAction = jobActionFromString(QLatin1StringView(row->name)).value_or(JobAction::Requeue);
    arguments.nodeAction = nodeActionFromString(QLatin1StringView(row->name)).value_or(NodeAction::Pause);
    arguments.request.key = newIdempotencyKey();
    arguments.jobs.limit = arguments.audit.limit = 50;
    arguments.wait = arguments.verb == Verb::TakeOut ? std::chrono::hours(1) : std::chrono::minutes(5);
    if (const auto taken = takeOperands(*row, separated->operands, arguments); !taken) {
        return tl::unexpected(taken.error());
    }
    const QStringList allowed = split(row->options);
    if (!defaults.fingerprint.isEmpty()) {
        if (const auto taken = takeOption(u"fingerprint"_s, defaults.fingerprint, arguments); !taken) {
            return tl::unexpected(taken.error());
        }
    }
    for (const auto &[name, value] : std::as_const(separated->options)) {
        if (!isGlobalOption(name) && !allowed.contains(name) && !allowed.contains(name + u'!')) {
            return fail(ErrorCode::InvalidArgument, u"--%1 has no meaning for %2."_s.arg(name, word));
        }
        if (const auto taken = takeOption(name, value, arguments); !taken) {
            return tl::unexpected(taken.error());
        }
    }
    for (const QString &name : allowed) {
        if (name.endsWith(u'!') && !given(name.chopped(1))) {
            return fail(ErrorCode::InvalidArgument,
                (name == "command!"_L1 ? u"%1 needs --%2 TEXT: what upgrades one node, e.g. 'ssh {host} …'."_s
                                       : u"%1 needs --%2 TEXT: it is kept in the audit with your name."_s)
                    .arg(word, name.chopped(1)));
        }
    }
    if (arguments.follow && arguments.attempt > 0) {
        return fail(ErrorCode::InvalidArgument, u"--follow goes on with the newest attempt: leave --attempt out."_s);
    }
    if (const auto &[from, to] = std::pair(arguments.audit.from, arguments.audit.to);
        from.msecsSinceEpoch > 0 && to.msecsSinceEpoch > 0 && to <= from) {
        return fail(ErrorCode::InvalidArgument, u"--to must be later than --from."_s);
    }
    if (arguments.follow && (given(u"before"_s) || given(u"to"_s))) {
        return fail(ErrorCode::InvalidArgument, u"--follow waits for what comes: leave --before and --to out."_s);
    }
    if (arguments.verb == Verb::History && arguments.hours > 168) {
        return fail(ErrorCode::InvalidArgument, u"--hours must be a number from 1 to 168."_s);
    }
    if (arguments.request.reason.isEmpty()) {
        arguments.request.reason = usualReason(arguments.verb);
    }
    if (arguments.rollout.goOn && arguments.rollout.version.isEmpty()) {
        return fail(
            ErrorCode::InvalidArgument, u"--continue needs --to-version: by it the nodes that are done already are known."_s);
    }
    if (const auto server = checkServer(arguments); !server) {
        return tl::unexpected(server.error());
    }
    if (const auto pinned = checkFingerprint(arguments); !pinned) {
        return tl::unexpected(pinned.error());
    }
    return arguments;
}

} // namespace dtf
