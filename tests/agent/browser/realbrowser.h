// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/browser/browsersupervisor.h"
#include "agent/browser/cdp/cdpconnection.h"
#include "agent/browser/processes.h"
#include "tests/agent/browser/portalserver.h"
#include "tests/support/comparewords.h"

#include <QFile>
#include <QJsonArray>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

#include <csignal>

namespace dtf {

/// One VM with a real headless Chromium on loopback: folders, port, portal, supervisor. Every process that carries the profile is
/// ended, by its id, at the end.
class RealBrowser
{
public:
    RealBrowser()
    {
        QTcpServer probe;
        if (probe.listen(QHostAddress::LocalHost)) {
            config.port = probe.serverPort();
        }
        config.program = qEnvironmentVariable("DTF_TEST_BROWSER");
        config.profileDir = dir.filePath(QStringLiteral("profile"));
        config.endpointFile = dir.filePath(QStringLiteral("scripts/browser_state.json"));
        for (const char *argument : {"--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic",
                 "--disable-background-networking", "--disable-component-update", "--disable-sync"}) {
            config.arguments.append(QString::fromLatin1(argument));
        }
    }
    ~RealBrowser()
    {
        supervisor.reset();
        endAll();
    }
    RealBrowser(const RealBrowser &) = delete;
    RealBrowser &operator=(const RealBrowser &) = delete;

    /// A new life of the agent.
    BrowserSupervisor &begin()
    {
        supervisor = std::make_unique<BrowserSupervisor>(config, dir.filePath(QStringLiteral("state")), clock, limits);
        supervisor->start();
        return *supervisor;
    }
    [[nodiscard]] bool reaches(BrowserState state, int deadline = 30'000) const
    {
        const bool reached = QTest::qWaitFor([&] { return supervisor->status().state == state; }, deadline);
        if (!reached) {
            qWarning() << "the browser is" << toString(supervisor->status().state) << supervisor->status().detail;
        }
        return reached;
    }
    void signalMain(int number) const
    {
        if (supervisor->browserPid() > 1) {
            ::kill(static_cast<pid_t>(supervisor->browserPid()), number);
        }
    }
    void endAll() const
    {
        const bool gone = QTest::qWaitFor(
            [&] {
                const QList<ProcessEntry> left = profileProcesses(processTable(), config.profileDir, false);
                for (const ProcessEntry &process : left) {
                    endProcess(process);
                }
                return left.isEmpty();
            },
            10'000);
        if (!gone) {
            qWarning("browser processes are left behind");
        }
    }
    [[nodiscard]] QByteArray endpointFile() const
    {
        QFile file(config.endpointFile);
        return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed() : QByteArray();
    }

    QTemporaryDir dir;
    BrowserConfig config;
    BrowserLimits limits;
    SystemClock clock;
    PortalServer portal;
    std::unique_ptr<BrowserSupervisor> supervisor;
};

/// What a script or a person does in the browser: one evaluation in the first page whose URL contains `part`.
class Visitor
{
public:
    [[nodiscard]] bool connectTo(const QString &endpoint)
    {
        QSignalSpy opened(&m_cdp, &CdpConnection::opened);
        m_cdp.open(QUrl(endpoint));
        return opened.wait(5'000);
    }
    Result<QJsonObject> call(const QString &method, const QJsonObject &params, const QString &session = {},
        milliseconds deadline = milliseconds {5'000})
    {
        std::optional<Result<QJsonObject>> answer;
        m_cdp.call(method, params, session, deadline, [&](const Result<QJsonObject> &result) { answer = result; });
        (void)QTest::qWaitFor([&] { return answer.has_value(); }, 10'000);
        return answer.value_or(fail(ErrorCode::Timeout));
    }
    QString sessionOn(const QString &part)
    {
        const auto targets = call(QStringLiteral("Target.getTargets"), {});
        for (const auto &value : targets ? targets->value(QLatin1String("targetInfos")).toArray() : QJsonArray()) {
            const QJsonObject info = value.toObject();
            if (info.value(QLatin1String("type")).toString() == QLatin1String("page")
                && info.value(QLatin1String("url")).toString().contains(part)) {
                const auto attached = call(QStringLiteral("Target.attachToTarget"),
                    {{QStringLiteral("targetId"), info.value(QLatin1String("targetId"))}, {QStringLiteral("flatten"), true}});
                return attached ? attached->value(QLatin1String("sessionId")).toString() : QString();
            }
        }
        return {};
    }
    Result<QJsonObject> evaluate(const QString &session, const QString &script, milliseconds deadline = milliseconds {5'000})
    {
        return call(QStringLiteral("Runtime.evaluate"), {{QStringLiteral("expression"), script}}, session, deadline);
    }

private:
    CdpConnection m_cdp;
};

} // namespace dtf
