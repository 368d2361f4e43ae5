// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/agentconfig.h"
#include "agent/browser/identity.h"
#include "agent/browser/policy/profileowner.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <optional>

namespace dtf {

/// What surrounds the browser on this machine: its process, profile, port, log and records. Everything here is quick and local;
/// what has to be waited for is answered by a signal. Thread: main.
class BrowserHome final : public QObject
{
    Q_OBJECT
public:
    BrowserHome(const BrowserConfig &config, const QString &stateDir, QObject *parent = nullptr);

    struct Living
    {
        ProcessEntry process;
        int port = 0;
    };
    struct LookedUp
    {
        std::optional<Living> ours; ///< proven: the profile, the owner of the port and, where there is one, the identity
        QString blockedBy; ///< a living browser holds the profile and has no DevTools port that we could use
    };
    [[nodiscard]] LookedUp lookUp() const;

    /// Ends what carries our profile (all: main processes, too), waits until it is gone, removes a stale lock. One of the signals
    /// follows.
    void clear(bool all);
    void stopClearing() { m_poll.stop(); }
    /// The configured port, or the first free one from port + 100 when somebody listens there. 0: none free.
    [[nodiscard]] int freePort() const;
    [[nodiscard]] Result<ProcessEntry> launch(int port);

    void record(const ProcessEntry &process, int port, const QString &guid); ///< identity and endpoint file
    void removeEndpoint();
    /// Of the browser's process tree, -1 without one. Called every 15 s, so a dead browser's children are collected here, too.
    [[nodiscard]] qint64 memory(qint64 pid);
    [[nodiscard]] QString lastWords() const; ///< the end of the log, for why it ended; one line
    [[nodiscard]] const QString &profile() const { return m_profile; }
    [[nodiscard]] const QString &logFile() const { return m_logFile; }

Q_SIGNALS:
    void cleared();
    void clearFailed(const QString &why);
    void clearBlocked(const QString &why);

private:
    void clearStep();
    void writeEndpoint();

    BrowserConfig m_config;
    QString m_profile;
    QString m_identityFile;
    QString m_logFile;
    QTimer m_poll;
    QTimer m_endpointRetry;
    int m_endpointTries = 0;
    int m_endpointPort = 0; ///< 0: the file is to be removed
    QString m_endpointGuid;
    int m_lockTries = 0;
    QList<qint64> m_sessions; ///< of the last browsers that were started here; what is left of them may become our zombies
    QList<ProcessEntry> m_ending; ///< killed, perhaps not gone yet
};

} // namespace dtf
