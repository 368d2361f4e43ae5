// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/smb/smbground.h"

#include <QJsonObject>
#include <QProcess>
#include <QString>

namespace dtf {

/// One SMB client with share modes, oplocks and manners of the test's choice (hostile.py). Ended, and with it all it has open,
/// with the object. An order that is not answered within half a minute, or refused, ends the test program unless asked for.
class HostileClient
{
public:
    explicit HostileClient(const SmbGround &ground, const QString &host = QStringLiteral("127.0.0.1"));
    ~HostileClient();
    HostileClient(const HostileClient &) = delete;
    HostileClient &operator=(const HostileClient &) = delete;

    /// The answer, "error" in it when it was refused.
    [[nodiscard]] QJsonObject tryTo(const QJsonObject &order);
    QJsonObject mustDo(const QJsonObject &order);

    /// A handle; `access` and `share` are made of the letters r, w, d.
    [[nodiscard]] int open(const QString &name, const QString &access, const QString &share,
        const QString &how = QStringLiteral("create"), const QString &oplock = {});
    void write(int handle, const QString &text, int at = 0);
    void close(int handle);
    void put(const QString &name, const QString &text); ///< written and closed

private:
    QProcess m_process;
};

} // namespace dtf
