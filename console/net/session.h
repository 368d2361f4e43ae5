// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/net/feed.h"
#include "console/net/orchestratorclient.h"

#include <QObject>
#include <QString>

#include <memory>

namespace dtf {

/// One orchestrator that the console is connected to: its feed and its questions and commands under one address and token.
/// Thread: main.
class Session final : public QObject
{
    Q_OBJECT

public:
    struct Server
    {
        QString name; ///< the user's word for it: "PROD"
        QUrl url; ///< http(s)://host:port
        QByteArray token;
        TlsTrust trust = {}; ///< of an https server; the token goes to nobody else
    };

    /// `feed`: of the same server, see makeFeed().
    Session(const Server &server, std::unique_ptr<Feed> feed, QObject *parent = nullptr);

    void start() { m_feed->start(); }
    [[nodiscard]] const Server &server() const { return m_server; }
    [[nodiscard]] Feed &feed() { return *m_feed; }
    [[nodiscard]] OrchestratorClient &client() { return m_client; }
    [[nodiscard]] const QString &user() const { return m_user; } ///< as the orchestrator calls it; empty: not let in yet
    [[nodiscard]] bool mayCommand() const { return m_mayCommand; }

Q_SIGNALS:
    void welcomed(); ///< user and role are known

private:
    const Server m_server;
    const std::unique_ptr<Feed> m_feed;
    OrchestratorClient m_client;
    QString m_user;
    bool m_mayCommand = false;
};

} // namespace dtf
