// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHostAddress>
#include <QSet>
#include <QStringList>

#include <optional>

namespace dtf {

/// Against DNS rebinding and cross-site requests: which Host and Origin a request may carry. Pure.
class HostRules
{
public:
    /// `names`: accepted besides "localhost" and the address the connection came in on; "name" (any case) or "name:port" for a
    /// proxy's port.
    explicit HostRules(const QStringList &names);

    /// "name", or "name:port" with the port the connection came in on. An IP address passes only if it is the one that was
    /// connected to.
    [[nodiscard]] bool hostAllowed(const QByteArray &host, const QHostAddress &local, quint16 localPort) const;
    /// No Origin, or exactly the origin of the (allowed) `host` itself. "null" and empty are foreign.
    [[nodiscard]] static bool originAllowed(const std::optional<QByteArray> &origin, const QByteArray &host);

private:
    QSet<QByteArray> m_names; ///< lower case
};

} // namespace dtf
