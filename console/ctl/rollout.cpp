// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/ctl/rollout.h"

#include "common/core/escape.h"

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

Rollout::Rollout(OrchestratorClient &client, Output &output, const RolloutWish &wish, QObject *parent)
    : QObject(parent)
    , m_client(client)
    , m_output(output)
    , m_wish(wish)
    , m_watch(client)
{
    m_process.setProcessChannelMode(QProcess::ForwardedChannels);
    m_process.setInputChannelMode(QProcess::ManagedInputChannel); // a command that asks gets an end, not this terminal
    m_commandTimer.setSingleShot(true);
    connect(&m_commandTimer, &QTimer::timeout, this, [this] {
        m_timedOut = true;
        m_process.kill();
    });
    connect(&m_process, &QProcess::finished, this, [this] { ran(); });
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) {
            m_commandTimer.stop();
            stopHere(u"the command can't be started: %1"_s.arg(m_process.errorString()), ExitCode::Usage);
        }
    });
}

void Rollout::say(const QString &line)
{
    m_output.text(line + u'\n');
}

void Rollout::withNodes(std::function<void(const QList<NodeView> &)> go)
{
    m_client.nodes(this, [this, go = std::move(go)](const Answer<StateView> &answer) {
        if (m_phase == Phase::Over) {
            return;
        }
        if (answer.result) {
            go(answer.result->nodes);
        } else {
            stopHere(answer.result.error().detail, exitCodeOf(answer.result.error(), answer.status));
        }
    });
}

void Rollout::start()
{
    withNodes([this](const QList<NodeView> &nodes) { planned(nodes); });
}

void Rollout::planned(const QList<NodeView> &nodes)
{
    const auto steps = planRollout(m_wish, nodes);
    if (!steps) {
        stopHere(steps.error().detail, ExitCode::NotFound);
        return;
    }
    m_steps = *steps;
    bool blocked = false;
    for (const RolloutStep &step : std::as_const(m_steps)) {
        const auto command = rolloutCommand(m_wish.command, step.node);
        if (!command) {
            stopHere(command.error().detail, ExitCode::Usage);
            return;
        }
        blocked = blocked || step.turn == RolloutTurn::Blocked;
        const QString version = step.versionNow.isEmpty() ? u"version unknown"_s : escapedForLog(step.versionNow);
        const bool acts = step.turn == RolloutTurn::Do || step.turn == RolloutTurn::TakeUp;
        say(u"%1  %2  %3"_s.arg(step.node.toString(), version,
            step.turn == RolloutTurn::Skip          ? u"nothing to do: "_s + step.why
                : step.turn == RolloutTurn::Blocked ? u"IN THE WAY: "_s + step.why
                : step.turn == RolloutTurn::TakeUp  ? u"goes on: empty it, run, put back: "_s + command->join(u' ')
                                                    : u"drain, run, put back: "_s + command->join(u' ')));
        if (acts && !m_wish.evenTheLast && !anotherIsAtWork(step.node, nodes)) {
            say(u"          while it is out no other node could take files: --even-the-last allows that"_s);
            blocked = true;
        }
    }
    if (blocked) {
        stopHere(u"nothing was changed: see above"_s, ExitCode::Refused);
    } else if (m_wish.dryRun) {
        say(u"A dry run: nothing was changed."_s);
        end(ExitCode::Ok);
    } else {
        next();
    }
}

void Rollout::next()
{
    ++m_at;
    while (m_at < m_steps.size() && m_steps[m_at].turn == RolloutTurn::Skip) {
        ++m_at;
    }
    if (m_at >= m_steps.size()) {
        say(u"Done: %1 of %2 nodes were upgraded."_s.arg(m_done).arg(m_steps.size()));
        m_at = -1;
        end(ExitCode::Ok);
        return;
    }
    m_left.clear();
    m_phase = Phase::Draining;
    if (m_steps[m_at].turn == RolloutTurn::TakeUp) {
        empty();
        return;
    }
    withNodes([this](const QList<NodeView> &nodes) { drain(nodes); });
}

OperatorRequest Rollout::request() const
{
    OperatorRequest request;
    request.reason = rolloutReason + (m_wish.version.isEmpty() ? u"upgrade"_s : u"upgrade to "_s + m_wish.version);
    request.key = newIdempotencyKey();
    return request;
}

void Rollout::drain(const QList<NodeView> &nodes)
{
    if (!m_wish.evenTheLast && !anotherIsAtWork(m_steps[m_at].node, nodes)) {
        m_phase = Phase::Planning; // nothing was done to it
        stopHere(u"while %1 is out no other node could take files; look at: dtf-ctl nodes"_s.arg(name()), ExitCode::Refused);
        return;
    }
    // It was ready when the whole was planned; other nodes have been upgraded since.
    const auto now =
        std::find_if(nodes.cbegin(), nodes.cend(), [this](const NodeView &n) { return n.node == m_steps[m_at].node; });
    if (const QString why = now == nodes.cend() ? u"it is gone"_s : whatIsInTheWay(*now); !why.isEmpty()) {
        m_phase = Phase::Planning;
        stopHere(why, ExitCode::Refused);
        return;
    }
    say(u"%1: drained; waiting until nothing is left on it"_s.arg(name()));
    m_client.command(m_steps[m_at].node, NodeAction::Drain, request(), this, [this](const Answer<OperatorReply> &answer) {
        if (m_phase == Phase::Over) {
            return;
        }
        if (answer.result && answer.result->ok) {
            empty();
            return;
        }
        stopHere(u"it could not be drained: "_s + (answer.result ? answer.result->detail : answer.result.error().detail),
            answer.result ? exitCodeOf(*answer.result) : exitCodeOf(answer.result.error(), answer.status));
    });
}

void Rollout::empty()
{
    m_phase = Phase::Emptying;
    m_watch.start({m_steps[m_at].node, m_wish.drainTimeout, isEmptied,
                      [this](const NodeView &node) {
                          if (const QString left = leftOn(node); left != m_left) {
                              m_left = left;
                              say(u"%1: %2"_s.arg(name(), left));
                          }
                      }},
        [this](const Result<NodeView> &node, int status) {
            if (node) {
                emptied(*node);
            } else if (node.error().code == ErrorCode::Timeout) {
                stopHere(u"it is not empty after %1 s: %2"_s.arg(m_wish.drainTimeout.count() / 1000).arg(node.error().detail),
                    ExitCode::Refused);
            } else {
                stopHere(node.error().detail, exitCodeOf(node.error(), status));
            }
        });
}

/// A rollout that was cut short may have upgraded it: the command would do nothing again, and no agent would be started anew.
void Rollout::emptied(const NodeView &node)
{
    if (m_steps[m_at].turn == RolloutTurn::TakeUp && !m_wish.version.isEmpty() && node.beat.version == m_wish.version) {
        say(u"%1: it has version %2 already"_s.arg(name(), escapedForLog(node.beat.version)));
        m_boot = {};
        await();
    } else {
        run(node);
    }
}

void Rollout::run(const NodeView &node)
{
    m_phase = Phase::Running;
    m_boot = node.beat.boot;
    QStringList words = rolloutCommand(m_wish.command, node.node).value_or(QStringList());
    say(u"%1: %2"_s.arg(name(), words.join(u' ')));
    m_timedOut = false;
    m_commandTimer.start(m_wish.commandTimeout);
    const QString program = words.takeFirst();
    m_process.start(program, words);
    m_process.closeWriteChannel();
}

void Rollout::ran()
{
    m_commandTimer.stop();
    if (m_phase != Phase::Running) {
        return;
    }
    if (m_timedOut) {
        stopHere(u"the command has not ended within %1 s and was killed"_s.arg(m_wish.commandTimeout.count() / 1000),
            ExitCode::Refused);
    } else if (m_process.exitStatus() != QProcess::NormalExit) {
        stopHere(u"the command was killed"_s, ExitCode::Refused);
    } else if (m_process.exitCode() != 0) {
        stopHere(u"the command failed with exit code %1"_s.arg(m_process.exitCode()), ExitCode::Refused);
    } else {
        await();
    }
}

void Rollout::await()
{
    m_phase = Phase::Returning;
    say(u"%1: waiting for its agent%2 and its browser"_s.arg(
        name(), m_wish.version.isEmpty() ? QString() : u" with version %1"_s.arg(m_wish.version)));
    const auto reached = [this](const NodeView &node) {
        const bool heard = node.heartbeatAgeMs >= 0 && node.beat.boot != m_boot;
        const bool wished = m_wish.version.isEmpty() || node.beat.version == m_wish.version;
        return heard && wished && node.state == "draining"_L1 && node.beat.browserState == BrowserState::Ready
            && node.beat.shareOk;
    };
    m_watch.start({m_steps[m_at].node, m_wish.backTimeout, reached, {}}, [this](const Result<NodeView> &node, int status) {
        if (node) {
            resume(*node);
        } else if (node.error().code != ErrorCode::Timeout) {
            stopHere(node.error().detail, exitCodeOf(node.error(), status));
        } else {
            withNodes([this](const QList<NodeView> &nodes) {
                const auto now = std::find_if(
                    nodes.cbegin(), nodes.cend(), [this](const NodeView &n) { return n.node == m_steps[m_at].node; });
                const bool known = now != nodes.cend();
                stopHere(u"it is not back as wished after %1 s: %2"_s.arg(m_wish.backTimeout.count() / 1000)
                             .arg(!known ? u"it is gone"_s
                                     : now->beat.boot == m_boot
                                     ? u"its agent has not been started again"_s
                                     : u"state %1, version %2, browser %3 %4"_s.arg(now->state, escapedForLog(now->beat.version),
                                         toString(now->beat.browserState), escapedForLog(now->beat.browserDetail))),
                    ExitCode::Refused);
            });
        }
    });
}

void Rollout::resume(const NodeView &node)
{
    m_phase = Phase::Resuming;
    m_client.command(
        node.node, NodeAction::Resume, request(), this, [this, version = node.beat.version](const Answer<OperatorReply> &answer) {
            if (m_phase == Phase::Over) {
                return;
            }
            if (!answer.result || !(answer.result->ok || answer.result->code == toString(ErrorCode::Stale))) {
                stopHere(u"it could not be put back: "_s + (answer.result ? answer.result->detail : answer.result.error().detail),
                    answer.result ? exitCodeOf(*answer.result) : exitCodeOf(answer.result.error(), answer.status));
                return;
            }
            ++m_done;
            say(u"%1: back, version %2"_s.arg(name(), escapedForLog(version)));
            next();
        });
}

/// How the node at hand stands, and how to go on.
QString Rollout::standing() const
{
    if (m_at < 0 || m_phase == Phase::Planning) {
        return {};
    }
    const QString next =
        u"go on with the same command and --continue, or put it back as it is: dtf-ctl put-back %1"_s.arg(name());
    switch (m_phase) {
    case Phase::Planning:
    case Phase::Over:
        break;
    case Phase::Draining:
    case Phase::Emptying:
        return u"%1 is draining, the command has not been run; %2"_s.arg(name(), next);
    case Phase::Running:
        return u"%1 is drained, the command has not come to a good end: see to the machine, then %2"_s.arg(name(), next);
    case Phase::Returning:
    case Phase::Resuming:
        return u"%1 is drained and the command has been run: see to the machine, then %2"_s.arg(name(), next);
    }
    return {};
}

void Rollout::stopHere(const QString &trouble, ExitCode code)
{
    if (m_phase == Phase::Over) {
        return;
    }
    const QString stands = standing();
    m_output.trouble((m_at >= 0 ? name() + u": "_s : QString()) + escapedForLog(trouble));
    if (!stands.isEmpty()) {
        m_output.trouble(stands);
    }
    end(code);
}

void Rollout::interrupt()
{
    if (m_phase == Phase::Over) {
        return;
    }
    const bool runs = m_process.state() != QProcess::NotRunning;
    stopHere(u"interrupted; %1 nodes were upgraded before"_s.arg(m_done), ExitCode::Unreachable);
    if (runs) {
        m_process.terminate();
        (void)m_process.waitForFinished(2'000); // at the very end: nothing else waits
    }
}

void Rollout::end(ExitCode code)
{
    m_phase = Phase::Over;
    m_watch.stop();
    if (ended) {
        std::exchange(ended, {})(code);
    }
}

} // namespace dtf
