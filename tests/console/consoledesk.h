// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/net/session.h"
#include "console/store/fleetstore.h"
#include "orchestrator/api/gate/apigate.h"
#include "orchestrator/api/http/httpserver.h"
#include "tests/console/ctl/ctlfleet.h"
#include "tests/console/fakeclock.h"
#include "tests/console/spokenfeed.h"

#include <QCryptographicHash>
#include <QTest>

#include <optional>

namespace dtf {

/// The real control plane's HTTP side on a free port, a fleet of the test's behind it, a session of anna's (or bob's, who only
/// reads) to it, whose feed the test speaks, and a store that has a snapshot and a clock of the test's.
struct ConsoleDesk
{
    static constexpr const char *operatorToken = "operator-token-0123456789abcdef";
    static constexpr const char *viewerToken = "viewer-token-0123456789abcdef";

    CtlFleet fleet;
    AccessList access;
    SystemClock wall;
    ApiGate gate {ApiContext {fleet, wall, nullptr, nullptr}, access, HostRules({})};
    std::optional<HttpServer> server {std::in_place, gate, HttpLimits {}, wall}; ///< a test may end it
    FakeClock clock;
    FleetStore store {clock};
    std::unique_ptr<Session> session;

    explicit ConsoleDesk(const char *token = operatorToken)
    {
        const auto hash = [](const char *secret) { return QCryptographicHash::hash(secret, QCryptographicHash::Sha256); };
        access.add({Role::Operator, QStringLiteral("anna"), {}}, hash(operatorToken));
        access.add({Role::Viewer, QStringLiteral("bob"), {}}, hash(viewerToken));
        const quint16 port = server->start(QHostAddress(QHostAddress::LocalHost), 0).value_or(0);
        const Session::Server place {QStringLiteral("TEST"), QUrl(QStringLiteral("http://127.0.0.1:%1").arg(port)), token};
        session = std::make_unique<Session>(place, std::make_unique<SpokenFeed>(access.authenticate(token).value()));
        fleet.view.summary.orchestratorBoot = *BootId::parse("0rch3str");
        fleet.view.summary.time = clock.now().wall;
        fleet.view.summary.jobsByState = QList<qint64>(11, 0);
        store.take(FeedSnapshot {1, fleet.view, {}});
    }
    [[nodiscard]] bool welcomed()
    {
        session->start();
        return QTest::qWaitFor([this] { return !session->user().isEmpty(); }, 10'000);
    }
};

} // namespace dtf
