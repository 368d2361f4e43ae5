// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"

#include <QByteArray>
#include <QString>

namespace dtf {

/// The SHA-256 of a certificate (its DER form): what a person compares and a client pins. A value; no secret. Default: none.
class Fingerprint
{
public:
    Fingerprint() = default;
    /// 64 hexadecimal digits, upper or lower case, with or without colons or spaces between the pairs. InvalidArgument.
    [[nodiscard]] static Result<Fingerprint> parse(const QString &text);
    /// `der`: the certificate's.
    [[nodiscard]] static Fingerprint ofDer(const QByteArray &der);

    [[nodiscard]] bool isEmpty() const { return m_sha256.isEmpty(); }
    /// "AB:CD:…", 95 characters, as openssl and browsers write it; empty when there is none.
    [[nodiscard]] QString toString() const;

    bool operator==(const Fingerprint &) const = default;

private:
    QByteArray m_sha256; ///< 32 bytes, or none
};

} // namespace dtf
