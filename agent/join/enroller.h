// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/agentconfig.h"
#include "agent/join/enrolment.h"
#include "common/core/backoff.h"
#include "common/core/joincode.h"
#include "common/net/jsonclient.h"
#include "common/protocol/messages.h"

#include <QObject>
#include <QTimer>

#include <functional>

namespace dtf {

/// The join code in that file. The error says in plain words what is missing and what to do.
[[nodiscard]] Result<JoinCode> readJoinCode(const QString &path);

/// Asks the orchestrator to let this machine in, for as long as it takes: 1 s, 2 s, … 60 s between two tries, from 1 s again when
/// something else keeps it out, which is logged then. The file with the code is read for each try: it may come later, or be
/// replaced. Thread: main.
class Enroller final : public QObject
{
public:
    /// `question` is on the disk already; one that is joined asks for its own name again and for a new token, and stays on the
    /// disk as it is until it has that. `joined` comes once, with the answer on the disk.
    Enroller(const AgentConfig &config, const Enrolment &question, std::function<void(const Enrolment &)> joined);

    void start();
    [[nodiscard]] QString standing() const { return m_why.isEmpty() ? QStringLiteral("asking") : m_why; } ///< what keeps it out

private:
    [[nodiscard]] NodeName wanted() const;
    void ask();
    void answered(const JsonReply &reply);
    void take(const EnrolReply &reply);
    void again(const QString &why);

    AgentConfig m_config;
    Enrolment m_question;
    std::function<void(const Enrolment &)> m_joined;
    JsonClient m_client;
    QTimer m_timer;
    BootId m_boot;
    Backoff m_backoff {milliseconds(1'000), milliseconds(60'000)};
    QByteArray m_asked; ///< digest (hex) of the code that was shown last
    QString m_why; ///< told last
};

} // namespace dtf
