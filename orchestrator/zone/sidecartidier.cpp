// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/zone/sidecartidier.h"

#include "common/core/logging.h"
#include "common/share/sharepath.h"

#include <QSet>

DTF_LOG_CATEGORY(lcTidier, "orchestrator.zone")

namespace dtf {

SidecarTidier::SidecarTidier(milliseconds cacheLifetime)
    : m_apart(std::max(lookEvery, cacheLifetime * 2))
{ }

int SidecarTidier::look(ShareFs &share, const QByteArray &expectedUuid, MonoTime now)
{
    if (m_lastLook && now - *m_lastLook < lookEvery) {
        return 0;
    }
    m_lastLook = now;
    const Result<ShareIdentity> identity = share.identity();
    auto found = orphans(share, now);
    if (!found || !identity || identity->uuid != expectedUuid) {
        return 0; // nothing is concluded from a listing with a hole
    }
    m_known = std::move(*found);
    int tried = 0;
    int removed = 0;
    for (auto at = m_known.begin(); at != m_known.end() && tried < mostPerLook; ++at) {
        if (now - at.value() < m_apart) {
            continue;
        }
        ++tried;
        const Result<void> gone = share.removeSidecar(at.key());
        if (gone) {
            ++removed;
            continue;
        }
        qCInfo(lcTidier).noquote() << "a reason without its token stays:" << gone.error().detail;
        if (gone.error().code == ErrorCode::Forbidden) {
            at.value() = {milliseconds::max()}; // a file of somebody's that only looks like one: never tried again
        }
    }
    return removed;
}

/// Those of one listing, with the time since when each has been one.
Result<QHash<SharePath, MonoTime>> SidecarTidier::orphans(ShareFs &share, MonoTime now) const
{
    QHash<SharePath, MonoTime> found;
    for (const SharePath &folder : {layout::hold(), layout::failed()}) {
        const Result<QList<EntryInfo>> entries = share.list(folder, false);
        if (!entries) {
            return tl::unexpected(entries.error());
        }
        QSet<SharePath> paths;
        for (const EntryInfo &entry : *entries) {
            paths.insert(folder + '/' + entry.name);
        }
        for (const SharePath &path : std::as_const(paths)) {
            const auto token = tokenOfSidecar(path);
            if (token && !paths.contains(*token)) {
                found.insert(path, m_known.value(path, now));
            }
        }
    }
    return found;
}

} // namespace dtf
