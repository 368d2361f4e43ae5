// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/work/logshipments.h"

#include <algorithm>

namespace dtf {

LogShipments::LogShipments(ShareWorker &share, std::function<QByteArray()> uuid, Drop drop, QObject *parent)
    : QObject(parent)
    , m_share(share)
    , m_uuid(std::move(uuid))
    , m_drop(std::move(drop))
{ }

void LogShipments::begin(const Attempt &attempt, const QString &localLog, const QList<SharePath> &targets)
{
    if (m_shipments.size() >= most) {
        end(m_shipments.front().shipper.get());
    }
    auto shipper = std::make_unique<LogShipper>(m_share, localLog, targets, m_uuid);
    shipper->setShareUsable(m_usable);
    connect(shipper.get(), &LogShipper::done, this, [this, which = shipper.get()] { end(which); });
    m_shipments.push_back({attempt, std::move(shipper), false});
}

void LogShipments::closeNewest()
{
    if (!m_shipments.empty()) {
        m_shipments.back().shipper->close();
    }
}

void LogShipments::setShareUsable(bool usable)
{
    m_usable = usable;
    std::vector<LogShipper *> all; // one that finds that it is done leaves the list
    std::transform(
        m_shipments.begin(), m_shipments.end(), std::back_inserter(all), [](const Shipment &s) { return s.shipper.get(); });
    for (LogShipper *shipper : all) {
        shipper->setShareUsable(usable);
    }
}

void LogShipments::dropWhenShipped(const Attempt &attempt)
{
    const auto it = std::find_if(m_shipments.begin(), m_shipments.end(), [&](const Shipment &s) { return s.attempt == attempt; });
    if (it != m_shipments.end()) {
        it->dropScratch = true;
    } else {
        m_drop(attempt);
    }
}

void LogShipments::end(const LogShipper *shipper)
{
    const auto it =
        std::find_if(m_shipments.begin(), m_shipments.end(), [&](const Shipment &s) { return s.shipper.get() == shipper; });
    if (it == m_shipments.end()) {
        return;
    }
    Shipment over = std::move(*it);
    m_shipments.erase(it);
    over.shipper.release()->deleteLater(); // we may be inside its signal
    if (over.dropScratch) {
        m_drop(over.attempt);
    }
    Q_EMIT arrived();
}

} // namespace dtf
