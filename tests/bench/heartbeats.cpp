// SPDX-License-Identifier: GPL-3.0-or-later
// What a heartbeat costs: decode, apply, encode, without the socket.
#include "tests/bench/orchestratorbench.h"

#include "common/protocol/codec.h"

#include <QJsonDocument>

#include <cstdio>

namespace dtf::bench {

void measureHeartbeats(int nodes)
{
    Orchestrator::Options options;
    options.nodes = nodes;
    options.prefetch = 1;
    Orchestrator orchestrator(options);
    orchestrator.start();
    (void)runUntil([&] { return orchestrator.controller().state().summary.shareOk; }, seconds(30));
    QList<QByteArray> bodies;
    constexpr int rounds = 5;
    for (int round = 2; round < 2 + rounds; ++round) {
        for (int i = 1; i <= nodes; ++i) {
            Heartbeat b;
            b.protocol = 1;
            b.node = Orchestrator::node(i);
            b.boot = *BootId::parse("bench000");
            b.seq = round;
            b.browserConnected = true;
            b.browserState = BrowserState::Ready;
            b.cpuPercent = 12;
            bodies.append(QJsonDocument(toJson(b)).toJson(QJsonDocument::Compact));
        }
    }
    const double cpu = cpuSeconds();
    for (const QByteArray &body : std::as_const(bodies)) {
        const Result<QJsonObject> object = parseObject(body, 1024 * 1024);
        const HeartbeatReply reply = orchestrator.controller().heartbeat(*fromJson<Heartbeat>(*object));
        (void)QJsonDocument(toJson(reply)).toJson(QJsonDocument::Compact);
    }
    const double each = (cpuSeconds() - cpu) / static_cast<double>(bodies.size());
    std::printf("heartbeats: %d nodes, %.1f us CPU each (decode, apply, encode) = %.0f per core second; %d nodes at one per 15 s "
                "take %.1f %% of a core\n",
        nodes, each * 1e6, 1 / each, nodes, 100 * each * nodes / 15);
    std::fflush(stdout);
}

} // namespace dtf::bench
