// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/auditevent.h"

#include <QByteArray>

namespace dtf {

/// The end of the audit chain. Write it down elsewhere: a chain that was cut off at its end still verifies, a remembered head
/// does not.
struct AuditHead
{
    qint64 seq = 0; ///< 0: no row yet
    QByteArray hash = QByteArray(32, '\0'); ///< 32 bytes; zeros before the first row
};

/// A row as it stands in the database, words and bytes not interpreted: what the chain is made of.
struct AuditFields
{
    qint64 seq = 0;
    qint64 time = 0; ///< ms since 1970 UTC
    QByteArray kind; ///< word
    QByteArray job; ///< 16 bytes or empty
    qint64 epoch = 0;
    QByteArray node;
    QByteArray actor;
    QByteArray detail;
};

[[nodiscard]] AuditFields fieldsOf(qint64 seq, const AuditEvent &event);

/// The bytes that are hashed after the previous hash: "dtf-audit-1", seq, time, kind, job, epoch, node, actor, detail; each as a
/// 4-byte big-endian length and its bytes, numbers as 8 bytes big-endian. No two different rows have the same form. Fixed for
/// ever. Pure.
[[nodiscard]] QByteArray canonicalForm(const AuditFields &fields);

/// SHA-256(previous hash, canonical form). Pure.
[[nodiscard]] QByteArray chainHash(const QByteArray &previous, const AuditFields &fields);

} // namespace dtf
