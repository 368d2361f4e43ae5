// SPDX-License-Identifier: GPL-3.0-or-later
#include "recordtext.h"

namespace dtf::test {

namespace {

QByteArray join(std::initializer_list<QByteArray> parts)
{
    return QByteArrayList(parts).join('|');
}

QByteArray text(qint64 number)
{
    return QByteArray::number(number);
}

QByteArray text(const QByteArray &bytes)
{
    return bytes.toPercentEncoding();
}

QByteArray text(WallTime time)
{
    return text(qint64(time.msecsSinceEpoch));
}

template <typename E> QByteArray word(E value)
{
    return QByteArray(toString(value).data());
}

} // namespace

QByteArray recordText(const JobRecord &job)
{
    return join({job.id.toBytes26(), text(job.name), word(job.state), text(job.place), text(job.intentTarget), job.node.bytes(),
        text(qint64(job.epoch)), job.boot.bytes(), text(job.attempts), text(job.priority), text(job.affinity),
        text(job.serialKey), text(job.size), text(job.mtimeNs), text(job.fileId), text(job.sha256), text(job.accepted),
        text(job.changed), word(job.cause), text(job.detail), job.wantNode.bytes(), text(qint64(job.stopAsked)),
        text(qint64(job.rerunAllowed)), text(qint64(job.sideEffects)), text(job.rows)});
}

QByteArray recordText(const NodeRecord &node)
{
    return join({node.node.bytes(), text(qint64(node.paused)), text(qint64(node.draining)), text(node.by), text(node.reason),
        text(node.changed), node.lastBoot.bytes(), text(node.machine), text(node.machineBoot)});
}

QByteArray recordText(const ReportMark &mark)
{
    return join({mark.node.bytes(), mark.boot.bytes(), text(mark.seq)});
}

QByteArray recordText(const Alert &alert)
{
    const auto seen = alert.acknowledged;
    return join({word(alert.kind), word(alert.severity), text(alert.subject), text(alert.since), text(alert.detail),
        seen ? text(seen->time) : QByteArray(), seen ? text(seen->by) : QByteArray(), seen ? text(seen->reason) : QByteArray()});
}

QByteArray recordText(const CommandRecord &record)
{
    const AgentCommand &command = record.command;
    return join({record.node.bytes(), text(command.id), word(command.kind), command.job.toBytes26(), text(qint64(command.epoch)),
        text(qint64(command.now)), text(command.reason.toUtf8()), text(command.by.toUtf8()), text(record.asked)});
}

} // namespace dtf::test
