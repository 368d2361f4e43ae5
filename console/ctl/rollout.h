// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/ctl/exitcode.h"
#include "console/ctl/nodewatch.h"
#include "console/ctl/output.h"
#include "console/ctl/rolloutplan.h"

#include <QProcess>

namespace dtf {

/// Upgrades nodes one after the other while the fleet works: drain, wait until nothing is left on it, run the operator's command
/// on this machine, wait until its agent is back as wished and its browser ready, resume. Stops at the first trouble and tells
/// how the node stands and what to do. Everything it says goes to standard output, troubles to standard error. Thread: main.
class Rollout final : public QObject
{
public:
    Rollout(OrchestratorClient &client, Output &output, const RolloutWish &wish, QObject *parent = nullptr);

    /// Comes once, from the event loop.
    std::function<void(ExitCode)> ended;

    void start();
    /// Ctrl+C: how it stands and how to go on.
    void interrupt();

private:
    enum class Phase { Planning, Draining, Emptying, Running, Returning, Resuming, Over };

    void planned(const QList<NodeView> &nodes);
    void next();
    void drain(const QList<NodeView> &nodes);
    void empty();
    void emptied(const NodeView &node);
    void run(const NodeView &node);
    void ran();
    void await();
    void resume(const NodeView &node);
    void stopHere(const QString &trouble, ExitCode code);
    void end(ExitCode code);
    void say(const QString &line);
    [[nodiscard]] QString standing() const;
    [[nodiscard]] QString name() const { return m_steps[m_at].node.toString(); }
    [[nodiscard]] OperatorRequest request() const;
    void withNodes(std::function<void(const QList<NodeView> &)> go);

    OrchestratorClient &m_client;
    Output &m_output;
    RolloutWish m_wish;
    NodeWatch m_watch;
    QProcess m_process;
    QTimer m_commandTimer;
    QList<RolloutStep> m_steps;
    qsizetype m_at = -1;
    qsizetype m_done = 0;
    Phase m_phase = Phase::Planning;
    BootId m_boot; ///< of the agent before the command
    QString m_left; ///< told last
    bool m_timedOut = false;
};

} // namespace dtf
