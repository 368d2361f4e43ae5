// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/orchestratorcheck.h"

#include "common/config/tokens.h"
#include "common/core/diskspace.h"
#include "common/core/machine.h"
#include "common/net/certificatetext.h"
#include "common/net/tlstrust.h"
#include "common/setup/localfacts.h"
#include "common/setup/patience.h"
#include "common/setup/shareproof.h"
#include "orchestrator/store/storelook.h"
#include "orchestrator/tlsidentity.h"

#include <QDateTime>
#include <QFileInfo>
#include <QHostAddress>
#include <QSet>
#include <QTcpServer>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int renewDays = 30; ///< before a certificate's end
constexpr qint64 storeNeeds = 200'000'000; ///< bytes

constexpr milliseconds storePatience {60'000}; ///< a page by page check of a slow disk

/// As the thread's account.
CheckRow rowOfStore(const QString &path, const QString &who, QByteArray &shareUuid)
{
    const QString what = u"store"_s;
    const auto look = lookAtStore(path);
    if (look) {
        shareUuid = look->shareUuid;
        return isGood(what,
            look->isOlder ? u"%1, of an older version: the next start brings it up to date"_s.arg(path)
                          : u"%1, %2 open jobs, audit at %3"_s.arg(path).arg(look->openJobs).arg(look->lastAuditSeq));
    }
    if (look.error().code == ErrorCode::Busy) {
        return isGood(what, u"in use by a running orchestrator"_s);
    }
    return isBad(what, look.error().detail,
        look.error().code == ErrorCode::PermissionDenied
            ? u"give it to the account %1: chown %1 %2*"_s.arg(who, path)
            : u"do not delete it: keep a copy, restore a backup, or ask for help; without it the history of all files is lost"_s);
}

/// `shareUuid` is filled when the store could be read.
CheckRow checkStore(const QString &path, const std::optional<Account> &account, QByteArray &shareUuid)
{
    const QString what = u"store"_s;
    const QString folder = QFileInfo(path).absolutePath();
    if (!QFileInfo::exists(path)) {
        CheckRow row = checkFolder(what, folder, account);
        row.found = row.ok() ? u"%1 will be made at the first start"_s.arg(path) : row.found;
        return row;
    }
    const auto uuid = std::make_shared<QByteArray>();
    const QString who = account ? account->name : ownAccountName();
    const auto rows = tryPatiently(what, storePatience, storePatience, [what, path, account, who, uuid](Findings &findings) {
        findings.begin(u"to read %1"_s.arg(path));
        if (account && !actAs(*account)) {
            findings.add(isDoubtful(what, u"%1, not tried as %2"_s.arg(path, who), u"run this as root, or as %1"_s.arg(who)));
            return;
        }
        findings.add(rowOfStore(path, who, *uuid));
    });
    shareUuid = *uuid;
    return rows.last();
}

/// Who may come, and who is expected: both ways.
void checkAccess(const OrchestratorConfig &config, const std::optional<Account> &account, QList<CheckRow> &rows)
{
    const Result<AccessList> access = loadAccessList(config.tokensFile);
    if (!access) {
        rows.append(isBad(u"access"_s, access.error().detail,
            u"dtf-orchestrator setup makes it, with a token for an operator and each node"_s));
        return;
    }
    if (const CheckRow readable = checkReadable(u"access"_s, config.tokensFile, account); !readable.ok()) {
        rows.append(readable);
        return;
    }
    QSet<NodeName> withToken;
    int operators = 0;
    for (const Principal &each : access->principals()) {
        each.role == Role::Node ? void(withToken.insert(each.node)) : void(operators += each.role == Role::Operator ? 1 : 0);
    }
    const QString found = u"%1 tokens in %2"_s.arg(access->size()).arg(config.tokensFile);
    rows.append(operators > 0 ? isGood(u"access"_s, found)
                              : isDoubtful(u"access"_s, found + u", none of an operator"_s,
                                  u"dtf-orchestrator setup --operator NAME adds one: nobody can command the fleet"_s));
    QStringList without;
    for (const NodeConfig &node : config.nodes) {
        if (!withToken.remove(node.name)) {
            without.append(node.name.toString());
        }
    }
    QStringList unknown;
    for (const NodeName &node : std::as_const(withToken)) {
        unknown.append(node.toString());
    }
    unknown.sort();
    if (config.nodes.isEmpty()) {
        rows.append(isDoubtful(u"nodes"_s, u"none is named"_s,
            u"nothing need be done when nodes join by a code; else add a [[node]] for each worker VM, or run dtf-orchestrator setup --node NAME"_s));
    } else if (!without.isEmpty()) {
        rows.append(isDoubtful(u"nodes"_s, u"no token for %1"_s.arg(without.join(u", "_s)),
            u"dtf-orchestrator setup --node NAME makes one; until then that node can't come"_s));
    } else {
        rows.append(isGood(u"nodes"_s, u"%1 may join"_s.arg(config.nodes.size())));
    }
    if (!unknown.isEmpty()) {
        rows.append(isDoubtful(u"unknown nodes"_s, u"a token, but no [[node]]: %1"_s.arg(unknown.join(u", "_s)),
            u"add a [[node]] with that name, or remove the token"_s));
    }
}

/// Good, and the service can open both files.
CheckRow checkTls(const OrchestratorConfig &config, const std::optional<Account> &account)
{
    const CheckRow row = checkCertificate(config.listenCertificate, config.listenKey);
    for (const QString &file : {config.listenCertificate, config.listenKey}) {
        const CheckRow readable = file.isEmpty() ? row : checkReadable(row.what, file, account);
        if (row.ok() && !readable.ok()) {
            return readable;
        }
    }
    return row;
}

} // namespace

CheckRow checkPort(const QString &address, quint16 port)
{
    QTcpServer server;
    if (port == 0 || server.listen(QHostAddress(address), port)) {
        return isGood(u"port"_s, u"%1:%2 is free"_s.arg(address).arg(port));
    }
    const QString found = u"%1:%2: %3"_s.arg(address).arg(port).arg(server.errorString());
    return isBad(u"port"_s, found,
        server.serverError() == QAbstractSocket::AddressInUseError
            ? u"another program has it; if that is an orchestrator already, all is well, else choose another port"_s
            : u"[listen] address must be one of this machine's, or 0.0.0.0 for all; a port below 1024 needs rights"_s);
}

CheckRow checkCertificate(const QString &certificate, const QString &key)
{
    const QString what = u"certificate"_s;
    if (certificate.isEmpty()) {
        return isGood(what, u"none: plain HTTP, everybody on the network can read along"_s);
    }
    const Result<TlsIdentity> identity = loadTlsIdentity(certificate, key);
    if (!identity) {
        return isBad(
            what, identity.error().detail, u"name a PEM certificate and its key, the key readable by this account only"_s);
    }
    const QSslCertificate &own = identity->own();
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const QString found = u"%1, valid %2 to %3, SHA-256 %4"_s.arg(
        subjectText(own), certificateTime(own.effectiveDate()), certificateTime(own.expiryDate()), fingerprintOf(own).toString());
    if (now < own.effectiveDate()) {
        return isBad(what, u"NOT valid yet: "_s + found, u"look whether this machine's clock is right"_s);
    }
    if (now >= own.expiryDate()) {
        return isBad(what, u"EXPIRED: "_s + found, u"renew it"_s);
    }
    return now.daysTo(own.expiryDate()) < renewDays
        ? isDoubtful(what, found, u"renew it within %1 days"_s.arg(now.daysTo(own.expiryDate())))
        : isGood(what, found);
}

QStringList changedFolders(const OrchestratorConfig &config)
{
    QStringList folders {config.shareRoot, QFileInfo(config.storePath).absolutePath()};
    if (!config.logJson.isEmpty()) {
        folders += QFileInfo(config.logJson).absolutePath();
    }
    return folders;
}

QList<CheckRow> checkOrchestrator(const OrchestratorConfig &config, const std::optional<Account> &account)
{
    QByteArray shareUuid;
    const CheckRow store = checkStore(config.storePath, account, shareUuid);
    ShareProofPlan plan;
    plan.root = config.shareRoot;
    plan.expectedUuid = config.adoptShare ? QByteArray() : shareUuid;
    plan.account = account;
    for (const NodeConfig &node : config.nodes) {
        plan.nodes.append(node.name);
    }
    QList<CheckRow> rows = proveShare(plan);
    rows.append(store);
    const QString storeFolder = QFileInfo(config.storePath).absolutePath();
    rows.append(checkLocalDisk(u"store disk"_s, storeFolder));
    rows.append(checkSpace(u"store space"_s, storeFolder, storeNeeds));
    checkAccess(config, account, rows);
    rows.append(checkTls(config, account));
    rows.append(store.found.startsWith("in use"_L1)
            ? isGood(u"port"_s, u"%1:%2, of the running orchestrator"_s.arg(config.listenAddress).arg(config.listenPort))
            : checkPort(config.listenAddress, config.listenPort));
    rows.append(checkMachineIdentity());
    if (config.shareWatch) {
        rows.append(checkWatchLimits());
    }
    return rows;
}

} // namespace dtf
