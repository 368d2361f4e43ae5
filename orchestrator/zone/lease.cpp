// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/zone/lease.h"

namespace dtf {

namespace {

constexpr qint64 mostBytes = 4096;
const QByteArray released = "released";

} // namespace

Lease::Lease(const BootId &boot, const QByteArray &store)
    : m_boot(boot.bytes())
    , m_store(store)
{ }

Result<Lease::Look> Lease::write(ShareFs &share)
{
    const QByteArray line = m_boot + ' ' + QByteArray::number(++m_counter) + ' ' + m_store + '\n';
    if (const Result<void> wrote = share.writeSmall(layout::lease(), line, true); !wrote) {
        return tl::unexpected(wrote.error());
    }
    m_held = true;
    return Look {Standing::Held, {}};
}

Result<Lease::Look> Lease::step(ShareFs &share, const Now &now)
{
    const Result<QByteArray> content = share.readSmall(layout::lease(), mostBytes);
    if (!content && content.error().code != ErrorCode::NotFound) {
        return tl::unexpected(content.error());
    }
    const QList<QByteArray> words = content ? content->simplified().split(' ') : QList<QByteArray> {};
    const bool mine = words.size() == 3 && words[0] == m_boot;
    if (mine && words[1].toLongLong() > m_counter) {
        return Look {Standing::Other,
            "another orchestrator goes on in this one's name (boot " + words[0] + "): a snapshot of this machine runs too"};
    }
    if (mine || !content || words.size() != 3 || words[0] == released) {
        return write(share);
    }
    if (m_held) {
        return Look {Standing::Other, "another orchestrator (boot " + words[0] + ") has taken the share over"};
    }
    if (words[2] == m_store) {
        return write(share);
    }
    if (m_lastSeen.isEmpty()) {
        m_lastSeen = *content;
        m_seenSince = now.mono;
    } else if (m_lastSeen != *content) {
        return Look {Standing::Other, "another orchestrator (boot " + words[0] + ", store " + words[2] + ") works on this share"};
    }
    if (now.mono - m_seenSince >= takeOverAfter) {
        return write(share);
    }
    return Look {Standing::Waiting, "another orchestrator held this share; waiting to see whether it still lives"};
}

void Lease::release(ShareFs &share)
{
    if (m_held) {
        (void)share.writeSmall(layout::lease(), released + ' ' + QByteArray::number(++m_counter) + ' ' + m_store + '\n', true);
        m_held = false;
    }
}

} // namespace dtf
