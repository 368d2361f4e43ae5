// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "common/core/ids.h"

#include <QByteArray>
#include <QList>
#include <QMap>
#include <QRegularExpression>
#include <QString>
#include <QStringList>

namespace dtf {

/// What happens to a file whose run may have been lost (share-protocol.md, Lost-run policy).
enum class LostRunPolicy { Safe, Requeue, Hold };

/// First match on the file name decides; higher runs first.
struct PriorityRule
{
    QRegularExpression pattern;
    int priority = 0;
};

/// One worker VM that may join.
struct NodeConfig
{
    NodeName name;
    int prefetch = 1; ///< files waiting in its folder besides the running one
    qint64 minDiskFree = 1'000'000'000; ///< bytes below which it gets nothing
};

/// Immutable after loading. Every field is one row of the key table in orchestratorconfig.cpp: key, type, default, unit, meaning.
struct OrchestratorConfig
{
    // [share]
    QString shareRoot;
    milliseconds shareCache {15'000};
    milliseconds shareBusyRetry {60'000};
    milliseconds shareRescan {5'000}; ///< full listing of incoming at least this often
    milliseconds shareReconcile {15'000}; ///< full listing of every other folder
    bool shareWatch = true; ///< watcher events wake the listing up; everything works without
    bool shareSyncFolders = true; ///< fsync folders after renames, in groups
    // [listen]
    QString listenAddress = QStringLiteral("127.0.0.1");
    quint16 listenPort = 3000; ///< 0: any free one (tests)
    QStringList listenHosts; ///< accepted Host header names besides the listen address and localhost
    QString listenCertificate; ///< PEM, the server's first; empty: plain HTTP
    QString listenKey; ///< PEM; given exactly when listenCertificate is
    // [store]
    QString storePath; ///< SQLite file
    // [access]
    QString tokensFile; ///< bearer tokens per node and per operator
    // [[node]]
    QList<NodeConfig> nodes;
    // [intake]
    QList<QByteArray> acceptedTypes {"csv", "xls", "xlsx", "pdf"};
    milliseconds stableFor {3'000};
    int stableLooks = 3;
    milliseconds emptyGrace {60'000};
    // [dispatch]
    QList<PriorityRule> priorities;
    QRegularExpression
        serialKey; ///< first capture group (or the whole match) is the key; empty pattern: only same-name files are serial
    QRegularExpression affinityKey;
    milliseconds affinityWait {30'000}; ///< for the node that works on a file's key and is full; 0: never
    int maxAttempts = 3; ///< started runs by policy, before failed
    // [liveness]
    milliseconds heartbeatEvery {15'000};
    milliseconds suspectAfter {20'000};
    milliseconds lostAfter {30'000};
    milliseconds startGrace {60'000};
    // [runs]
    LostRunPolicy lostRun = LostRunPolicy::Safe;
    milliseconds hardLimit {3'600'000}; ///< the pipeline's, to know when a lost run can't go on any more
    // [alerts]
    milliseconds stuckAfter {900'000};
    milliseconds browserDownAfter {60'000};
    // [log]
    QString logJson;
    // no key: --adopt-share
    bool adoptShare = false; ///< the share that is mounted now is the right one, whatever the store remembers
};

/// Reads and checks the whole file; every error at once, each with file, line and key. Relative paths are taken from the file's
/// folder.
[[nodiscard]] Result<OrchestratorConfig> loadOrchestratorConfig(const QString &path);
/// A commented TOML with every key, its default, unit and meaning.
[[nodiscard]] QByteArray orchestratorConfigReference();
/// The configuration in force as TOML (no secrets inside).
/// As from a file at `path`, which need not exist.
[[nodiscard]] Result<OrchestratorConfig> parseOrchestratorConfig(const QByteArray &text, const QString &path);
/// For set-up: what a good file sets, as TOML by "section.key" (of tables their whole text); and a commented file that sets just
/// `values`.
[[nodiscard]] Result<QMap<QString, QString>> readOrchestratorValues(const QString &path);
[[nodiscard]] QByteArray renderOrchestratorConfig(const QMap<QString, QString> &values);
[[nodiscard]] QByteArray printConfig(const OrchestratorConfig &config);

} // namespace dtf
