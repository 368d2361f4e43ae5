// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/net/jsonclient.h"
#include "tests/simulation/scheduler.h"

namespace dtf::sim {

class SimOrchestrator;

/// The way between one worker machine and the orchestrator's.
struct Link
{
    bool toOrchestrator = true;
    bool toAgent = true;
    double loses = 0; ///< of each message, either way
    double repeats = 0; ///< a request arrives once more, later; its second answer goes nowhere
    Micros slowest = 4_ms; ///< one way; a long way lets later messages pass earlier ones
};

/// Requests from agents to the one orchestrator whose address they know. Cut means silence, not an error.
class Network
{
public:
    using Reply = std::function<void(int status, const QJsonObject &body)>;
    /// `status` 0: refused, nobody listens. No answer at all where the message or its answer is lost.
    void request(const std::shared_ptr<Link> &link, const QString &target, const QJsonObject &body, Reply reply);
    void setOrchestrator(SimOrchestrator *orchestrator) { m_orchestrator = orchestrator; }

private:
    void arrive(const std::shared_ptr<Link> &link, const QString &target, const QJsonObject &body, const Reply &reply);
    SimOrchestrator *m_orchestrator = nullptr;
};

} // namespace dtf::sim
