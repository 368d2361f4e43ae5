// SPDX-License-Identifier: GPL-3.0-or-later
// kill -9 of a real headless browser: until the agent says ready (a page has answered), and until a bare loop has a DevTools
// connection again, and a page's answer.
#include "agent/browser/browsersupervisor.h"
#include "agent/browser/cdp/cdpconnection.h"
#include "agent/browser/policy/devtoolsversion.h"
#include "agent/browser/processes.h"
#include "tests/bench/agentbench.h"

#include <QDir>
#include <QEventLoop>
#include <QJsonArray>
#include <QJsonObject>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>
#include <cstdio>

#include <csignal>
#include <poll.h>
#include <sys/wait.h>

namespace dtf::bench {

using namespace Qt::StringLiterals;

namespace {

constexpr seconds deadline {60};

BrowserConfig browserIn(const QString &folder)
{
    BrowserConfig config;
    QTcpServer probe;
    if (!probe.listen(QHostAddress::LocalHost)) {
        qFatal("no port");
    }
    config.port = probe.serverPort();
    config.program = qEnvironmentVariable("DTF_TEST_BROWSER", findBrowserProgram().value_or(QString()));
    config.profileDir = folder + u"/profile"_s;
    for (const char *argument : {"--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic",
             "--disable-background-networking", "--disable-component-update", "--disable-sync"}) {
        config.arguments.append(QString::fromLatin1(argument));
    }
    return config;
}

bool runUntil(QObject &context, const std::function<bool()> &done)
{
    QEventLoop loop;
    QTimer limit;
    QTimer look;
    QObject::connect(&limit, &QTimer::timeout, &loop, &QEventLoop::quit);
    QObject::connect(&look, &QTimer::timeout, &context, [&] {
        if (done()) {
            loop.quit();
        }
    });
    limit.start(deadline);
    look.start(1);
    loop.exec();
    return done();
}

/// GET /json/version; the guid, or nothing when nobody answers yet.
QString askVersion(int port)
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), static_cast<quint16>(port));
    if (!socket.waitForConnected(1'000)) {
        return {};
    }
    socket.write("GET /json/version HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    QByteArray answer;
    while (socket.waitForReadyRead(2'000)) {
        answer += socket.readAll();
        const qsizetype body = answer.indexOf("\r\n\r\n");
        if (const auto guid = parseDevToolsVersion(body < 0 ? QByteArray() : answer.sliced(body + 4))) {
            return *guid;
        }
    }
    return {};
}

/// What anybody would write: start it, ask until it answers, connect, ask once more.
class RawBrowser
{
public:
    explicit RawBrowser(const QString &folder)
        : m_config(browserIn(folder))
    { }
    ~RawBrowser()
    {
        m_cdp.close();
        end();
    }
    RawBrowser(const RawBrowser &) = delete;
    RawBrowser &operator=(const RawBrowser &) = delete;

    void start()
    {
        LaunchRequest request;
        request.program = m_config.program;
        request.arguments = {u"--user-data-dir="_s + m_config.profileDir, u"--remote-debugging-port=%1"_s.arg(m_config.port),
            u"--remote-debugging-address=127.0.0.1"_s, u"--no-first-run"_s, u"--no-default-browser-check"_s,
            u"--hide-crash-restore-bubble"_s};
        request.arguments += m_config.arguments;
        m_pid = launchDetached(request).value().pid;
        const double limit = wallSeconds() + static_cast<double>(deadline.count());
        QString guid;
        while (guid.isEmpty() && wallSeconds() < limit) {
            guid = askVersion(m_config.port);
            if (guid.isEmpty()) {
                ::poll(nullptr, 0, 5);
            }
        }
        QEventLoop loop;
        QTimer::singleShot(deadline, &loop, [] { qFatal("the bare browser does not answer"); });
        QObject::connect(&m_cdp, &CdpConnection::opened, &loop, &QEventLoop::quit);
        m_cdp.open(QUrl(devToolsEndpoint(u"127.0.0.1"_s, m_config.port, guid)));
        loop.exec();
        (void)ask(u"Browser.getVersion"_s, {}, {});
    }
    /// … until a page answers, too. One that is just being loaded may refuse.
    void askPage()
    {
        const double limit = wallSeconds() + static_cast<double>(deadline.count());
        while (wallSeconds() < limit) {
            const QJsonArray targets =
                ask(u"Target.getTargets"_s, {}, {}).value_or(QJsonObject()).value("targetInfos"_L1).toArray();
            const auto page = std::find_if(targets.begin(), targets.end(),
                [](const QJsonValue &target) { return target.toObject().value("type"_L1).toString() == "page"_L1; });
            if (page == targets.end()) {
                continue;
            }
            const auto attached = ask(
                u"Target.attachToTarget"_s, {{u"targetId"_s, page->toObject().value("targetId"_L1)}, {u"flatten"_s, true}}, {});
            if (attached && ask(u"Runtime.evaluate"_s, {{u"expression"_s, u"1"_s}}, attached->value("sessionId"_L1).toString())) {
                return;
            }
        }
        qFatal("the bare browser's page does not answer");
    }
    void end() const
    {
        siginfo_t info {};
        ::kill(static_cast<pid_t>(m_pid), SIGKILL);
        ::waitid(P_PID, static_cast<id_t>(m_pid), &info, WEXITED);
    }
    /// Milliseconds from the kill to the first answer, and to a page's.
    std::pair<double, double> killed()
    {
        const double began = wallSeconds();
        end();
        m_cdp.close();
        start();
        const double answered = wallSeconds();
        askPage();
        return {(answered - began) * 1'000, (wallSeconds() - began) * 1'000};
    }

private:
    Result<QJsonObject> ask(const QString &method, const QJsonObject &params, const QString &session)
    {
        QEventLoop loop;
        Result<QJsonObject> answer;
        m_cdp.call(method, params, session, deadline, [&](const Result<QJsonObject> &result) {
            answer = result;
            loop.quit();
        });
        loop.exec();
        return answer;
    }

    BrowserConfig m_config;
    CdpConnection m_cdp;
    qint64 m_pid = 0;
};

void endAll(const QString &profile)
{
    QObject context;
    (void)runUntil(context, [&] {
        const QList<ProcessEntry> left = profileProcesses(processTable(), profile, false);
        for (const ProcessEntry &process : left) {
            endProcess(process);
        }
        return left.isEmpty();
    });
}

} // namespace

void measureBrowserKills(int kills)
{
    QTemporaryDir folder(QDir::current().filePath(u"dtf-browser-XXXXXX"_s));
    const QString rawFolder = folder.filePath(u"raw"_s);
    const BrowserConfig config = browserIn(folder.filePath(u"agent"_s));
    if (config.program.isEmpty()) {
        std::printf("browser killed: not measured, there is no Chrome or Chromium here\n");
        return;
    }
    BrowserLimits limits;
    limits.restartsInWindow = 1'000'000; // a browser that has been well for a minute is started again at once: so here
    limits.healthyFor = milliseconds(0);
    SystemClock clock;
    QList<double> bare;
    QList<double> barePage;
    QList<double> noticed;
    QList<double> endpoint;
    QList<double> ready;
    {
        RawBrowser raw(rawFolder);
        raw.start();
        BrowserSupervisor agent(config, folder.filePath(u"state"_s), clock, limits);
        agent.start();
        const auto isReady = [&] { return agent.status().state == BrowserState::Ready; };
        if (!runUntil(agent, isReady)) {
            qFatal("the agent's browser does not get ready");
        }
        double began = 0;
        // One of each per kill, in this order.
        QObject::connect(&agent, &BrowserSupervisor::statusChanged, &agent, [&](const BrowserStatus &status) {
            const double ms = (wallSeconds() - began) * 1'000;
            if (noticed.size() == ready.size() && status.wsEndpoint.isEmpty()) {
                noticed.append(ms);
            } else if (endpoint.size() == ready.size() && !status.wsEndpoint.isEmpty() && noticed.size() > endpoint.size()) {
                endpoint.append(ms);
            }
            if (status.state == BrowserState::Ready && endpoint.size() > ready.size()) {
                ready.append(ms);
            }
        });
        for (int i = 0; i < kills; ++i) {
            const auto [answered, page] = raw.killed();
            bare.append(answered);
            barePage.append(page);
            began = wallSeconds();
            ::kill(static_cast<pid_t>(agent.browserPid()), SIGKILL);
            if (!runUntil(agent, [&] { return ready.size() == i + 1; })) {
                qFatal("the agent's browser does not come back");
            }
        }
        agent.disconnect();
    }
    endAll(rawFolder + u"/profile"_s);
    endAll(config.profileDir);
    std::printf("browser killed, bare loop: DevTools answers %.0f ms, a page answers %.0f ms (median of %d)\n", median(bare),
        median(barePage), kills);
    std::printf("browser killed, agent: noticed %.0f ms, endpoint known %.0f ms, ready %.0f ms; ready is %.2f x the bare loop to "
                "DevTools, "
                "%.2f x to a page\n",
        median(noticed), median(endpoint), median(ready), median(ready) / median(bare), median(ready) / median(barePage));
}

} // namespace dtf::bench
