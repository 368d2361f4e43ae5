// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/work/logshipper.h"

#include <memory>
#include <vector>

namespace dtf {

/// The logs of this life's runs that are still on their way to the share, and the scratch folders that wait for them. A share
/// that is away only delays them; of more than `most` the oldest is given up. Thread: main.
class LogShipments final : public QObject
{
    Q_OBJECT
public:
    static constexpr std::size_t most = 16;
    using Drop = std::function<void(const Attempt &)>;

    /// `uuid`: as LogShipper's. `drop` removes an attempt's scratch folder.
    LogShipments(ShareWorker &share, std::function<QByteArray()> uuid, Drop drop, QObject *parent = nullptr);

    /// A run's log begins to grow.
    void begin(const Attempt &attempt, const QString &localLog, const QList<SharePath> &targets);
    void closeNewest(); ///< it does not grow any more
    void setShareUsable(bool usable); ///< false at first
    /// Its scratch folder goes: now, or when its log has arrived or was given up.
    void dropWhenShipped(const Attempt &attempt);
    /// Nothing that this share would take now.
    [[nodiscard]] bool isSettled() const { return !m_usable || m_shipments.empty(); }

Q_SIGNALS:
    void arrived(); ///< one of them, or it was given up

private:
    struct Shipment
    {
        Attempt attempt;
        std::unique_ptr<LogShipper> shipper;
        bool dropScratch = false;
    };
    void end(const LogShipper *shipper);

    ShareWorker &m_share;
    std::function<QByteArray()> m_uuid;
    Drop m_drop;
    std::vector<Shipment> m_shipments; ///< oldest first
    bool m_usable = false;
};

} // namespace dtf
