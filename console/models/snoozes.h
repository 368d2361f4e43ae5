// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/store/fleetstore.h"

#include <QMap>
#include <QObject>

#include <optional>
#include <tuple>

namespace dtf {

/// Alerts that this user does not want to be called for during a while. Here only: other consoles see them as before, they stay
/// in the list, and an acknowledgement is another thing. One that is raised anew is not snoozed; none outlives the program.
/// Thread: main.
class Snoozes final : public QObject
{
    Q_OBJECT

public:
    explicit Snoozes(const FleetStore &store, QObject *parent = nullptr);

    void snooze(const Alert &alert, milliseconds length);
    void wake(const Alert &alert);
    [[nodiscard]] bool isSnoozed(const Alert &alert) const { return m_until.contains(keyOf(alert)); }
    /// Until it ends; 0: it is not snoozed.
    [[nodiscard]] milliseconds left(const Alert &alert) const;
    /// Time has passed: call about once a second.
    void tick();

Q_SIGNALS:
    void changed();
    void over(const dtf::Alert &alert); ///< its time is up and it is still open: call again

private:
    using Key = std::tuple<AlertKind, QByteArray, WallTime>;
    [[nodiscard]] static Key keyOf(const Alert &alert) { return {alert.kind, alert.subject, alert.since}; }
    void forgetCleared();

    const FleetStore &m_store;
    QMap<Key, MonoTime> m_until;
};

} // namespace dtf
