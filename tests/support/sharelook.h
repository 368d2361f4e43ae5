// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/layout.h"

#include <QByteArray>
#include <QList>
#include <QStringList>

#include <string>

namespace dtf {

/// A token as it lies on the share.
struct PlacedToken
{
    TokenName token;
    SharePath path;
    QByteArray room; ///< "assigned", "running", "stage", "done", "hold", "failed", "rejected"
    QByteArray node; ///< assigned and running
};

/// The share with the eyes of somebody who trusts nobody: bytes on the disk, read without any of the product's I/O.
class ShareLook
{
public:
    explicit ShareLook(std::string root);

    [[nodiscard]] QList<PlacedToken> tokens() const;
    [[nodiscard]] QList<PlacedToken> tokens(const char *room) const;
    [[nodiscard]] QList<PlacedToken> tokensOf(const QByteArray &name) const; ///< of every job with that file name
    [[nodiscard]] QList<QByteArray> incoming() const; ///< names, hidden ones left out
    [[nodiscard]] QList<SharePath> reasonsWithoutToken() const; ///< left in hold and failed
    /// Empty: each job has one token in one place; hold, failed and rejected have their reasons beside them.
    [[nodiscard]] QStringList tokenComplaints() const;
    /// Empty: every completed folder is what its manifest says (hashes, sizes, nothing more, nothing less).
    [[nodiscard]] QStringList manifestComplaints() const;
    [[nodiscard]] QByteArray contentOf(const SharePath &path) const;
    [[nodiscard]] const std::string &root() const { return m_root; }

private:
    [[nodiscard]] QStringList folderComplaints(const PlacedToken &done) const;
    [[nodiscard]] QList<QByteArray> names(const SharePath &folder) const;

    std::string m_root;
};

[[nodiscard]] QByteArray sha256Hex(const QByteArray &content);

} // namespace dtf
