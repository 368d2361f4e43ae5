// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/api/gate/apigate.h"
#include "orchestrator/api/http/httpserver.h"
#include "tests/orchestrator/api/apifixture.h"
#include "tests/orchestrator/api/fakefleet.h"
#include "tests/orchestrator/api/rawclient.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QThread>

#include <cstdio>
#include <ctime>

using namespace dtf;
using namespace dtf::apifixture;

namespace {

/// CPU time of the calling thread in microseconds.
double threadCpuMicroseconds()
{
    timespec time {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

/// Posts heartbeats over `connections` keep-alive connections, one under way on each, from a thread of its own.
void load(quint16 port, int connections, int perConnection)
{
    const QByteArray bytes = request("POST", "/api/v1/heartbeat", nodeToken, toBytes(toJson(beat())));
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < connections; ++i) {
        clients.push_back(std::make_unique<RawClient>(port));
    }
    for (int round = 0; round < perConnection; ++round) {
        for (const auto &client : clients) {
            client->send(bytes);
        }
        for (const auto &client : clients) {
            client->socket().waitForReadyRead(5'000);
            if (!client->socket().readAll().startsWith("HTTP/1.1 200")) {
                std::fputs("a heartbeat was not answered with 200\n", stderr);
                std::exit(1);
            }
        }
    }
}

} // namespace

/// Prints heartbeats per second and the server thread's CPU time for each. The client runs in a thread of its own.
int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    constexpr int connections = 32;
    constexpr int perConnection = 1'500;
    FakeFleet fleet;
    fleet.beatReply.protocol = protocolVersion;
    fleet.beatReply.orchestratorBoot = *BootId::parse("0rch3str");
    SystemClock clock;
    const AccessList access = accessList();
    ApiGate gate(ApiContext {fleet, clock, nullptr, nullptr}, access, HostRules({}));
    HttpServer server(gate, HttpLimits {}, clock);
    const quint16 port = server.start(QHostAddress(QHostAddress::LocalHost), 0).value_or(0);
    QElapsedTimer wall;
    wall.start();
    const double before = threadCpuMicroseconds();
    std::unique_ptr<QThread> client(QThread::create([port] { load(port, connections, perConnection); }));
    QObject::connect(client.get(), &QThread::finished, &app, &QCoreApplication::quit);
    client->start();
    QCoreApplication::exec();
    client->wait();
    constexpr double count = double(connections) * perConnection;
    std::printf("%.0f heartbeats/s, %.1f us CPU each\n", count * 1e3 / static_cast<double>(wall.elapsed()),
        (threadCpuMicroseconds() - before) / count);
    return fleet.beats.size() == connections * perConnection ? 0 : 1;
}
