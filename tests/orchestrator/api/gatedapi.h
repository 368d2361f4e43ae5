// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/api/gate/apigate.h"
#include "orchestrator/api/http/httpserver.h"
#include "tests/orchestrator/api/apifixture.h"
#include "tests/orchestrator/api/fakefleet.h"
#include "tests/orchestrator/api/rawclient.h"

#include <QJsonDocument>

namespace dtf::apifixture {

/// The gate and its handlers behind a real socket, a fake fleet behind them.
struct Api
{
    FakeFleet fleet;
    SystemClock clock;
    AccessList access = accessList();
    ApiGate gate {ApiContext {fleet, clock, nullptr, nullptr}, access, HostRules({})};
    HttpServer server {gate, HttpLimits {}, clock};
    quint16 port = 0;

    Api()
    {
        fleet.stateView = state();
        fleet.beatReply.protocol = protocolVersion;
        fleet.beatReply.orchestratorBoot = *BootId::parse("0rch3str");
        port = server.start(QHostAddress(QHostAddress::LocalHost), 0).value_or(0);
        gate.setCounters(&server.counters(), nullptr);
    }
    RawClient::Answer ask(const QByteArray &bytes) { return RawClient(port).ask(bytes); }
};

inline QByteArray errorCode(const RawClient::Answer &answer)
{
    return QJsonDocument::fromJson(answer.body)[QLatin1StringView("error")][QLatin1StringView("code")].toString().toUtf8();
}

} // namespace dtf::apifixture
