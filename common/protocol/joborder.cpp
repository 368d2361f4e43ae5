// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/protocol/joborder.h"

namespace dtf {

namespace {

std::strong_ordering compareBytes(const QByteArray &a, const QByteArray &b)
{
    return a.compare(b) <=> 0;
}

QByteArray folded(const QString &text)
{
    return text.toCaseFolded().toUtf8();
}

std::strong_ordering compareKeys(const JobView &a, const JobView &b, JobSort sort)
{
    switch (sort) {
    case JobSort::Changed:
        return a.changed.msecsSinceEpoch <=> b.changed.msecsSinceEpoch;
    case JobSort::Accepted:
        return a.accepted.msecsSinceEpoch <=> b.accepted.msecsSinceEpoch;
    case JobSort::Name:
        return compareBytes(nameOrderKey(a), nameOrderKey(b));
    case JobSort::Agency:
        return compareBytes(agencyOrderKey(a), agencyOrderKey(b));
    case JobSort::State:
        return static_cast<int>(a.state) <=> static_cast<int>(b.state);
    case JobSort::Node:
        return compareBytes(a.node.bytes(), b.node.bytes());
    case JobSort::Attempts:
        return a.attempts <=> b.attempts;
    case JobSort::Size:
        return a.size <=> b.size;
    case JobSort::Priority:
        return a.priority <=> b.priority;
    case JobSort::Cause:
        return static_cast<int>(a.cause) <=> static_cast<int>(b.cause);
    }
    return std::strong_ordering::equal;
}

} // namespace

QByteArray nameOrderKey(const JobView &job)
{
    return folded(job.name) + '\n' + folded(job.affinity);
}

QByteArray agencyOrderKey(const JobView &job)
{
    return job.affinity.toUtf8().toLower(); // ASCII only
}

std::strong_ordering compareJobs(const JobView &a, const JobView &b, JobSort sort)
{
    const std::strong_ordering byKey = compareKeys(a, b, sort);
    return byKey != 0 ? byKey : a.job <=> b.job;
}

} // namespace dtf
