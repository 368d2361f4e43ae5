// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/orchestratorapp.h"

#include "common/core/escape.h"
#include "common/core/logging.h"
#include "common/core/machine.h"
#include "common/net/certificatetext.h"
#include "common/net/tlstrust.h"
#include "common/share/localsharefs.h"
#include "orchestrator/tlsidentity.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>

#include <algorithm>

DTF_LOG_CATEGORY(lcApp, "orchestrator.app")

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int exitSuperseded = 3;
/// A busy file is tried again by the fleet, with the others in between; the share worker itself must not wait for it.
constexpr milliseconds busyInPlace(200);
constexpr milliseconds stopDeadline(3'000);
constexpr int renewDays = 30; ///< before a certificate's end

/// One store file of one machine as long as it runs: white-space free, stable over restarts of this program. A clone of the
/// machine has the same disk, whose locks prove nothing about the first one: it must differ.
QByteArray storeIdentity(const QString &storePath)
{
    const QByteArray path = QFileInfo(storePath).absoluteFilePath().toUtf8();
    const QByteArray all = machineIdentity() + '\n' + machineBootIdentity() + '\n' + path;
    return QCryptographicHash::hash(all, QCryptographicHash::Sha256).toHex().left(24);
}

void sayCertificate(const QSslCertificate &own)
{
    const QString line = u"speaks TLS, certificate of %1 valid to %2 fingerprint %3"_s.arg(
        escapedForLog(subjectText(own)), certificateTime(own.expiryDate()), fingerprintOf(own).toString());
    if (QDateTime::currentDateTimeUtc().daysTo(own.expiryDate()) < renewDays) {
        qCWarning(lcApp).noquote() << line << "- renew it, consoles and agents that do not pin it refuse it when it has expired";
    } else {
        qCInfo(lcApp).noquote() << line;
    }
}

} // namespace

OrchestratorApp::OrchestratorApp(OrchestratorConfig config, AccessList access)
    : m_config(std::move(config))
    , m_access(std::move(access))
    , m_boot(BootId::generate())
{ }

OrchestratorApp::~OrchestratorApp() = default;

Result<quint16> OrchestratorApp::start()
{
    if (!QDir().mkpath(QFileInfo(m_config.storePath).absolutePath())) {
        return fail(ErrorCode::StoreFailed,
            u"the folder of the store, %1, can't be made: make it and let this program's account write there, or set [store] path"_s
                .arg(QFileInfo(m_config.storePath).absolutePath()));
    }
    StoreSnapshot snapshot;
    Result<std::unique_ptr<SqliteStore>> store = SqliteStore::open(m_config.storePath, &snapshot);
    if (!store) {
        return tl::unexpected(store.error());
    }
    m_store = std::move(*store);
    const ShareTiming timing {std::min(busyInPlace, m_config.shareBusyRetry), m_config.shareCache};
    auto share = std::make_unique<LocalShareFs>(m_config.shareRoot, timing);
    if (!m_config.adoptShare) {
        share->bind(settingOf(snapshot, "share.uuid"));
    }
    LocalShareFs *raw = share.get();
    m_worker = std::make_unique<ShareWorker>(
        std::move(share), [raw] { raw->cancel(); }, [raw] { return raw->lastSign(); });
    m_zone = std::make_unique<Zone>(
        m_config, *m_worker, m_clock, Lease(m_boot, storeIdentity(m_config.storePath)), [this](const QByteArray &detail) {
            qCCritical(lcApp).noquote() << QString::fromUtf8(detail) << "- this one ends";
            stop(exitSuperseded);
        });
    m_controller = std::make_unique<FleetController>(m_config, m_boot, *m_store, *m_zone, m_clock);
    ApiConfig api;
    api.address = QHostAddress(m_config.listenAddress);
    api.port = m_config.listenPort;
    api.hosts = m_config.listenHosts;
    if (!m_config.listenCertificate.isEmpty()) {
        const Result<TlsIdentity> identity = loadTlsIdentity(m_config.listenCertificate, m_config.listenKey);
        if (!identity) {
            return tl::unexpected(identity.error());
        }
        api.tls = serverTls(*identity);
        sayCertificate(identity->own());
    }
    m_api = std::make_unique<ApiServer>(*m_controller, m_access, api, m_clock, m_controller.get());
    m_controller->setPublisher(&m_api->publisher());
    const Result<quint16> port = m_api->listen();
    if (!port) {
        return port;
    }
    m_controller->start(snapshot);
    qCInfo(lcApp).noquote() << "boot" << m_boot.toString() << "listens on" << m_config.listenAddress << "port" << *port << "share"
                            << m_config.shareRoot << "open jobs" << snapshot.jobs.size();
    return port;
}

QString OrchestratorApp::statusLine()
{
    const StateView state = m_controller->state();
    const auto files = [&](JobState which) { return state.summary.jobsByState.value(static_cast<qsizetype>(which)); };
    const auto ready = std::count_if(state.nodes.cbegin(), state.nodes.cend(),
        [](const NodeView &node) { return node.state == "ready"_L1 || node.state == "busy"_L1; });
    return u"%1; %2 of %3 nodes ready; files: %4 waiting, %5 running, %6 on hold; %7"_s
        .arg(state.summary.shareOk ? u"share well"_s : u"share: %1"_s.arg(state.summary.shareDetail))
        .arg(ready)
        .arg(state.nodes.size())
        .arg(files(JobState::Waiting))
        .arg(files(JobState::Running))
        .arg(files(JobState::Hold))
        .arg(state.summary.storeOk ? u"store well"_s : u"store: %1"_s.arg(state.summary.storeDetail));
}

void OrchestratorApp::stop(int exitCode)
{
    if (std::exchange(m_stopping, true)) {
        return;
    }
    const auto end = [this, exitCode] {
        (void)m_worker->stop(stopDeadline);
        m_store->close();
        QCoreApplication::exit(exitCode);
    };
    QTimer::singleShot(stopDeadline, this, end);
    m_controller->stop([this, end] { QTimer::singleShot(0, this, end); });
}

} // namespace dtf
