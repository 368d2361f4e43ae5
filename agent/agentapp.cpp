// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/agentapp.h"

#include "agent/agentcheck.h"
#include "agent/join/enroller.h"
#include "agent/join/membership.h"
#include "common/config/tokens.h"
#include "common/core/logging.h"
#include "common/core/machine.h"
#include "common/protocol/codec.h"
#include "common/share/localsharefs.h"

#include <QCoreApplication>
#include <QDir>

#include <algorithm>

DTF_LOG_CATEGORY(lcApp, "agent.app")

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int mostObeyed = 256;

} // namespace

AgentApp::AgentApp(AgentConfig config)
    : m_config(std::move(config))
    , m_identity {BootId::generate(), machineIdentity(), machineBootIdentity()}
    , m_meter(QStringList {m_config.scratchDir, m_config.stateDir})
{
    if (m_config.offline) {
        m_config.shareCache = milliseconds(0); // a local disk
    }
}

AgentApp::~AgentApp() = default;

Result<void> AgentApp::start()
{
    for (const QString &folder : {m_config.stateDir, m_config.scratchDir}) {
        if (!QDir().mkpath(folder)) {
            return fail(
                ErrorCode::PermissionDenied, u"the folder %1 can't be made: give this account the right to"_s.arg(folder));
        }
    }
    Result<QByteArray> token = QByteArray();
    if (!m_config.offline) {
        token = m_config.token.isEmpty() ? readTokenFile(m_config.tokenFile) : m_config.token;
        if (!token) {
            return tl::unexpected(token.error());
        }
    }
    Result<std::unique_ptr<Journal>> journal = Journal::open(m_config.stateDir, m_identity, m_clock.now().wall);
    if (!journal) {
        return tl::unexpected(journal.error());
    }
    m_previousBoot = (*journal)->view().previousBoot();

    const QString root = m_config.offline ? m_config.offlineDir : m_config.shareRoot;
    const ShareTiming timing {m_config.shareBusyRetry, m_config.shareCache};
    auto share = std::make_unique<LocalShareFs>(root, timing);
    QByteArray alone; ///< the offline folder's id
    if (m_config.offline) { // a folder of our own: made here, never in the pool's share
        if (!QDir().mkpath(root)) {
            return fail(ErrorCode::PermissionDenied,
                u"the offline folder %1 can't be made: give this account the right to, or name another folder"_s.arg(root));
        }
        const auto made = OfflineDesk::checkFolder(root).and_then([&] { return share->initialise({m_config.node}); });
        if (!made) {
            return tl::unexpected(made.error());
        }
        alone = made->uuid;
    }
    if (!m_config.offline && !m_config.adoptShare) {
        share->bind((*journal)->view().shareUuid());
    }
    LocalShareFs *raw = share.get();
    m_worker = std::make_unique<ShareWorker>(
        std::move(share), [raw] { raw->cancel(); }, [raw] { return raw->lastSign(); });
    m_engine = std::make_unique<WorkEngine>(m_config, m_identity, std::move(*journal), *m_worker, m_clock);
    m_browser = std::make_unique<BrowserSupervisor>(m_config.browser, m_config.stateDir, m_clock);
    // What is answered but not acknowledged comes once more with a heartbeat's answer: a restart must not be obeyed in each life.
    for (const Report &report : m_engine->pendingReports(mostObeyed)) {
        if (report.kind == ReportKind::CommandDone) {
            m_obeyed.append(report.commandId);
        }
    }
    connectWork();
    connect(&m_reapTimer, &QTimer::timeout, this, [this] { m_reaper.look(); });
    m_reapTimer.start(seconds(5));
    connect(&m_shareTimer, &QTimer::timeout, this, &AgentApp::watchShare);
    m_shareTimer.start(HangWatch::period);
    if (m_config.offline) {
        startAlone(alone);
    } else {
        startLink(*token);
    }
    m_browser->start();
    m_engine->start();
    qCInfo(lcApp).noquote() << "node" << m_config.node.toString() << "boot" << m_identity.boot.toString()
                            << (m_config.offline ? "offline: drop files into" : "share")
                            << (m_config.offline ? root + u"/incoming"_s : root);
    return {};
}

void AgentApp::connectWork()
{
    connect(m_browser.get(), &BrowserSupervisor::statusChanged, this, [this](const BrowserStatus &status) {
        m_engine->setBrowser(status);
        if (m_heartbeater) {
            m_heartbeater->changed();
        }
    });
    connect(m_engine.get(), &WorkEngine::changed, this, [this] {
        m_browser->setBusy(!m_engine->running().isEmpty());
        if (m_browserRestart && m_engine->isIdle()) {
            restartBrowser(*std::exchange(m_browserRestart, std::nullopt));
        }
        if (m_heartbeater) {
            m_heartbeater->changed();
        }
    });
    connect(m_engine.get(), &WorkEngine::idle, this, [this] {
        if (m_browserRestart) {
            restartBrowser(*std::exchange(m_browserRestart, std::nullopt));
        }
        if (m_stopping) {
            end();
        }
    });
    connect(m_engine.get(), &WorkEngine::failed, this, [this](const QString &why) {
        qCCritical(lcApp).noquote() << why << "- starting again";
        stop(exitRestart);
    });
}

void AgentApp::startAlone(const QByteArray &uuid)
{
    Intake::Rules rules;
    rules.types = m_config.offlineTypes;
    m_desk = std::make_unique<OfflineDesk>(
        OfflineDesk::Place {m_config.node, uuid, m_config.offlineDir}, rules, *m_engine, *m_worker, m_clock);
    m_desk->start();
}

void AgentApp::startLink(const QByteArray &token)
{
    JsonClient::Options http;
    http.base = m_config.orchestratorUrl;
    http.token = token;
    http.trust = TlsTrust(m_config.orchestratorFingerprint);
    m_client = std::make_unique<JsonClient>(http);
    m_heartbeater = std::make_unique<Heartbeater>(*m_client, [this] { return beat(); });
    m_reports = std::make_unique<ReportSender>(*m_client, m_config.node, m_identity.boot,
        ReportSender::Outbox {[this](int max) { return m_engine->pendingReports(max); },
            [this](int count) { m_engine->acknowledge(count); }, [this] { return m_heartbeater->protocol(); }});
    connect(m_engine.get(), &WorkEngine::reportsPending, m_reports.get(), &ReportSender::wake);
    connect(m_heartbeater.get(), &Heartbeater::heardChanged, this, [this](bool heard, const QString &why) {
        if (heard) {
            qCInfo(lcApp) << "the orchestrator answers";
            m_reports->wake();
        } else {
            qCWarning(lcApp).noquote() << "no word from the orchestrator that counts:" << why
                                       << "- what runs goes on, reports are kept";
        }
    });
    connect(m_heartbeater.get(), &Heartbeater::answered, this, [this](const HeartbeatReply &reply) {
        m_engine->setMayClaim(reply.mayClaim && reply.accepted, reply.accepted);
        m_everAccepted = m_everAccepted || reply.accepted;
        m_enroller.reset(); // it is known
        if (reply.twin) {
            joinAnew();
        }
        for (const AgentCommand &command : reply.commands) {
            obey(command);
        }
    });

    connect(m_heartbeater.get(), &Heartbeater::unknown, this, &AgentApp::joinAgain);

    JsonSocket::Options ws;
    ws.url = m_config.orchestratorUrl.resolved(QUrl(u"/api/v1/agent"_s));
    ws.token = token;
    ws.trust = http.trust;
    m_socket = std::make_unique<JsonSocket>(ws);
    connect(m_socket.get(), &JsonSocket::connected, this, [this] {
        AgentHello hello;
        hello.protocol = m_heartbeater->protocol();
        hello.node = m_config.node;
        hello.boot = m_identity.boot;
        hello.version = QStringLiteral(DTF_VERSION);
        (void)m_socket->send(MessageType::AgentHello, toJson(hello), Delivery::Needed);
        m_heartbeater->changed(); // an orchestrator that has just started should not wait 15 s for us
    });
    connect(m_socket.get(), &JsonSocket::message, this, [this](MessageType type, const QJsonObject &body) {
        if (type == MessageType::WorkHint) {
            m_engine->hint();
        } else if (type == MessageType::Command) {
            if (const Result<AgentCommand> command = fromJson<AgentCommand>(body)) {
                obey(*command);
            }
        }
    });
    connect(m_engine.get(), &WorkEngine::logLines, this, [this](const LogLines &lines) {
        if (m_socket) {
            (void)m_socket->send(MessageType::Log, toJson(lines), Delivery::Lossy);
        }
    });
    m_heartbeater->start();
    m_socket->start();
    m_reports->wake();
}

/// Another agent lives under this name, which is certain, and this one has done nothing under it in this life: it is the clone.
void AgentApp::joinAnew()
{
    if (m_everAccepted || m_stopping || !joinsByCode(m_config) || !readJoinCode(m_config.joinCodeFile)) {
        return;
    }
    auto enrolment = readEnrolment(m_config.stateDir);
    if (!enrolment || !*enrolment) {
        return;
    }
    (*enrolment)->twin = true;
    if (const auto written = writeEnrolment(m_config.stateDir, **enrolment); !written) {
        qCWarning(lcApp).noquote() << written.error().detail;
        return;
    }
    qCWarning(lcApp).noquote() << "another agent lives as" << m_config.node.toString()
                               << "- this machine is its clone and joins anew";
    stop(exitRestart);
}

/// The orchestrator does not know our token: it has lost its store, or has been given an old one. A join code that has not been
/// used by this machine is somebody's word that it shall come back as who it was; the one it came with is not, for a node that
/// was forgotten on purpose must stay out. Until it has its new token nothing changes, and what runs goes on.
void AgentApp::joinAgain()
{
    if (m_enroller || m_stopping || !joinsByCode(m_config)) {
        return;
    }
    const auto code = readJoinCode(m_config.joinCodeFile);
    const auto enrolment = readEnrolment(m_config.stateDir);
    if (!enrolment || !*enrolment || !code || (*enrolment)->code.isEmpty() || (*enrolment)->code == code->digest().toHex()) {
        if (!std::exchange(m_toldUnknown, true)) {
            qCWarning(lcApp).noquote()
                << "the orchestrator does not know this node: when it shall come back, put a fresh join code "
                   "(dtf-ctl join-code) into"
                << m_config.joinCodeFile << "- it joins again by itself then, under its name";
        }
        return;
    }
    Enrolment question = **enrolment;
    question.request = freshQuestion(question.hardware, false).request;
    m_enroller = std::make_unique<Enroller>(m_config, question, [this](const Enrolment &) {
        qCInfo(lcApp) << "known again: the agent starts anew with its new token";
        stop(exitRestart);
    });
    m_enroller->start();
}

Heartbeat AgentApp::beat()
{
    Heartbeat b;
    const BrowserStatus &browser = m_browser->status();
    const ShareStatus share = m_engine->shareStatus();
    const HostFigures host = m_meter.read();
    b.node = m_config.node;
    b.boot = m_identity.boot;
    b.previousBoot = m_previousBoot;
    b.machine = m_identity.machine;
    b.machineBoot = m_identity.machineBoot;
    b.browserConnected = browser.state == BrowserState::Ready || browser.state == BrowserState::LoginRequired;
    b.browserState = browser.state;
    b.browserDetail = browser.detail;
    b.browserPort = browser.port > 0 ? browser.port : m_config.browser.port;
    b.browserMemory = browser.memoryBytes;
    b.running = m_engine->begun();
    b.queued = m_engine->queued();
    b.shareOk = share.ok;
    b.shareDetail = share.detail;
    b.cpuPercent = host.cpuPercent;
    b.memoryFree = host.memoryFree;
    b.diskFree = host.diskFree;
    b.version = QStringLiteral(DTF_VERSION);
    b.time = m_clock.now().wall;
    b.outbox = m_engine->pendingCount();
    b.closedBy = m_engine->ownGateClosedBy();
    return b;
}

/// A share that hangs answers nothing, not even with an error: the worker waits with it, the heartbeat must not.
void AgentApp::watchShare()
{
    m_hangs = m_hangWatch.look(m_worker->silentFor(), m_clock.now().mono);
    m_engine->setShareHangs(m_hangs);
}

void AgentApp::obey(const AgentCommand &command)
{
    if (m_obeyed.contains(command.id) || m_stopping) {
        return;
    }
    m_obeyed.append(command.id);
    if (m_obeyed.size() > mostObeyed) {
        m_obeyed.removeFirst();
    }
    qCInfo(lcApp).noquote() << "asked by" << command.by << ":" << toString(command.kind) << command.reason;
    switch (command.kind) {
    case CommandKind::Stop: {
        const bool stopped = m_engine->stopRun(command.job, command.epoch, command.reason, command.by);
        finish(command, stopped, stopped ? u"the run is being stopped"_s : u"this attempt does not run here any more"_s);
        break;
    }
    case CommandKind::RestartBrowser:
        if (!command.now && !m_engine->isIdle()) {
            m_browserRestart = command; // after this file
        } else {
            restartBrowser(command);
        }
        break;
    case CommandKind::RestartAgent:
        finish(command, true, u"the agent starts again after the running file"_s);
        stop(exitRestart);
        break;
    case CommandKind::Picture:
        takePicture(command);
        break;
    case CommandKind::SelfCheck:
        checkSelf(command);
        break;
    }
}

void AgentApp::restartBrowser(const AgentCommand &command)
{
    m_browser->restart(command.reason);
    finish(command, true, u"the browser is being restarted"_s);
}

void AgentApp::takePicture(const AgentCommand &command)
{
    m_browser->capture([this, command](const Result<QByteArray> &png) {
        PictureData data;
        data.node = m_config.node;
        data.commandId = command.id;
        if (png) {
            data.png = *png;
        } else {
            data.error = png.error().detail;
        }
        const bool sent = m_socket && m_socket->send(MessageType::Picture, toJson(data), Delivery::Needed);
        finish(command, png.has_value() && sent,
            png ? (sent ? u"picture sent"_s : u"no link to send the picture over"_s) : png.error().detail);
    });
}

void AgentApp::checkSelf(const AgentCommand &command)
{
    auto rows = std::make_shared<QList<CheckRow>>();
    const bool begun = !m_checking
        && m_checks.post(
            [config = m_config, rows, hangs = m_hangs] {
                *rows = checkAgent(config, {{}, hangs});
            },
            [this, command, rows] {
                m_checking = false;
                CheckData data;
                for (const CheckRow &row : std::as_const(*rows)) {
                    data.rows.append({row.what, row.ok(), row.detail(), row.state == CheckState::Warning});
                }
                tellCheck(command, data);
            },
            this);
    if (begun) {
        m_checking = true;
    } else {
        CheckData data;
        data.error = u"a self-check is under way already; wait for its end"_s;
        tellCheck(command, data);
    }
}

void AgentApp::tellCheck(const AgentCommand &command, CheckData data)
{
    data.node = m_config.node;
    data.commandId = command.id;
    data.time = m_clock.now().wall;
    const bool sent = m_socket && m_socket->send(MessageType::Check, toJson(data), Delivery::Needed);
    const auto bad = std::count_if(data.rows.cbegin(), data.rows.cend(), [](const CheckLine &row) { return !row.ok; });
    finish(command, data.error.isEmpty() && sent,
        !data.error.isEmpty() ? data.error
            : sent            ? u"self-check: %1 of %2 in order"_s.arg(data.rows.size() - bad).arg(data.rows.size())
                              : u"no link to send the self-check over"_s);
}

void AgentApp::finish(const AgentCommand &command, bool ok, const QString &detail)
{
    if (!m_engine) {
        return; // the last answer of a part that is being ended
    }
    Report report;
    report.kind = ReportKind::CommandDone;
    report.commandId = command.id;
    report.ok = ok;
    report.detail = detail;
    m_engine->report(report);
}

QString AgentApp::statusLine() const
{
    const BrowserStatus &browser = m_browser->status();
    QStringList words {u"node %1"_s.arg(m_config.node.toString()),
        u"browser %1%2"_s.arg(toString(browser.state), browser.detail.isEmpty() ? QString() : u" (%1)"_s.arg(browser.detail))};
    if (m_engine) {
        const ShareStatus share = m_engine->shareStatus();
        words << u"running %1, waiting %2"_s.arg(m_engine->running().size()).arg(m_engine->queued().size())
              << (share.ok ? u"share well"_s : u"share: %1"_s.arg(share.detail));
    }
    if (m_heartbeater) {
        words << (m_heartbeater->isHeard() ? u"the orchestrator answers"_s : u"no word from the orchestrator"_s);
    }
    return words.join(u"; "_s);
}

} // namespace dtf
