// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/sharepulse.h"

namespace dtf {

namespace {

constexpr int queueBound = 2;

} // namespace

SharePulse::SharePulse(std::unique_ptr<ShareFs> share, QObject *parent)
    : QObject(parent)
    , m_worker(std::move(share), {}, queueBound)
{
    m_next.setSingleShot(true);
    m_overdue.setSingleShot(true);
    connect(&m_next, &QTimer::timeout, this, [this] { ask(); });
    connect(&m_overdue, &QTimer::timeout, this, [this] { set(true); });
}

void SharePulse::start()
{
    ask();
}

void SharePulse::ask()
{
    const bool asked = m_worker.run([](ShareFs &share) { return share.identity().has_value(); },
        [this](bool) {
            m_overdue.stop();
            set(false);
            m_next.start(every);
        },
        this);
    if (asked) {
        m_overdue.start(patience);
    }
}

void SharePulse::set(bool hangs)
{
    if (std::exchange(m_hangs, hangs) != hangs) {
        Q_EMIT changed(hangs);
    }
}

bool SharePulse::stop(milliseconds deadline)
{
    m_next.stop();
    m_overdue.stop();
    return m_worker.stop(deadline);
}

} // namespace dtf
