// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/mailbox.h"

#include <QCoreApplication>
#include <QEvent>
#include <QPointer>

namespace dtf {

namespace {

QEvent::Type bell()
{
    static const int type = QEvent::registerEventType();
    return static_cast<QEvent::Type>(type);
}

} // namespace

void Mailbox::put(Letter letter)
{
    bool ring = false;
    {
        const std::lock_guard lock(m_mutex);
        m_letters.push_back(std::move(letter));
        ring = !std::exchange(m_rung, true);
    }
    if (ring) {
        QCoreApplication::postEvent(this, new QEvent(bell()));
    }
}

void Mailbox::deliver()
{
    size_t count = 0;
    {
        const std::lock_guard lock(m_mutex);
        m_rung = false;
        count = m_letters.size();
    }
    const QPointer<Mailbox> self(this); // a letter may destroy us
    for (; count > 0 && self; --count) { // those put in meanwhile ring again
        Letter letter;
        {
            const std::lock_guard lock(m_mutex);
            if (m_letters.empty()) {
                return; // a letter has called deliver()
            }
            letter = std::move(m_letters.front());
            m_letters.pop_front();
        }
        letter();
    }
}

bool Mailbox::event(QEvent *event)
{
    if (event->type() == bell()) {
        deliver();
        return true;
    }
    return QObject::event(event);
}

} // namespace dtf
