// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/layout.h"

#include <optional>

namespace dtf {

/// Pure. A usable name of one folder entry: not empty, not "." or "..", no '/' and no NUL. Says nothing about good manners
/// (namepolicy.h).
[[nodiscard]] bool isEntryName(QByteArrayView name);
/// Pure. Every component is an entry name; the empty path (the root itself) is not valid here.
[[nodiscard]] bool isSharePath(QByteArrayView path);

/// Pure. A valid path cut into folder ("" for the root) and last component.
struct SplitPath
{
    QByteArray folder;
    QByteArray leaf;
};
[[nodiscard]] SplitPath split(const SharePath &path);

/// Pure. True for completed/.stage/<stage>: the only folders that atomicMove moves.
[[nodiscard]] bool isStageFolder(const SharePath &path);

/// Pure. Whether writeSmall may replace this file: our own small files below .dtf/, and sidecars; never anything that may be a
/// token.
[[nodiscard]] bool mayReplace(const SharePath &path);
/// Pure. The token that this is the reason of: `<token>.json` in hold/ or failed/, from where tokens go on; nullopt: no such
/// file.
[[nodiscard]] std::optional<SharePath> tokenOfSidecar(const SharePath &path);
/// Pure. A small file while it is being written, under its temporary name: nobody's once its writer has died. Never a token,
/// never a producer's file.
[[nodiscard]] bool isTemporary(const SharePath &path);
/// Where such files may be found, other than in a stage.
[[nodiscard]] QList<SharePath> temporaryFolders();
/// Out of incoming/ into rejected/: the one move that takes links, pipes and folders too, as they are.
[[nodiscard]] bool isRefusal(const SharePath &source, const SharePath &target);

} // namespace dtf
