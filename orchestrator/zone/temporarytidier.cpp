// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/zone/temporarytidier.h"

#include "common/core/logging.h"
#include "common/share/sharepath.h"

DTF_LOG_CATEGORY(lcTemporaries, "orchestrator.zone")

namespace dtf {

int TemporaryTidier::look(ShareFs &share, const QByteArray &expectedUuid, MonoTime now)
{
    if (m_lastLook && now - *m_lastLook < lookEvery) {
        return 0;
    }
    m_lastLook = now;
    const Result<ShareIdentity> identity = share.identity();
    if (!identity || identity->uuid != expectedUuid) {
        return 0;
    }
    QHash<SharePath, MonoTime> found;
    int removed = 0;
    for (const SharePath &folder : temporaryFolders()) {
        const Result<QList<EntryInfo>> entries = share.list(folder, false);
        for (const EntryInfo &entry : entries.value_or(QList<EntryInfo>())) {
            const SharePath path = folder + '/' + entry.name;
            if (!isTemporary(path)) {
                continue;
            }
            const MonoTime since = m_known.value(path, now);
            if (now - since >= patience && removed < mostPerLook && share.removeTemporary(path)) {
                qCInfo(lcTemporaries).noquote() << "removed what a dead writer left:" << path;
                ++removed;
            } else {
                found.insert(path, since);
            }
        }
    }
    m_known = std::move(found);
    return removed;
}

} // namespace dtf
