// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/ids.h"
#include "common/share/sharefs.h"

namespace dtf {

/// The share's one orchestrator (.dtf/lease-orchestrator): one line `<boot> <counter> <store>`, counted up every two seconds.
/// Whoever finds it standing still for `takeOverAfter` may take it; the owner of the same store file may at once, because the
/// store's lock proves that the last one is dead. A higher count than one's own under one's own boot is another one's, too: a
/// machine that was restored from a snapshot of the running one. Thread: the share worker's.
class Lease
{
public:
    enum class Standing {
        Held,
        Waiting, ///< somebody else's, not moving so far
        Other, ///< somebody else's, alive: this orchestrator must end
    };
    struct Look
    {
        Standing standing = Standing::Waiting;
        QByteArray detail;
    };

    /// `store` tells one store file from another, clones of a machine included; without white space.
    Lease(const BootId &boot, const QByteArray &store);

    /// Looks, and takes, keeps or gives up. About every two seconds.
    [[nodiscard]] Result<Look> step(ShareFs &share, const Now &now);
    /// A clean end: the next orchestrator need not wait.
    void release(ShareFs &share);

    static constexpr milliseconds takeOverAfter {12'000};

private:
    [[nodiscard]] Result<Look> write(ShareFs &share);

    QByteArray m_boot;
    QByteArray m_store;
    qint64 m_counter = 0;
    bool m_held = false;
    QByteArray m_lastSeen;
    MonoTime m_seenSince;
};

} // namespace dtf
