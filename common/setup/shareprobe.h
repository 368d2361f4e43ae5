// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/shareio.h"

#include <QByteArrayList>
#include <QStringList>

#include <functional>

namespace dtf {

/// Tries what a share can do, in a new folder of its own. Answers are words for people. Thread: one; race() has two more of its
/// own.
class ShareProbe
{
public:
    /// `root`: of the share. `parent`: an existing folder on it, empty: the root. `io` outlives it and is not pinned.
    ShareProbe(ShareIo &io, QString root, const SharePath &parent);
    ShareProbe(const ShareProbe &) = delete;
    ShareProbe &operator=(const ShareProbe &) = delete;
    ~ShareProbe();

    [[nodiscard]] Io<void> begin(); ///< makes the folder
    [[nodiscard]] Io<void> end(); ///< removes it with all that is in it; the destructor tries, too
    [[nodiscard]] const SharePath &folder() const { return m_folder; }

    [[nodiscard]] Io<QString> writeAndReadBack();
    [[nodiscard]] Io<QString> flush();
    [[nodiscard]] Io<QString> rename();
    struct Race
    {
        int rounds = 0;
        int unclear = 0; ///< moved once, but nobody was told so: a lost reply
        QString wrong; ///< empty: never two winners, never none
    };
    /// In each round two threads, each with its own way to the share, rename one file to names of their own.
    [[nodiscard]] Race race(int rounds, const std::function<void(int round)> &beforeRound);
    /// Unsupported: there is no such rename here. Exists: the taken name was replaced all the same.
    [[nodiscard]] Io<QString> noReplace();
    /// The folders that a file can't be renamed into. Nothing is moved: a name that does not exist is enough to be told.
    [[nodiscard]] QStringList otherVolumes(const QList<SharePath> &folders);
    [[nodiscard]] Io<QString> longNames();
    [[nodiscard]] Io<QString> letterCase();

private:
    [[nodiscard]] SharePath path(const QByteArray &name) const { return m_folder + '/' + name; }
    [[nodiscard]] Io<void> make(const QByteArray &name, QByteArrayView content, bool durable = false);
    [[nodiscard]] Io<QByteArray> content(const QByteArray &name);
    [[nodiscard]] bool isThere(const QByteArray &name);
    [[nodiscard]] QString raceOnce(int round, int &unclear);

    ShareIo &m_io;
    QString m_root;
    SharePath m_folder;
    bool m_begun = false;
    QByteArrayList m_made; ///< names: a listing may come from a client's cache
};

} // namespace dtf
