// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/net/session.h"
#include "console/store/fleetstore.h"

#include <QObject>
#include <QPointer>

#include <functional>
#include <optional>

namespace dtf {

/// What became of one command, for the user: accepted, done, refused because, or not known because its answer was lost.
struct CommandAnswer
{
    QString subject; ///< escaped: the file or node
    QString action; ///< "Requeue"
    bool accepted = false;
    QString words; ///< escaped sentence
    bool unknown = false; ///< it was sent and nobody said what became of it: never to be taken for done, nor for refused
};

/// Sends operators' commands, each compared and set on what the user saw, and tells how they ended. Refuses by itself what can't
/// be sent now (whyNone()). Every command is answered once; who comes too late is told who was first, as the audit has it.
/// Thread: main.
class FleetCommands final : public QObject
{
    Q_OBJECT

public:
    using Told = std::function<void(const CommandAnswer &answer)>;

    explicit FleetCommands(const FleetStore &store, QObject *parent = nullptr);

    void setSession(Session *session) { m_session = session; }
    /// Why no command can be given now; empty: it can.
    [[nodiscard]] QString whyNone() const;
    [[nodiscard]] Session *session() const { return m_session; }

    /// `seen`: as the user saw it; refused by the orchestrator when it has changed. `node`: for Requeue, empty: any.
    /// `told`: gets the answer instead of answered(): for one of many.
    void send(JobAction action, const JobView &seen, const QString &reason, const NodeName &node = {}, Told told = {});
    void send(NodeAction action, const NodeName &node, const QString &reason, bool now = false);
    void sendDispatch(bool pause, const QString &reason);
    void acknowledge(const Alert &alert, const QString &reason);

Q_SIGNALS:
    void answered(const dtf::CommandAnswer &answer);

private:
    /// `about`: where the audit says who else acted on the same; empty: nowhere.
    [[nodiscard]] OrchestratorClient::Callback<OperatorReply> telling(
        const QString &subject, const QString &action, const std::optional<AuditFilter> &about, Told told = {});
    void tellWhoWasFirst(const CommandAnswer &answer, AuditFilter about, const Told &told);
    [[nodiscard]] bool refusedHere(const QString &subject, const QString &action, const Told &told = {});
    void tell(const CommandAnswer &answer, const Told &told);

    const FleetStore &m_store;
    QPointer<Session> m_session;
};

} // namespace dtf
