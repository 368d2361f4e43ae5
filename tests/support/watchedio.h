// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/shareio.h"

/// The local disk, where something happens just before each move of a token, and flushes of folders are remembered.
class WatchedIo final : public dtf::ShareIo
{
public:
    using SharePath = dtf::SharePath;
    WatchedIo(const QString &root, std::function<void(const SharePath &source)> beforeMove)
        : m_io(dtf::makeShareIo(root))
        , m_beforeMove(std::move(beforeMove))
    { }
    dtf::Io<void> pin() override { return m_io->pin(); }
    void unpin() override { m_io->unpin(); }
    [[nodiscard]] bool isPinned() const override { return m_io->isPinned(); }
    void hold(bool on) override { m_io->hold(on); }
    dtf::Io<QList<dtf::EntryInfo>> list(const SharePath &folder, bool details) override { return m_io->list(folder, details); }
    dtf::Io<void> visit(const SharePath &folder, const dtf::ShareFs::Visitor &visitor) override
    {
        return m_io->visit(folder, visitor);
    }
    dtf::Io<dtf::EntryInfo> look(const SharePath &path) override { return m_io->look(path); }
    dtf::Io<void> move(const SharePath &source, const SharePath &target, MoveKind kind) override
    {
        m_beforeMove(source);
        return m_io->move(source, target, kind);
    }
    dtf::Io<void> moveExclusive(const SharePath &source, const SharePath &target) override
    {
        return m_io->moveExclusive(source, target);
    }
    dtf::Io<void> moveReplacing(const SharePath &source, const SharePath &target) override
    {
        return m_io->moveReplacing(source, target);
    }
    dtf::Io<dtf::EntryInfo> glance(const SharePath &path) override { return m_io->glance(path); }
    dtf::Io<dtf::ClosedLook> lookWhetherClosed(const SharePath &path) override { return m_io->lookWhetherClosed(path); }
    dtf::Io<std::unique_ptr<dtf::IoFile>> openRead(const SharePath &path) override { return m_io->openRead(path); }
    dtf::Io<std::unique_ptr<dtf::IoFile>> createNew(const SharePath &path) override { return m_io->createNew(path); }
    dtf::Io<std::unique_ptr<dtf::IoFile>> openAppend(const SharePath &path) override { return m_io->openAppend(path); }
    dtf::Io<void> makeFolder(const SharePath &folder) override { return m_io->makeFolder(folder); }
    dtf::Io<void> removeFile(const SharePath &path) override { return m_io->removeFile(path); }
    dtf::Io<void> removeFolder(const SharePath &folder) override { return m_io->removeFolder(folder); }
    dtf::Io<void> syncFolder(const SharePath &folder) override
    {
        flushed.append(folder);
        return m_io->syncFolder(folder);
    }
    dtf::Io<qint64> freeBytes() override { return m_io->freeBytes(); }

    QList<SharePath> flushed;

private:
    std::unique_ptr<dtf::ShareIo> m_io;
    std::function<void(const SharePath &source)> m_beforeMove;
};
