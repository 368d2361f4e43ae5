// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/agentcheck.h"

#include "agent/browser/processes.h"
#include "agent/join/membership.h"
#include "agent/work/offlinedesk.h"
#include "common/config/tokens.h"
#include "common/core/diskspace.h"
#include "common/net/certificatetext.h"
#include "common/net/tlstrust.h"
#include "common/share/localsharefs.h"

#include <QDir>
#include <QFileInfo>
#include <QNetworkProxy>
#include <QSslSocket>
#include <QStandardPaths>
#include <QTcpSocket>
#include <QTemporaryFile>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int connectTimeoutMs = 3'000;

/// The name is one that a script watching the folder leaves alone, as those of files that are still being written.
CheckRow writable(const QString &what, const QString &folder)
{
    if (!QDir().mkpath(folder)) {
        return {what, false, u"%1 can't be made: give this account the right to"_s.arg(folder)};
    }
    QTemporaryFile file(QDir(folder).filePath(u".dtf-check-XXXXXX.part"_s));
    const bool ok = file.open();
    return {what, ok, ok ? folder : u"%1 can't be written: %2"_s.arg(folder, file.errorString())};
}

/// With the handshake, when it speaks TLS; nothing is asked of it.
CheckRow checkTls(const QUrl &url, const TlsTrust &trust)
{
    QSslSocket socket;
    std::optional<Error> refusal;
    guard(socket, trust, &socket, [&](const Error &why) { refusal = why; });
    socket.setSslConfiguration(trust.configuration());
    socket.setProxy(QNetworkProxy::NoProxy);
    socket.connectToHostEncrypted(url.host(), static_cast<quint16>(url.port(443)));
    const bool encrypted = socket.waitForEncrypted(connectTimeoutMs) && !refusal;
    return {u"orchestrator's certificate"_s, encrypted,
        encrypted
            ? u"%1, SHA-256 %2"_s.arg(subjectText(socket.peerCertificate()), fingerprintOf(socket.peerCertificate()).toString())
            : refusal ? refusal->detail + u" ([orchestrator] fingerprint)"_s
                      : handshakeTrouble(socket.errorString())};
}

CheckRow checkOrchestratorUrl(const QUrl &url)
{
    QTcpSocket socket;
    socket.setProxy(QNetworkProxy::NoProxy);
    socket.connectToHost(url.host(), static_cast<quint16>(url.port(url.scheme() == "https"_L1 ? 443 : 80)));
    const bool ok = socket.waitForConnected(connectTimeoutMs);
    return {u"orchestrator"_s, ok,
        ok ? u"%1 answers"_s.arg(url.toString())
           : u"%1: %2; is it running, and does the firewall let port %3 through?"_s.arg(url.toString(), socket.errorString())
                 .arg(url.port())};
}

void checkPipeline(const PipelineConfig &pipeline, QList<CheckRow> &rows)
{
    if (pipeline.kind == PipelineKind::Command) {
        const QString program = pipeline.command.value(0);
        const QString found = QFileInfo(program).isAbsolute() ? (QFileInfo(program).isExecutable() ? program : QString())
                                                              : QStandardPaths::findExecutable(program);
        rows.append({u"pipeline"_s, !found.isEmpty(),
            found.isEmpty() ? u"the program %1 is not there or can't be run"_s.arg(program) : found});
        return;
    }
    for (const QString &folder : {pipeline.inboxDir, pipeline.doneDir, pipeline.rejectedDir}) {
        rows.append(writable(u"pipeline folder"_s, folder));
    }
}

/// The folder is made at the first start, so only what is there already must fit.
void checkOffline(const AgentConfig &config, QList<CheckRow> &rows)
{
    rows.append(writable(u"offline folder"_s, config.offlineDir));
    Result<void> usable = OfflineDesk::checkFolder(config.offlineDir);
    LocalShareFs folder(config.offlineDir, {});
    if (usable && QFileInfo::exists(QDir(config.offlineDir).filePath(QString::fromLatin1(layout::sentinel())))) {
        usable = folder.identity().and_then([&](const ShareIdentity &) { return folder.probe(); });
    }
    rows.append({u"offline incoming"_s, usable.has_value(),
        usable ? u"drop files into %1"_s.arg(QDir(config.offlineDir).filePath(QString::fromLatin1(layout::incoming())))
               : usable.error().detail});
    rows.append({u"orchestrator"_s, true, u"none is needed offline"_s});
}

} // namespace

QList<CheckRow> checkAgent(const AgentConfig &given)
{
    QList<CheckRow> rows;
    AgentConfig config = given;
    if (joinsByCode(config)) {
        std::optional<Enrolment> enrolled;
        rows.append(checkMembership(config, &enrolled));
        config = enrolled ? asMember(config, *enrolled) : config;
    }
    rows.append(writable(u"state"_s, config.stateDir));
    rows.append(writable(u"scratch"_s, config.scratchDir));
    const qint64 free = freeBytes(config.scratchDir);
    const qint64 needed = config.minDiskFree / 1'000'000;
    rows.append({u"scratch space"_s, free >= config.minDiskFree,
        free < 0 ? u"how much is free can't be found out, %1 MB are needed"_s.arg(needed)
                 : u"%1 MB free, %2 MB needed"_s.arg(free / 1'000'000).arg(needed)});
    if (config.offline) {
        checkOffline(config, rows);
    } else {
        LocalShareFs share(config.shareRoot, {});
        const Result<ShareIdentity> identity = share.identity();
        rows.append({u"share"_s, identity.has_value(),
            identity ? u"%1, id %2"_s.arg(config.shareRoot, QString::fromLatin1(identity->uuid)) : identity.error().detail});
        if (identity) {
            const Result<void> probed = share.probe();
            rows.append(
                {u"share writable"_s, probed.has_value(), probed ? u"write, rename and remove work"_s : probed.error().detail});
            const bool named = !joinsByCode(config) || !config.token.isEmpty(); // else its folder is made when it joins
            const Result<EntryInfo> folder = named ? share.look(layout::running(config.node)) : EntryInfo {};
            rows.append({u"share folder"_s, folder.has_value(),
                !named ? u"made by the orchestrator when this machine joins"_s
                    : folder
                    ? QString::fromUtf8(layout::running(config.node))
                    : u"processing/%1/running is missing: run dtf-orchestrator --init-share with this node in its configuration"_s
                          .arg(config.node.toString())});
        }
        if (!joinsByCode(config)) {
            const Result<QByteArray> token = readTokenFile(config.tokenFile);
            rows.append({u"token"_s, token.has_value(), token ? config.tokenFile : token.error().detail});
        }
        rows.append(checkOrchestratorUrl(config.orchestratorUrl));
        if (rows.last().ok && config.orchestratorUrl.scheme() == "https"_L1) {
            rows.append(checkTls(config.orchestratorUrl, TlsTrust(config.orchestratorFingerprint)));
        }
    }
    const Result<QString> program =
        config.browser.program.isEmpty() ? findBrowserProgram() : Result<QString>(config.browser.program);
    const bool runnable = program && QFileInfo(*program).isExecutable();
    rows.append(
        {u"browser"_s, runnable, runnable ? *program : u"no Chrome or Chromium found: install one or set [browser] program"_s});
    rows.append(writable(u"browser profile"_s, config.browser.profileDir));
    checkPipeline(config.pipeline, rows);
    return rows;
}

} // namespace dtf
