// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace dtf {

/// What this process mounts from here on is seen by it and its children only, and goes with the last of them. False: this
/// machine does not allow it.
[[nodiscard]] bool ownMounts();

/// One mount, undone with the object: at once for whoever looks, even when somebody still has a file open there.
class Mount
{
public:
    /// A small file system in memory.
    [[nodiscard]] static Mount memory(const QString &where, qint64 bytes);
    /// A second way to a folder.
    [[nodiscard]] static Mount way(const QString &from, const QString &where);

    Mount() = default;
    Mount(Mount &&other) noexcept;
    Mount &operator=(Mount &&other) noexcept;
    ~Mount();
    [[nodiscard]] bool isMounted() const { return m_mounted; }
    [[nodiscard]] bool setReadOnly(bool on) const; ///< this way only
    void undo();

private:
    explicit Mount(const QString &where, bool mounted);

    QByteArray m_where;
    bool m_mounted = false;
};

/// Writes zeros until nothing more fits, to the last block. The file; empty: it could not be made.
[[nodiscard]] bool fillUp(const QString &file);

} // namespace dtf
