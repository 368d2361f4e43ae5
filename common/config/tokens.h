// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"
#include "common/core/ids.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QList>
#include <QString>

#include <optional>

namespace dtf {

enum class Role {
    Viewer, ///< reads
    Operator, ///< reads and commands
    Node, ///< an agent: speaks for its own node only
};
[[nodiscard]] QLatin1StringView toString(Role role); ///< "viewer", "operator", "node"

/// Who a request comes from.
struct Principal
{
    Role role = Role::Viewer;
    QString name; ///< the operator's name, or the node's
    NodeName node; ///< Role::Node only
};

/// Shortest and longest bearer token.
inline constexpr qsizetype minTokenLength = 24;
inline constexpr qsizetype maxTokenLength = 512;

/// Who may speak to the orchestrator. Keeps SHA-256 digests, never tokens. Immutable; any thread.
class AccessList
{
public:
    /// The owner of `bearer` (the token itself, without "Bearer "). Takes the same time whoever it is, and when it is nobody:
    /// every entry is compared to its end.
    [[nodiscard]] std::optional<Principal> authenticate(QByteArrayView bearer) const;
    [[nodiscard]] qsizetype size() const { return m_entries.size(); }
    [[nodiscard]] QList<Principal> principals() const; ///< everybody who has a token
    /// `digest`: 32 bytes.
    void add(Principal principal, const QByteArray &digest) { m_entries.append({std::move(principal), digest}); }

private:
    struct Entry
    {
        Principal principal;
        QByteArray digest;
    };
    QList<Entry> m_entries;
};

/// Reads the access file: `[[operator]] name, role ("operator", "viewer"), token or token_sha256` and `[[node]] name, token or
/// token_sha256`. All errors at once, as for a configuration. Refused: a file that others can read (PermissionDenied; not checked
/// on Windows, where the installer sets the folder's ACL), a token outside minTokenLength…maxTokenLength or with other characters
/// than printable ASCII without spaces, two entries with one token or one name.
[[nodiscard]] Result<AccessList> loadAccessList(const QString &path);

/// Reads a file with one line, a bearer token: an agent's or a console's own. The same rules.
[[nodiscard]] Result<QByteArray> readTokenFile(const QString &path);

} // namespace dtf
