// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/work/orphanreaper.h"

#ifdef __linux__
#include <sys/wait.h>
#endif

namespace dtf {

int OrphanReaper::look()
{
    int reaped = 0;
#ifdef __linux__
    QSet<qint64> dead;
    siginfo_t info = {};
    // WNOWAIT leaves the child as it is; the first dead one hides the others until it is gone, so each look sees one or reaps
    // one.
    while (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid > 0) {
        if (!m_dead.contains(info.si_pid)) {
            dead.insert(info.si_pid);
            break;
        }
        if (::waitid(P_PID, static_cast<id_t>(info.si_pid), &info, WEXITED | WNOHANG) != 0) {
            break;
        }
        m_dead.remove(info.si_pid);
        ++reaped;
        info = {};
    }
    m_dead = dead;
#endif
    return reaped;
}

} // namespace dtf
