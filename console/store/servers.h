// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"
#include "common/core/fingerprint.h"

#include <QList>
#include <QString>
#include <QUrl>

#include <optional>

class QSettings;

namespace dtf {

/// An orchestrator under the user's name for it. Never with a token: that belongs into the system's key store.
struct NamedServer
{
    QString name; ///< "PROD"
    QUrl url; ///< http(s)://host:port
    Fingerprint pin = {}; ///< of its certificate, the only one trusted; none: the system's CAs decide. No secret

    bool operator==(const NamedServer &) const = default;
};

/// What the user typed, or what is wrong with it in words. "dtf-orch:3000" is taken for http. Pure.
[[nodiscard]] Result<NamedServer> checkedServer(const QString &name, const QString &url);

/// The list of named orchestrators in the user's settings, and which one was used last. Thread: that of the settings.
class Servers
{
public:
    static constexpr int most = 50;

    explicit Servers(QSettings &settings)
        : m_settings(settings)
    { }

    [[nodiscard]] QList<NamedServer> all() const; ///< by name; what can't be understood is left out
    [[nodiscard]] std::optional<NamedServer> find(const QString &name) const; ///< upper and lower case alike
    /// Pins its certificate. False when the list has no such name with this address.
    bool pin(const QString &name, const QUrl &url, const Fingerprint &print);
    /// Adds it or replaces the one of that name. TooMany beyond `most`.
    [[nodiscard]] Result<void> put(const NamedServer &server);
    void remove(const QString &name);
    [[nodiscard]] QString last() const;
    void setLast(const QString &name);

private:
    void write(const QList<NamedServer> &servers);

    QSettings &m_settings;
};

} // namespace dtf
