// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"

#include <QList>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>

namespace dtf {

/// What this server shows of itself.
struct TlsIdentity
{
    QList<QSslCertificate> chain; ///< its own first, then those that signed it; never empty
    QSslKey key;

    [[nodiscard]] const QSslCertificate &own() const { return chain.first(); }
};

/// Reads both PEM files and tries them out. Says in words what is wrong: a file missing, no certificate in it, a key that others
/// may read, has a passphrase or belongs to another certificate. Blocks for some milliseconds; for the start and --check.
[[nodiscard]] Result<TlsIdentity> loadTlsIdentity(const QString &certificateFile, const QString &keyFile);
/// For the port: TLS 1.2 or later, no certificates asked of clients.
[[nodiscard]] QSslConfiguration serverTls(const TlsIdentity &identity);

} // namespace dtf
