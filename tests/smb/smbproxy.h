// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/smb/smbground.h"

#include <QProcess>

namespace dtf {

/// A proxy before the server, on another address of the loopback, that loses chosen replies (proxy.py). Ended with the object.
class SmbProxy
{
public:
    explicit SmbProxy(const SmbGround &ground, const QString &address = QStringLiteral("127.0.0.9"));
    ~SmbProxy();
    SmbProxy(const SmbProxy &) = delete;
    SmbProxy &operator=(const SmbProxy &) = delete;

    [[nodiscard]] const QString &address() const { return m_address; }
    /// Waits until the order is in force.
    void order(const char *words);
    /// How many replies it has lost so far.
    [[nodiscard]] int lostReplies();

private:
    QString m_address;
    QProcess m_process;
    QByteArray m_said;
};

} // namespace dtf
