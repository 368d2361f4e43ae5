// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/ctl/pollretry.h"
#include "console/net/orchestratorclient.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <functional>

namespace dtf {

/// Looks at the fleet once a second until something about a node is so, or has not become so in time. Goes on through a short
/// absence of the orchestrator. Thread: main.
class NodeWatch final : public QObject
{
public:
    struct Wish
    {
        NodeName node;
        milliseconds deadline {0};
        std::function<bool(const NodeView &)> reached;
        std::function<void(const NodeView &)> progress; ///< at each look that has not reached it; may be empty
    };
    /// Timeout: the deadline passed; NotFound: there is no such node; else why the fleet can't be seen.
    using Ended = std::function<void(const Result<NodeView> &, int status)>;

    explicit NodeWatch(OrchestratorClient &client, QObject *parent = nullptr);

    /// Ends an earlier one, without a word.
    void start(Wish wish, Ended ended);
    void stop();

private:
    void look();
    void seen(const Answer<StateView> &answer);
    void end(const Result<NodeView> &result, int status);

    OrchestratorClient &m_client;
    Wish m_wish;
    Ended m_ended;
    PollRetry m_retry;
    QTimer m_timer;
    QElapsedTimer m_time;
    int m_round = 0; ///< answers of an earlier wish are not this one's
};

/// Nothing of a file is on it any more.
[[nodiscard]] bool isEmptied(const NodeView &node);
/// It could take a file now.
[[nodiscard]] bool isAtWork(const NodeView &node);
/// "runs a.csv, 2 more in its folder", "nothing is left on it".
[[nodiscard]] QString leftOn(const NodeView &node);

} // namespace dtf
