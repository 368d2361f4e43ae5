// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/sidethread.h"

namespace dtf {

void SideThread::start(Work work)
{
    m_thread = std::thread([this, work = std::move(work)] {
        m_mailbox.put([this, letter = work(m_stop)] {
            if (m_thread.joinable()) {
                m_thread.join(); // it ends with the putting of this letter
            }
            letter();
        });
    });
}

void SideThread::close()
{
    m_stop = true;
    if (m_thread.joinable()) {
        m_thread.join();
    }
}

} // namespace dtf
