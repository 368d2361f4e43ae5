// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/ctl/optionvalues.h"

#include <QDateTime>
#include <QHash>

#include <functional>
#include <limits>

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

using Taker = std::function<Result<void>(const QString &value, Arguments &arguments)>;

struct Option
{
    OptionKind kind = OptionKind::Value;
    bool global = false;
    Taker take;
};

tl::unexpected<Error> wrong(const QString &sentence)
{
    return fail(ErrorCode::InvalidArgument, sentence);
}

Result<qint64> number(QLatin1StringView name, const QString &value, qint64 min, qint64 max)
{
    bool ok = false;
    const qint64 n = value.toLongLong(&ok);
    if (!ok || n < min || n > max) {
        return wrong(u"--%1 must be a number from %2 to %3."_s.arg(name).arg(min).arg(max));
    }
    return n;
}

template <typename E> QString wordsOf(E last)
{
    QStringList words;
    for (int i = 0; i <= static_cast<int>(last); ++i) {
        words.append(toString(static_cast<E>(i)));
    }
    return words.join(u", "_s);
}

Result<JobState> readState(const QString &word)
{
    const auto state = jobStateFromString(QLatin1StringView(word.toLatin1()));
    if (!state) {
        return wrong(u"There is no state '%1'. The states are: %2."_s.arg(word, wordsOf(JobState::Withdrawn)));
    }
    return *state;
}

Result<void> takeStates(const QString &value, Arguments &arguments)
{
    for (const QString &word : value.split(u',')) {
        const auto state = readState(word.trimmed());
        if (!state) {
            return tl::unexpected(state.error());
        }
        arguments.jobs.states.append(*state);
    }
    return {};
}

Result<void> takeCause(const QString &value, Arguments &arguments)
{
    const auto cause = causeFromString(QLatin1StringView(value.toLatin1()));
    if (!cause || *cause == Cause::None) {
        return wrong(u"There is no cause '%1'. The causes are: %2."_s.arg(value, wordsOf(Cause::MarkedByOperator)));
    }
    arguments.jobs.cause = *cause;
    return {};
}

Result<void> takeReason(const QString &value, Arguments &arguments)
{
    arguments.request.reason = value.trimmed();
    if (arguments.request.reason.isEmpty() || arguments.request.reason.size() > 500) {
        return wrong(u"The reason must have 1 to 500 characters."_s);
    }
    return {};
}

Result<void> takeKey(const QString &value, Arguments &arguments)
{
    arguments.request.key = value;
    return value.isEmpty() || value.size() > 128 ? Result<void>(wrong(u"The key must have 1 to 128 characters."_s))
                                                 : Result<void>();
}

Result<void> takeNodes(const QString &value, Arguments &arguments)
{
    for (const QString &word : value.split(u',')) {
        const auto node = readNode(word.trimmed());
        if (!node) {
            return tl::unexpected(node.error());
        }
        arguments.rollout.nodes.append(*node);
    }
    return {};
}

Result<void> takeDay(const QString &value, Arguments &arguments)
{
    arguments.day = QDate::fromString(value, Qt::ISODate);
    return arguments.day.isValid() ? Result<void>() : Result<void>(wrong(u"--day must be a day like 2026-11-23."_s));
}

Result<void> takeSort(const QString &value, Arguments &arguments)
{
    const auto sort = jobSortFromString(QLatin1StringView(value.toLatin1()));
    if (!sort) {
        return wrong(u"There is no order '%1'. The orders are: %2."_s.arg(value, wordsOf(JobSort::Cause)));
    }
    arguments.jobs.sort = *sort;
    return {};
}

/// A day or a time of a day; without a zone that of this machine.
Result<WallTime> readTime(QLatin1StringView name, const QString &value)
{
    const QDateTime time = QDateTime::fromString(value, Qt::ISODate);
    if (!time.isValid() || time.toMSecsSinceEpoch() <= 0) {
        return wrong(u"--%1 must be a day like 2026-11-23, or a time like 2026-11-23T14:30 or 2026-11-23T13:30Z."_s.arg(name));
    }
    return WallTime {time.toMSecsSinceEpoch()};
}

Taker flag(bool Arguments::*member)
{
    return [member](const QString &, Arguments &a) -> Result<void> {
        a.*member = true;
        return {};
    };
}

/// A number into wherever `put` wants it.
Taker numeric(QLatin1StringView name, qint64 min, qint64 max, std::function<void(qint64, Arguments &)> put)
{
    return [=, put = std::move(put)](const QString &value, Arguments &a) -> Result<void> {
        return number(name, value, min, max).map([&](qint64 n) { put(n, a); });
    };
}

Taker plain(std::function<void(const QString &, Arguments &)> put)
{
    return [put = std::move(put)](const QString &value, Arguments &a) -> Result<void> {
        put(value, a);
        return {};
    };
}

QHash<QString, Option> makeOptions()
{
    constexpr qint64 most = std::numeric_limits<qint64>::max();
    const Taker nothing = plain([](const QString &, Arguments &) {});
    QHash<QString, Option> o;
    o[u"help"_s] = o[u"version"_s] = {OptionKind::Switch, true, nothing};
    o[u"json"_s] = {OptionKind::Switch, true, flag(&Arguments::json)};
    o[u"server"_s] = {OptionKind::Value, true, plain([](const auto &v, auto &a) { a.server = QUrl(v, QUrl::StrictMode); })};
    o[u"token-file"_s] = {OptionKind::Value, true, plain([](const auto &v, auto &a) { a.tokenFile = v; })};
    o[u"fingerprint"_s] = {OptionKind::Value, true, [](const QString &v, Arguments &a) -> Result<void> {
                               const auto print = Fingerprint::parse(v);
                               if (!print) {
                                   return wrong(u"--fingerprint %1."_s.arg(print.error().detail));
                               }
                               a.fingerprint = *print;
                               return {};
                           }};
    o[u"timeout"_s] = {OptionKind::Value, true,
        numeric("timeout"_L1, 1, 600, [](qint64 n, Arguments &a) { a.timeout = std::chrono::seconds(n); })};
    o[u"all"_s] = {OptionKind::Switch, false, flag(&Arguments::all)};
    o[u"follow"_s] = {OptionKind::Switch, false, flag(&Arguments::follow)};
    o[u"now"_s] = {OptionKind::Switch, false, plain([](const QString &, Arguments &a) { a.request.now = true; })};
    o[u"state"_s] = {OptionKind::Value, false, takeStates};
    o[u"cause"_s] = {OptionKind::Value, false, takeCause};
    o[u"text"_s] = {OptionKind::Value, false, [](const QString &v, Arguments &a) -> Result<void> {
                        a.jobs.text = v;
                        return v.toUtf8().size() > 256 ? Result<void>(wrong(u"--text is too long."_s)) : Result<void>();
                    }};
    o[u"node"_s] = {OptionKind::Value, false, [](const QString &v, Arguments &a) -> Result<void> {
                        return readNode(v).map([&](const NodeName &n) { a.jobs.node = a.audit.node = a.request.node = n; });
                    }};
    o[u"limit"_s] = {OptionKind::Value, false,
        numeric("limit"_L1, 1, 1000, [](qint64 n, Arguments &a) { a.jobs.limit = a.audit.limit = static_cast<int>(n); })};
    o[u"job"_s] = {OptionKind::Value, false, plain([](const QString &v, Arguments &a) { a.job = v; })};
    o[u"actor"_s] = {OptionKind::Value, false, plain([](const QString &v, Arguments &a) { a.audit.actor = v.left(64); })};
    o[u"after"_s] = {OptionKind::Value, false, numeric("after"_L1, 0, most, [](qint64 n, Arguments &a) {
                         a.audit.after = n;
                         a.audit.newestFirst = false;
                     })};
    o[u"before"_s] = {
        OptionKind::Value, false, numeric("before"_L1, 1, most, [](qint64 n, Arguments &a) { a.audit.before = n; })};
    o[u"from"_s] = {OptionKind::Value, false, [](const QString &v, Arguments &a) -> Result<void> {
                        return readTime("from"_L1, v).map([&](WallTime t) { a.audit.from = t; });
                    }};
    o[u"to"_s] = {OptionKind::Value, false, [](const QString &v, Arguments &a) -> Result<void> {
                      return readTime("to"_L1, v).map([&](WallTime t) { a.audit.to = t; });
                  }};
    o[u"sort"_s] = {OptionKind::Value, false, takeSort};
    o[u"ascending"_s] = {OptionKind::Switch, false, plain([](const QString &, Arguments &a) { a.jobs.ascending = true; })};
    o[u"attempt"_s] = {OptionKind::Value, false,
        numeric("attempt"_L1, 1, std::numeric_limits<Epoch>::max(),
            [](qint64 n, Arguments &a) { a.attempt = static_cast<Epoch>(n); })};
    o[u"hours"_s] = {
        OptionKind::Value, false, numeric("hours"_L1, 1, 8'784, [](qint64 n, Arguments &a) { a.hours = static_cast<int>(n); })};
    o[u"uses"_s] = {
        OptionKind::Value, false, numeric("uses"_L1, 1, 1'000, [](qint64 n, Arguments &a) { a.uses = static_cast<int>(n); })};
    o[u"revoke"_s] = {OptionKind::Value, false, numeric("revoke"_L1, 1, most, [](qint64 n, Arguments &a) { a.revoke = n; })};
    o[u"no-wait"_s] = {OptionKind::Switch, false, flag(&Arguments::noWait)};
    o[u"wait"_s] = {OptionKind::Value, false,
        numeric("wait"_L1, 1, 604'800, [](qint64 n, Arguments &a) { a.wait = std::chrono::seconds(n); })};
    o[u"command"_s] = {OptionKind::Value, false, plain([](const QString &v, Arguments &a) { a.rollout.command = v; })};
    o[u"nodes"_s] = {OptionKind::Value, false, takeNodes};
    o[u"to-version"_s] = {OptionKind::Value, false, plain([](const QString &v, Arguments &a) { a.rollout.version = v; })};
    o[u"dry-run"_s] = {OptionKind::Switch, false, plain([](const QString &, Arguments &a) { a.rollout.dryRun = true; })};
    o[u"continue"_s] = {OptionKind::Switch, false, plain([](const QString &, Arguments &a) { a.rollout.goOn = true; })};
    o[u"even-the-last"_s] = {
        OptionKind::Switch, false, plain([](const QString &, Arguments &a) { a.rollout.evenTheLast = true; })};
    o[u"drain-timeout"_s] = {OptionKind::Value, false, numeric("drain-timeout"_L1, 1, 604'800, [](qint64 n, Arguments &a) {
                                 a.rollout.drainTimeout = std::chrono::seconds(n);
                             })};
    o[u"command-timeout"_s] = {OptionKind::Value, false, numeric("command-timeout"_L1, 1, 604'800, [](qint64 n, Arguments &a) {
                                   a.rollout.commandTimeout = std::chrono::seconds(n);
                               })};
    o[u"back-timeout"_s] = {OptionKind::Value, false,
        numeric("back-timeout"_L1, 1, 604'800, [](qint64 n, Arguments &a) { a.rollout.backTimeout = std::chrono::seconds(n); })};
    o[u"day"_s] = {OptionKind::Value, false, takeDay};
    o[u"reason"_s] = {OptionKind::Value, false, takeReason};
    o[u"key"_s] = {OptionKind::Value, false, takeKey};
    o[u"expect-epoch"_s] = {OptionKind::Value, false,
        numeric("expect-epoch"_L1, 0, std::numeric_limits<Epoch>::max(),
            [](qint64 n, Arguments &a) { a.request.expectEpoch = static_cast<Epoch>(n); })};
    o[u"expect-state"_s] = {OptionKind::Value, false, [](const QString &v, Arguments &a) -> Result<void> {
                                return readState(v).map([&](JobState s) { a.request.expectState = s; });
                            }};
    return o;
}

const QHash<QString, Option> &options()
{
    static const QHash<QString, Option> all = makeOptions();
    return all;
}

} // namespace

std::optional<OptionKind> optionKind(const QString &name)
{
    const auto found = options().constFind(name);
    return found == options().cend() ? std::nullopt : std::optional(found->kind);
}

bool isGlobalOption(const QString &name)
{
    return options().value(name).global;
}

Result<void> takeOption(const QString &name, const QString &value, Arguments &arguments)
{
    return options().value(name).take(value, arguments);
}

Result<NodeName> readNode(const QString &text)
{
    auto node = NodeName::parse(text.toUtf8());
    if (!node) {
        return wrong(u"'%1' is not a node's name; they look like DTF-01."_s.arg(text));
    }
    return node;
}

Result<AlertKind> readAlertKind(const QString &text)
{
    const auto kind = alertKindFromString(QLatin1StringView(text.toLatin1()));
    if (!kind) {
        return wrong(u"There is no kind of alert '%1'. The kinds are: %2."_s.arg(text, wordsOf(AlertKind::LateResult)));
    }
    return *kind;
}

} // namespace dtf
