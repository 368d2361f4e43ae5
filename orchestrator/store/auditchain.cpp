// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/auditchain.h"

#include <QCryptographicHash>
#include <QtEndian>

namespace dtf {

namespace {

void appendField(QByteArray &out, QByteArrayView bytes)
{
    const quint32 length = qToBigEndian(static_cast<quint32>(bytes.size()));
    out.append(reinterpret_cast<const char *>(&length), sizeof(length));
    out.append(bytes.data(), bytes.size());
}

void appendField(QByteArray &out, qint64 number)
{
    const qint64 big = qToBigEndian(number);
    appendField(out, QByteArrayView(reinterpret_cast<const char *>(&big), sizeof(big)));
}

} // namespace

AuditFields fieldsOf(qint64 seq, const AuditEvent &event)
{
    const QLatin1StringView kind = toString(event.kind);
    QByteArray job;
    if (!event.job.isNull()) {
        job = QByteArray(reinterpret_cast<const char *>(event.job.bytes().data()), qsizetype(event.job.bytes().size()));
    }
    return {seq, event.time.msecsSinceEpoch, QByteArray(kind.data(), kind.size()), job, event.epoch, event.node.bytes(),
        event.actor, event.detail};
}

QByteArray canonicalForm(const AuditFields &fields)
{
    QByteArray out;
    out.reserve(128 + fields.actor.size() + fields.detail.size());
    appendField(out, QByteArrayView("dtf-audit-1"));
    appendField(out, fields.seq);
    appendField(out, fields.time);
    appendField(out, fields.kind);
    appendField(out, fields.job);
    appendField(out, fields.epoch);
    appendField(out, fields.node);
    appendField(out, fields.actor);
    appendField(out, fields.detail);
    return out;
}

QByteArray chainHash(const QByteArray &previous, const AuditFields &fields)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(previous);
    hash.addData(canonicalForm(fields));
    return hash.result();
}

} // namespace dtf
