// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/browser/browserhome.h"

#include "agent/browser/processes.h"
#include "common/core/logging.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTcpServer>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

DTF_LOG_CATEGORY(lcBrowser, "agent.browser")

namespace {

constexpr qint64 maxLog = qint64 {8} * 1024 * 1024;
constexpr qsizetype sessionsKept = 4;
constexpr int spareDistance = 100;
constexpr int sparePorts = 20;
constexpr int maxLockTries = 150; ///< of 20 ms
constexpr int endpointTries = 50; ///< of 100 ms

} // namespace

BrowserHome::BrowserHome(const BrowserConfig &config, const QString &stateDir, QObject *parent)
    : QObject(parent)
    , m_config(config)
    , m_profile(QDir::cleanPath(QFileInfo(config.profileDir).absoluteFilePath()))
    , m_identityFile(stateDir + u"/browser.json"_s)
    , m_logFile(stateDir + u"/browser.log"_s)
{
    m_poll.setSingleShot(true);
    m_poll.setTimerType(Qt::PreciseTimer);
    connect(&m_poll, &QTimer::timeout, this, &BrowserHome::clearStep);
    m_endpointRetry.setSingleShot(true);
    m_endpointRetry.setInterval(100);
    connect(&m_endpointRetry, &QTimer::timeout, this, &BrowserHome::writeEndpoint);
}

BrowserHome::LookedUp BrowserHome::lookUp() const
{
    LookedUp answer;
    const QList<ProcessEntry> table = processTable();
    const QList<ProcessEntry> owners = profileProcesses(table, m_profile, true);
    const Result<BrowserIdentity> identity = readIdentity(m_identityFile);
    for (const ProcessEntry &owner : owners) {
        const bool known = identity && identity->pid == owner.pid && identity->startTime == owner.startTime
            && identity->machineBoot == machineBootId() && identity->profile == m_profile;
        const int port = known ? identity->port : debuggingPort(owner);
        const QList<PortListener> listeners = port > 0 ? listenersOn(port, {owner.pid}) : QList<PortListener>();
        const bool listens =
            std::any_of(listeners.cbegin(), listeners.cend(), [](const PortListener &l) { return l.pid != 0 && l.loopback4; });
        if (listens) {
            answer.ours = Living {owner, port};
            return answer;
        }
    }
    if (!owners.isEmpty()) {
        const ProcessEntry &owner = owners.constFirst();
        const int port = debuggingPort(owner);
        answer.blockedBy = port > 0
            ? u"a browser (process %1) uses our profile, but does not listen on its DevTools port %2: restart the browser or close that one"_s
                  .arg(owner.pid)
                  .arg(port)
            : u"a browser (process %1) was started by hand on our profile, without a DevTools port: close it, or restart the browser"_s
                  .arg(owner.pid);
    }
    return answer;
}

void BrowserHome::clear(bool all)
{
    m_lockTries = 0;
    m_ending.clear();
    const QList<ProcessEntry> left = profileProcesses(processTable(), m_profile, false);
    const auto main = std::find_if(left.cbegin(), left.cend(), isMainBrowser);
    if (!all && main != left.cend()) {
        Q_EMIT clearBlocked(u"process %1 holds the profile"_s.arg(main->pid));
        return;
    }
    for (const ProcessEntry &process : left) {
        if (!endProcess(process)) {
            qCWarning(lcBrowser) << "process" << process.pid << "of the browser can't be ended";
        }
        if (usesProfileFiles(process)) {
            m_ending.append(process);
        }
    }
    clearStep();
}

void BrowserHome::clearStep()
{
    m_ending.removeIf([](const ProcessEntry &process) {
        const auto now = processEntry(process.pid);
        return !now || now->startTime != process.startTime;
    });
    if (!m_ending.isEmpty()) {
        m_poll.start(5); // the machine's own time limit ends it
        return;
    }
    const Result<QString> removed = removeStaleLock(m_profile);
    if (!removed && removed.error().code == ErrorCode::Busy && ++m_lockTries < maxLockTries) {
        m_poll.start(20); // an ended process keeps its socket until its last thread is gone
        return;
    }
    if (!removed) {
        Q_EMIT clearFailed(removed.error().detail);
        return;
    }
    if (!removed->isEmpty()) {
        qCInfo(lcBrowser) << "removed the stale profile lock of" << *removed;
    }
    Q_EMIT cleared();
}

int BrowserHome::freePort() const
{
    const auto isFree = [](int port) {
        if (port > 65535 || !listenersOn(port, {}).isEmpty()) {
            return false;
        }
        QTcpServer server; // also finds what the table doesn't show
        return server.listen(QHostAddress::LocalHost, static_cast<quint16>(port));
    };
    if (isFree(m_config.port)) {
        return m_config.port;
    }
    for (int port = m_config.port + spareDistance; port < m_config.port + spareDistance + sparePorts; ++port) {
        if (isFree(port)) {
            qCWarning(lcBrowser) << "port" << m_config.port << "is taken by another program, using" << port;
            return port;
        }
    }
    return 0;
}

Result<ProcessEntry> BrowserHome::launch(int port)
{
    LaunchRequest request;
    request.program = m_config.program;
    if (request.program.isEmpty()) {
        const Result<QString> found = findBrowserProgram();
        if (!found) {
            return tl::unexpected<Error>(found.error());
        }
        request.program = *found;
    }
    QDir().mkpath(m_profile);
    QDir().mkpath(QFileInfo(m_logFile).absolutePath());
    request.arguments = {u"--user-data-dir="_s + QDir::toNativeSeparators(m_profile), u"--remote-debugging-port=%1"_s.arg(port),
        u"--remote-debugging-address=127.0.0.1"_s, u"--no-first-run"_s, u"--no-default-browser-check"_s,
        u"--hide-crash-restore-bubble"_s};
    request.arguments += m_config.arguments;
    if (!m_config.startUrl.isEmpty()) {
        request.arguments.append(m_config.startUrl.toString(QUrl::FullyEncoded));
    }
    if (QFileInfo(m_logFile).size() > maxLog) {
        QFile::resize(m_logFile, 0);
    }
    request.logFile = m_logFile;
    Result<ProcessEntry> launched = launchDetached(request);
    if (launched) { // it leads a session of its own
        m_sessions.append(launched->pid);
        if (m_sessions.size() > sessionsKept) {
            m_sessions.removeFirst();
        }
    }
    return launched;
}

void BrowserHome::record(const ProcessEntry &process, int port, const QString &guid)
{
    const BrowserIdentity identity {process.pid, process.startTime, machineBootId(), port, guid, m_profile};
    if (readIdentity(m_identityFile) != identity) {
        if (const auto written = writeIdentity(m_identityFile, identity); !written) {
            qCWarning(lcBrowser) << "the browser's identity was not written:" << written.error().detail;
        }
    }
    m_endpointPort = port;
    m_endpointGuid = guid;
    m_endpointTries = 0;
    writeEndpoint();
}

void BrowserHome::removeEndpoint()
{
    m_endpointPort = 0;
    m_endpointTries = 0;
    writeEndpoint();
}

void BrowserHome::writeEndpoint()
{
    if (m_config.endpointFile.isEmpty()) {
        return;
    }
    const Result<void> done = m_endpointPort > 0 ? writeEndpointFile(m_config.endpointFile, m_endpointPort, m_endpointGuid)
                                                 : removeEndpointFile(m_config.endpointFile);
    if (done) {
        m_endpointRetry.stop();
    } else if (++m_endpointTries < endpointTries) {
        m_endpointRetry.start();
    } else {
        qCWarning(lcBrowser) << "the endpoint file is not up to date:" << done.error().detail;
    }
}

qint64 BrowserHome::memory(qint64 pid)
{
    if (QFileInfo(m_logFile).size() > maxLog) {
        QFile::resize(m_logFile, 0); // it is written by appending
    }
    for (const qint64 leader : std::as_const(m_sessions)) {
        reapSession(leader);
    }
    return pid <= 0 ? -1 : residentBytes(processTree(processTable(), pid));
}

QString BrowserHome::lastWords() const
{
    QFile log(m_logFile);
    if (!log.open(QIODevice::ReadOnly)) {
        return {};
    }
    log.seek(std::max<qint64>(0, log.size() - 4096));
    const QByteArrayList lines = log.readAll().trimmed().split('\n');
    return QString::fromUtf8(lines.constLast().trimmed()).left(300);
}

} // namespace dtf
