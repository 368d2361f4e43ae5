// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/auditwords.h"

namespace dtf {

namespace {

constexpr char browserPrefix[] = "browser ";
constexpr char exitPrefix[] = "exit code ";

QByteArray wordOf(NodeNews news)
{
    switch (news) {
    case NodeNews::Heard:
        return "heard";
    case NodeNews::HeardAgain:
        return "heard again";
    case NodeNews::Suspect:
        return "suspect";
    case NodeNews::Lost:
        return "lost";
    case NodeNews::Paused:
        return "paused";
    case NodeNews::Draining:
        return "draining";
    case NodeNews::Resumed:
        return "resumed";
    case NodeNews::Refused:
        return "heartbeat refused";
    case NodeNews::Browser:
    case NodeNews::Other:
        break;
    }
    return {};
}

QByteArray before(const QByteArray &detail, char separator)
{
    const qsizetype at = detail.indexOf(separator);
    return at < 0 ? detail : detail.first(at);
}

} // namespace

QByteArray nodeNews(NodeNews news, const QByteArray &rest)
{
    return rest.isEmpty() ? wordOf(news) : wordOf(news) + ": " + rest;
}

QByteArray browserNews(BrowserState state, bool seesShare, const QByteArray &rest)
{
    return browserPrefix + QByteArray(toString(state).data()) + (seesShare ? "" : ", does not see the share") + ": " + rest;
}

NodeNewsRead readNodeNews(const QByteArray &detail)
{
    const QByteArray word = before(detail, ':');
    if (word.startsWith(browserPrefix)) {
        return {NodeNews::Browser, word == browserPrefix + QByteArray(toString(BrowserState::Ready).data())};
    }
    for (const NodeNews news : {NodeNews::Heard, NodeNews::HeardAgain, NodeNews::Suspect, NodeNews::Lost, NodeNews::Paused,
             NodeNews::Draining, NodeNews::Resumed, NodeNews::Refused}) {
        if (word == wordOf(news)) {
            return {news, true};
        }
    }
    return {};
}

QByteArray withCause(const QByteArray &detail, Cause cause)
{
    constexpr qsizetype longest = 1'900; // an audit row's detail ends at 2,000
    return detail.left(longest) + (detail.isEmpty() ? "[" : " [") + toString(cause).data() + ']';
}

std::optional<Cause> causeIn(const QByteArray &detail)
{
    const qsizetype open = detail.lastIndexOf('[');
    if (open < 0 || !detail.endsWith(']')) {
        return std::nullopt;
    }
    return causeFromString(QLatin1StringView(detail.mid(open + 1).chopped(1)));
}

QByteArray exitWords(int exitCode, const QByteArray &rest)
{
    return exitPrefix + QByteArray::number(exitCode) + (rest.isEmpty() ? "" : ": ") + rest;
}

std::optional<int> exitCodeIn(const QByteArray &detail)
{
    bool ok = false;
    const QByteArray word = before(detail, ':');
    const int code = word.startsWith(exitPrefix) ? word.mid(sizeof exitPrefix - 1).toInt(&ok) : 0;
    return ok ? std::optional(code) : std::nullopt;
}

} // namespace dtf
