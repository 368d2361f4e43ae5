// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/sharepath.h"

#include <QList>

#include <algorithm>

namespace dtf {

bool isEntryName(QByteArrayView name)
{
    return !name.isEmpty() && name != QByteArrayView(".") && name != QByteArrayView("..") && !name.contains('/')
        && !name.contains('\0');
}

bool isSharePath(QByteArrayView path)
{
    qsizetype begin = 0;
    for (;;) {
        const qsizetype end = path.indexOf('/', begin);
        if (!isEntryName(path.sliced(begin, (end < 0 ? path.size() : end) - begin))) {
            return false;
        }
        if (end < 0) {
            return true;
        }
        begin = end + 1;
    }
}

SplitPath split(const SharePath &path)
{
    const qsizetype at = path.lastIndexOf('/');
    return at < 0 ? SplitPath {{}, path} : SplitPath {path.first(at), path.sliced(at + 1)};
}

bool isStageFolder(const SharePath &path)
{
    const SplitPath parts = split(path);
    return parts.folder == layout::stageRoot() && parseStage(parts.leaf).has_value();
}

bool isTemporary(const SharePath &path)
{
    const auto [folder, leaf] = split(path);
    if (!temporaryFolders().contains(folder)) {
        return false;
    }
    const bool probe = folder == layout::probeDir();
    QByteArray random = leaf;
    if (probe && leaf.endsWith(".moved")) {
        random.chop(6);
    } else if (!probe && leaf.startsWith(".tmp-")) {
        random.remove(0, 5);
    } else if (!probe) {
        return false;
    }
    return random.size() == 16
        && std::all_of(random.begin(), random.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

QList<SharePath> temporaryFolders()
{
    return {".dtf", ".dtf/alive", layout::probeDir(), layout::hold(), layout::failed(), layout::rejected()};
}

bool isRefusal(const SharePath &source, const SharePath &target)
{
    return split(source).folder == layout::incoming() && split(target).folder == layout::rejected();
}

bool mayReplace(const SharePath &path)
{
    if (path.startsWith(".dtf/")) {
        return true;
    }
    const QByteArray folder = split(path).folder;
    return path.endsWith(".json") && (folder == layout::hold() || folder == layout::failed() || folder == layout::rejected());
}

std::optional<SharePath> tokenOfSidecar(const SharePath &path)
{
    if (!isSharePath(path) || !path.endsWith(".json")) {
        return std::nullopt;
    }
    const SharePath beside = path.chopped(5);
    const SplitPath parts = split(beside);
    const bool room = parts.folder == layout::hold() || parts.folder == layout::failed();
    return room && parseToken(parts.leaf) ? std::optional(beside) : std::nullopt;
}

} // namespace dtf
