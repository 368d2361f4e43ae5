// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/zone/nodefolders.h"

#include "common/core/logging.h"

#include <algorithm>

DTF_LOG_CATEGORY(lcFolders, "orchestrator.zone")

namespace dtf {

using namespace Qt::StringLiterals;

QList<NodeName> makeNodeFolders(ShareFs &share, const QByteArray &expectedUuid, const QList<NodeName> &nodes)
{
    QList<NodeName> made;
    const Result<ShareIdentity> identity = share.identity();
    if (!identity || identity->uuid != expectedUuid) {
        return made;
    }
    const QList<SharePath> common = layout::folders({});
    for (const NodeName &node : nodes) {
        const QList<SharePath> all = layout::folders({node});
        const bool good = std::all_of(all.cbegin(), all.cend(), [&](const SharePath &folder) {
            const Result<void> done = common.contains(folder) ? Result<void>() : share.makeFolder(folder);
            if (!done) {
                qCWarning(lcFolders).noquote() << "the folder of" << node.toString()
                                               << "can't be made, it gets no files until it can:" << done.error().detail;
            }
            return done.has_value();
        });
        if (good) {
            made.append(node);
        }
    }
    return made;
}

QList<NodeName> withFolders(ShareFs &share, QList<NodeName> nodes, const QList<NodeName> &unmade)
{
    nodes.removeIf([&](const NodeName &node) {
        if (!unmade.contains(node)) {
            return false;
        }
        const Result<EntryInfo> folder = share.look(layout::running(node));
        return !folder && folder.error().code == ErrorCode::NotFound;
    });
    return nodes;
}

} // namespace dtf
