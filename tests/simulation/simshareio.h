// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/shareio.h"
#include "tests/simulation/fileserver.h"

namespace dtf::sim {

/// What lies behind a machine's mount point, and how the way there is. Shared by all programs of the machine; changed by faults.
struct Mount
{
    enum class Root { Share, Empty, Other, Gone };
    std::shared_ptr<FileServer> share;
    std::shared_ptr<FileServer> empty; ///< the folder under the mount
    std::shared_ptr<FileServer> other; ///< somebody else's share
    Root root = Root::Share;
    std::uint64_t mounted = 1; ///< changes with each mount
    Micros slowest = 3_ms; ///< of one call
    Micros hangsUntil = 0; ///< calls wait
    bool cut = false; ///< no way to the server: calls fail after a while
    double fails = 0; ///< calls that do nothing and say "input/output error"
    double repliesLost = 0; ///< calls that do it and say the same
    Micros listingAge = 0; ///< a listing may be this old
    Micros notFoundAge = 0; ///< "not found" may be this old
    bool mangles = false; ///< names that Windows can't have are shown under an alias
    [[nodiscard]] FileServer &server() const { return root == Root::Empty ? *empty : root == Root::Other ? *other : *share; }
};

/// One client's view of the share: what the product's LocalShareFs stands on. Every call lets time pass before and after it, and
/// is a crash point before and after.
class SimShareIo final : public ShareIo
{
public:
    explicit SimShareIo(std::shared_ptr<Mount> mount);

    Io<void> pin() override;
    void unpin() override { m_pinned = 0; }
    [[nodiscard]] bool isPinned() const override { return m_pinned != 0; }
    Io<QList<EntryInfo>> list(const SharePath &folder, bool withDetails) override;
    Io<void> visit(const SharePath &folder, const ShareFs::Visitor &visitor) override;
    Io<EntryInfo> look(const SharePath &path) override;
    Io<void> move(const SharePath &source, const SharePath &target, MoveKind kind) override;
    Io<void> moveExclusive(const SharePath &source, const SharePath &target) override;
    Io<void> moveReplacing(const SharePath &source, const SharePath &target) override;
    Io<EntryInfo> glance(const SharePath &path) override { return look(path); }
    Io<ClosedLook> lookWhetherClosed(const SharePath &path) override;
    Io<std::unique_ptr<IoFile>> openRead(const SharePath &path) override;
    Io<std::unique_ptr<IoFile>> createNew(const SharePath &path) override;
    Io<std::unique_ptr<IoFile>> openAppend(const SharePath &path) override;
    Io<void> makeFolder(const SharePath &folder) override;
    Io<void> removeFile(const SharePath &path) override;
    Io<void> removeFolder(const SharePath &folder) override;
    Io<void> syncFolder(const SharePath &folder) override;
    Io<qint64> freeBytes() override;

    /// One call: `what` runs on the server at one instant, unless the way there or the weather says otherwise.
    [[nodiscard]] Io<void> call(const std::function<Io<void>(FileServer &)> &what, bool changes);
    [[nodiscard]] Mount &mount() { return *m_mount; }

private:
    struct Listing
    {
        Micros at = 0;
        QList<EntryInfo> entries;
    };
    [[nodiscard]] SharePath real(FileServer &server, const SharePath &path) const;
    [[nodiscard]] Io<FileNodePtr> resolve(FileServer &server, const SharePath &path);
    [[nodiscard]] Io<void> rename(const SharePath &source, const SharePath &target, std::optional<MoveKind> kind, bool replace);
    [[nodiscard]] Io<QList<EntryInfo>> read(FileServer &server, const SharePath &folder);
    [[nodiscard]] Io<std::unique_ptr<IoFile>> openWith(const SharePath &path, bool mayMake, bool mustMake, bool writes);
    void forget(const SharePath &path);

    std::shared_ptr<Mount> m_mount;
    std::uint64_t m_pinned = 0;
    std::map<SharePath, Listing> m_listings; ///< the client's cache
    std::map<SharePath, Micros> m_notFound; ///< until when it is believed
};

[[nodiscard]] EntryInfo infoOf(const FileNode &node);

} // namespace dtf::sim
