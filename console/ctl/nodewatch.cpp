// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/ctl/nodewatch.h"

#include "common/core/escape.h"

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

NodeWatch::NodeWatch(OrchestratorClient &client, QObject *parent)
    : QObject(parent)
    , m_client(client)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &NodeWatch::look);
}

void NodeWatch::start(Wish wish, Ended ended)
{
    stop();
    m_wish = std::move(wish);
    m_ended = std::move(ended);
    m_retry = {};
    m_time.start();
    look();
}

void NodeWatch::stop()
{
    ++m_round;
    m_timer.stop();
    m_ended = {};
}

void NodeWatch::look()
{
    m_client.nodes(this, [this, round = m_round](const Answer<StateView> &answer) {
        if (round == m_round) {
            seen(answer);
        }
    });
}

void NodeWatch::seen(const Answer<StateView> &answer)
{
    if (!answer.result) {
        const bool passes = answer.status == 0 || answer.status >= 500;
        if (passes && m_retry.mayRetry()) {
            m_timer.start(PollRetry::interval);
        } else {
            end(tl::unexpected(answer.result.error()), answer.status);
        }
        return;
    }
    m_retry.succeeded();
    const QList<NodeView> &nodes = answer.result->nodes;
    const auto found =
        std::find_if(nodes.cbegin(), nodes.cend(), [this](const NodeView &node) { return node.node == m_wish.node; });
    if (found == nodes.cend()) {
        end(fail(ErrorCode::NotFound, u"there is no node %1"_s.arg(m_wish.node.toString())), 404);
    } else if (m_wish.reached(*found)) {
        end(*found, 200);
    } else if (milliseconds(m_time.elapsed()) >= m_wish.deadline) {
        end(fail(ErrorCode::Timeout, leftOn(*found)), 200);
    } else {
        if (m_wish.progress) {
            m_wish.progress(*found);
        }
        m_timer.start(PollRetry::interval);
    }
}

void NodeWatch::end(const Result<NodeView> &result, int status)
{
    const Ended ended = std::exchange(m_ended, {});
    stop();
    if (ended) {
        ended(result, status);
    }
}

bool isEmptied(const NodeView &node)
{
    return node.assigned == 0 && node.beat.running.isEmpty();
}

bool isAtWork(const NodeView &node)
{
    return node.state == "ready"_L1 || node.state == "busy"_L1;
}

QString leftOn(const NodeView &node)
{
    QStringList names;
    for (const RunningJob &job : node.beat.running) {
        names.append(escapedForLog(job.name));
    }
    const qsizetype more = node.assigned - names.size();
    QStringList words;
    if (!names.isEmpty()) {
        words.append(u"it runs %1"_s.arg(names.join(u", "_s)));
    }
    if (more > 0) {
        words.append(u"%1 in its folder"_s.arg(more));
    }
    return words.isEmpty() ? u"nothing is left on it"_s : words.join(u", "_s);
}

} // namespace dtf
