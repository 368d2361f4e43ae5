// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/browserstate.h"
#include "common/model/cause.h"

#include <QByteArray>
#include <QLatin1StringView>

#include <optional>

/// What the detail of an audit row says in fixed words, for whoever writes it and whoever reads it again: the history's lanes and
/// a file's attempts are made of these rows. Pure. A word once written is never changed: old rows stay as they are.
namespace dtf {

/// What a node.state row without a job tells.
enum class NodeNews {
    Heard,
    HeardAgain,
    Suspect,
    Lost,
    Paused,
    Draining,
    Resumed,
    Refused, ///< its heartbeat was
    Browser, ///< state of its browser, and whether it sees the share
    Other, ///< nothing about its state: a command and its end
};

/// The detail of such a row; `rest`: for people. Not for Browser and Other.
[[nodiscard]] QByteArray nodeNews(NodeNews news, const QByteArray &rest = {});
[[nodiscard]] QByteArray browserNews(BrowserState state, bool seesShare, const QByteArray &rest);

struct NodeNewsRead
{
    NodeNews news = NodeNews::Other;
    bool takesFiles = true; ///< Browser: it is ready and the share is seen
};
[[nodiscard]] NodeNewsRead readNodeNews(const QByteArray &detail);

/// The detail of a row that ends an attempt: `detail`, and the cause in brackets behind it, always, so that nothing in a remote
/// text can be taken for it.
[[nodiscard]] QByteArray withCause(const QByteArray &detail, Cause cause);
/// The cause of such a row; nothing in rows from before it was written.
[[nodiscard]] std::optional<Cause> causeIn(const QByteArray &detail);

/// The detail of a job.exited row.
[[nodiscard]] QByteArray exitWords(int exitCode, const QByteArray &rest);
[[nodiscard]] std::optional<int> exitCodeIn(const QByteArray &detail);

/// Begins the detail of a row about a step that could not be taken: it tells of no change.
inline constexpr QLatin1StringView ignoredWord("ignored, ");

} // namespace dtf
