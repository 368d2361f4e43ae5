// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/orchestratorcheck.h"

#include "common/config/tokens.h"
#include "common/net/certificatetext.h"
#include "common/net/tlstrust.h"
#include "common/share/localsharefs.h"
#include "orchestrator/store/sqlitestore.h"
#include "orchestrator/tlsidentity.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QHostAddress>
#include <QTcpServer>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

CheckRow row(const QString &what, const Result<void> &result, const QString &good)
{
    return {what, result.has_value(), result ? good : result.error().detail};
}

CheckRow checkStore(const QString &path)
{
    if (!QFileInfo::exists(path)) {
        const QFileInfo folder(QFileInfo(path).absolutePath());
        const bool usable = !folder.exists() || folder.isWritable();
        return {u"store"_s, usable,
            usable ? u"%1 will be made at the first start"_s.arg(path)
                   : u"%1 can't be written: give this account the right to"_s.arg(folder.filePath())};
    }
    StoreSnapshot snapshot;
    auto store = SqliteStore::open(path, &snapshot);
    if (!store) {
        const bool running = store.error().code == ErrorCode::Busy;
        return {u"store"_s, running, running ? u"in use by a running orchestrator"_s : store.error().detail};
    }
    (*store)->close();
    return {u"store"_s, true, u"%1, %2 open jobs, audit at %3"_s.arg(path).arg(snapshot.jobs.size()).arg(snapshot.lastAuditSeq)};
}

CheckRow checkCertificate(const OrchestratorConfig &config)
{
    if (config.listenCertificate.isEmpty()) {
        return {u"certificate"_s, true, u"none: plain HTTP, everybody on the network can read along"_s};
    }
    const Result<TlsIdentity> identity = loadTlsIdentity(config.listenCertificate, config.listenKey);
    if (!identity) {
        return {u"certificate"_s, false, identity.error().detail};
    }
    const QSslCertificate &own = identity->own();
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const bool good = own.effectiveDate() <= now && now < own.expiryDate();
    const QString when = now < own.effectiveDate() ? u"NOT valid before %1"_s.arg(certificateTime(own.effectiveDate()))
        : good                                     ? u"valid to %1"_s.arg(certificateTime(own.expiryDate()))
                                                   : u"EXPIRED on %1: renew it"_s.arg(certificateTime(own.expiryDate()));
    return {u"certificate"_s, good, u"%1, %2, SHA-256 %3"_s.arg(subjectText(own), when, fingerprintOf(own).toString())};
}

} // namespace

QList<CheckRow> checkOrchestrator(const OrchestratorConfig &config)
{
    QList<CheckRow> rows;
    LocalShareFs share(config.shareRoot, {});
    const Result<ShareIdentity> identity = share.identity();
    rows.append({u"share"_s, identity.has_value(),
        identity
            ? u"%1, id %2, layout %3"_s.arg(config.shareRoot, QString::fromLatin1(identity->uuid)).arg(identity->layoutVersion)
            : identity.error().detail + u" (a new share is made with --init-share)"_s});
    if (identity) {
        rows.append(row(u"share writable"_s, share.probe(), u"write, rename and remove work"_s));
        for (const SharePath &folder : layout::folders({})) {
            const Result<EntryInfo> entry = share.look(folder);
            if (!entry || entry->kind != EntryKind::Directory) {
                rows.append({u"share folder "_s + QString::fromUtf8(folder), false, u"missing: run with --init-share"_s});
            }
        }
        for (const NodeConfig &node : config.nodes) {
            const Result<EntryInfo> entry = share.look(layout::running(node.name));
            if (!entry || entry->kind != EntryKind::Directory) {
                rows.append({u"share folder of "_s + node.name.toString(), false, u"missing: run with --init-share"_s});
            }
        }
        const Result<qint64> free = share.freeBytes();
        rows.append({u"share space"_s, free && *free > 1'000'000'000,
            free ? u"%1 GB free"_s.arg(*free / 1'000'000'000) : free.error().detail});
    }
    rows.append(checkStore(config.storePath));
    const Result<AccessList> access = loadAccessList(config.tokensFile);
    rows.append({u"access"_s, access.has_value(),
        access ? u"%1 tokens in %2"_s.arg(access->size()).arg(config.tokensFile) : access.error().detail});
    rows.append(checkCertificate(config));
    QTcpServer server;
    const bool free = config.listenPort == 0 || server.listen(QHostAddress(config.listenAddress), config.listenPort);
    rows.append({u"port"_s, free,
        free ? u"%1:%2 is free"_s.arg(config.listenAddress).arg(config.listenPort)
             : u"%1:%2: %3 (is an orchestrator running already?)"_s.arg(config.listenAddress)
                   .arg(config.listenPort)
                   .arg(server.errorString())});
    rows.append({u"nodes"_s, true,
        config.nodes.isEmpty() ? u"none in the configuration: machines join with a code, see dtf-ctl join-code"_s
                               : u"%1 in the configuration; others join with a code"_s.arg(config.nodes.size())});
    return rows;
}

} // namespace dtf
