// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/snoozes.h"

#include <algorithm>

namespace dtf {

Snoozes::Snoozes(const FleetStore &store, QObject *parent)
    : QObject(parent)
    , m_store(store)
{
    connect(&store, &FleetStore::alertsChanged, this, &Snoozes::forgetCleared);
}

void Snoozes::snooze(const Alert &alert, milliseconds length)
{
    m_until.insert(keyOf(alert), m_store.clock().now().mono + length);
    Q_EMIT changed();
}

void Snoozes::wake(const Alert &alert)
{
    if (m_until.remove(keyOf(alert)) > 0) {
        Q_EMIT changed();
    }
}

milliseconds Snoozes::left(const Alert &alert) const
{
    const auto at = m_until.constFind(keyOf(alert));
    return at == m_until.cend() ? milliseconds(0) : std::max(milliseconds(1), *at - m_store.clock().now().mono);
}

void Snoozes::tick()
{
    const MonoTime now = m_store.clock().now().mono;
    QList<Alert> ended;
    for (const Alert &alert : m_store.alerts()) {
        if (const auto at = m_until.constFind(keyOf(alert)); at != m_until.cend() && *at <= now) {
            ended.append(alert);
        }
    }
    for (const Alert &alert : std::as_const(ended)) {
        wake(alert);
        Q_EMIT over(alert);
    }
}

void Snoozes::forgetCleared()
{
    const QList<Alert> &open = m_store.alerts();
    const auto isOpen = [&](const Key &key) {
        return std::any_of(open.cbegin(), open.cend(), [&](const Alert &alert) { return keyOf(alert) == key; });
    };
    if (m_until.removeIf([&](const auto &at) { return !isOpen(at.key()); }) > 0) {
        Q_EMIT changed();
    }
}

} // namespace dtf
