// SPDX-License-Identifier: GPL-3.0-or-later
// What people do.
#include "tests/simulation/world.h"

namespace dtf::sim {

using namespace Qt::StringLiterals;

namespace {

constexpr int mostDecisions = 2; ///< about one file, then it stays on hold

} // namespace

void World::command(const JobRecord &job, JobAction action, const QByteArray &actor)
{
    m_orchestrator->as([job, action, actor, key = QString::number(++m_keys)](FleetController &controller) {
        OperatorRequest request;
        request.reason = u"decided"_s;
        request.key = key;
        request.expectEpoch = job.epoch;
        request.expectState = job.state;
        controller.jobCommand(job.id, action, request, actor, [](const Result<OperatorReply> &) {});
    });
}

/// A person looks at the portal: what was uploaded is done, what was not and can't be any more is run again.
void World::decide()
{
    for (const auto &[id, job] : m_disk->jobs) {
        if (job.state != JobState::Hold && job.state != JobState::Failed) {
            continue;
        }
        const FileNodePtr token = m_share->find(job.place);
        if (!token || m_decided[id] >= mostDecisions) {
            continue;
        }
        bool uploaded = false;
        for (const Ledger::Upload &upload : m_ledger->uploads) {
            uploaded = uploaded || upload.content == token->content;
        }
        bool runs = false;
        const auto look = [&](const SimAgent &agent) {
            for (const LiveRunPtr &run : agent.machine()->runs) {
                runs = runs || run->content == token->content || run->spec.token.job == id;
            }
        };
        for (const auto &agent : m_agents) {
            look(*agent);
        }
        for (const auto &agent : m_clones) {
            look(*agent);
        }
        if (runs) {
            continue;
        }
        ++m_decided[id];
        command(job, uploaded ? JobAction::Done : JobAction::Requeue, "operator:anna");
        if (m_dice.chance(0.2)) {
            command(job, uploaded ? JobAction::Done : JobAction::Requeue, "operator:bernd"); // at the same time
        }
    }
}

void World::act(const Deed &deed)
{
    std::vector<JobRecord> open;
    for (const auto &[id, job] : m_disk->jobs) {
        if (!isFinal(job.state)) {
            open.push_back(job);
        }
    }
    const NodeName node = m_agents[static_cast<std::size_t>(deed.target) % m_agents.size()]->config().node;
    const auto ask = [this](const NodeName &which, NodeAction action) {
        m_orchestrator->as([which, action](FleetController &controller) {
            OperatorRequest request;
            request.reason = u"a person asks"_s;
            controller.nodeCommand(which, action, request, "operator:anna", [](const Result<OperatorReply> &) {});
        });
    };
    const auto dispatch = [this](bool pause) {
        m_orchestrator->as([pause](FleetController &controller) {
            OperatorRequest request;
            request.reason = u"maintenance"_s;
            controller.dispatchCommand(pause, request, "operator:anna", [](const Result<OperatorReply> &) {});
        });
    };
    const auto onJob = [&](JobAction action) {
        if (open.empty()) {
            return;
        }
        const JobRecord job = open[static_cast<std::size_t>(deed.target) % open.size()];
        if (action == JobAction::Requeue && job.state != JobState::Hold && job.state != JobState::Failed) {
            if (job.state != JobState::Running
                && job.state != JobState::InDoubt) { // a person who lets a run be repeated answers for it
                command(job, action, "operator:anna"); // to be refused, or harmless
            }
            return;
        }
        if (action == JobAction::Requeue) {
            return; // decide() knows what was uploaded
        }
        command(job, action, "operator:anna");
        if (deed.twice) {
            command(job, action, "operator:bernd");
        }
    };
    log("deed " + QByteArray::number(static_cast<int>(deed.kind)));
    switch (deed.kind) {
    case Deed::Kind::Hold:
        onJob(JobAction::Hold);
        break;
    case Deed::Kind::Release:
        onJob(JobAction::Release);
        break;
    case Deed::Kind::Requeue:
        onJob(JobAction::Requeue);
        break;
    case Deed::Kind::Stop:
        onJob(JobAction::Stop);
        break;
    case Deed::Kind::PauseNode:
        ask(node, NodeAction::Pause);
        later(deed.duration, [ask, node] { ask(node, NodeAction::Resume); });
        break;
    case Deed::Kind::DrainNode:
        ask(node, NodeAction::Drain);
        later(deed.duration, [ask, node] { ask(node, NodeAction::Resume); });
        break;
    case Deed::Kind::PauseDispatch:
        dispatch(true);
        later(deed.duration, [dispatch] { dispatch(false); });
        break;
    }
}

} // namespace dtf::sim
