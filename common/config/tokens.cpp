// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/config/tokens.h"

#include "common/config/configtable.h"
#include "common/config/privatefile.h"

#include <QCryptographicHash>
#include <QHash>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

struct TokenEntry
{
    QString name;
    Role role = Role::Viewer;
    QString token;
    QString digest; ///< hex
};

struct AccessFile
{
    QList<TokenEntry> operators;
    QList<TokenEntry> nodes;
};

constexpr char digestPattern[] = "[0-9a-fA-F]{64}";
constexpr char tokenPattern[] = "[!-~]{24,512}";
constexpr char tokenWords[] = "24 to 512 printable characters without spaces";

#define AT(member) ([](auto &s) -> auto & { return s.member; })

QList<config::Key<TokenEntry>> entryRows(bool ofNode)
{
    using namespace config;
    const Text token {tokenWords, tokenPattern, true};
    const Text digest {"the token's SHA-256, 64 hexadecimal digits", digestPattern, true};
    QList<Key<TokenEntry>> rows;
    if (ofNode) {
        rows.append(key<TokenEntry>(
            "", "name", AT(name), Text {"a node name, e.g. \"DTF-01\"", "[A-Z0-9-]{1,32}"}, "", {"name = \"DTF-01\"", true}));
    } else {
        rows.append(key<TokenEntry>("", "name", AT(name),
            Text {"a name of 1 to 64 letters, digits and . _ @ -", "[\\w.@-]{1,64}"}, "", {"name = \"anna\"", true}));
        rows.append(key<TokenEntry>("", "role", AT(role),
            Choice<Role> {{{Role::Operator, u"operator"_s}, {Role::Viewer, u"viewer"_s}}}, "", {"role = \"operator\"", true}));
    }
    rows.append(key<TokenEntry>("", "token", AT(token), token, ""));
    rows.append(key<TokenEntry>("", "token_sha256", AT(digest), digest, ""));
    return rows;
}

const QList<config::Key<AccessFile>> &rows()
{
    static const QList<config::Key<AccessFile>> table {
        config::tables<AccessFile>("", "operator", AT(operators), entryRows(false), "", {}),
        config::tables<AccessFile>("", "node", AT(nodes), entryRows(true), "", {}),
    };
    return table;
}

QByteArray sha256(QByteArrayView text)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(text);
    return hash.result();
}

QByteArray digestOf(const TokenEntry &entry)
{
    return entry.token.isEmpty() ? QByteArray::fromHex(entry.digest.toLatin1()) : sha256(entry.token.toLatin1());
}

void checkEntries(const QList<TokenEntry> &entries, const QString &list, QHash<QByteArray, QString> &owners, ConfigErrors &errors)
{
    QHash<QString, qsizetype> names;
    for (qsizetype i = 0; i < entries.size(); ++i) {
        const TokenEntry &entry = entries[i];
        const QString path = u"%1[%2]"_s.arg(list).arg(i);
        const bool tokenGiven = errors.wasSeen(path + u".token"_s);
        if (tokenGiven == errors.wasSeen(path + u".token_sha256"_s)) {
            errors.add(path, u"must have either token or token_sha256"_s);
            continue;
        }
        if (entry.token.isEmpty() && entry.digest.isEmpty()) {
            continue; // refused before, with its reason
        }
        const QByteArray digest = digestOf(entry);
        if (owners.contains(digest)) {
            errors.add(path, u"has the same token as %1; each needs its own"_s.arg(owners.value(digest)));
        }
        owners.insert(digest, path);
        if (names.contains(entry.name)) {
            errors.add(path, u"has the same name as %1[%2]"_s.arg(list).arg(names.value(entry.name)));
        }
        names.insert(entry.name, i);
        if (list == "node"_L1 && !NodeName::parse(entry.name.toUtf8())) {
            errors.add(path + u".name"_s, u"is no node name; write one like \"DTF-01\""_s);
        }
    }
}

void check(const AccessFile &file, ConfigErrors &errors)
{
    QHash<QByteArray, QString> owners;
    checkEntries(file.operators, u"operator"_s, owners, errors);
    checkEntries(file.nodes, u"node"_s, owners, errors);
}

} // namespace

QLatin1StringView toString(Role role)
{
    switch (role) {
    case Role::Viewer:
        return "viewer"_L1;
    case Role::Operator:
        return "operator"_L1;
    case Role::Node:
        return "node"_L1;
    }
    return "viewer"_L1;
}

std::optional<Principal> AccessList::authenticate(QByteArrayView bearer) const
{
    if (bearer.size() < minTokenLength || bearer.size() > maxTokenLength) {
        return std::nullopt; // tells only what everybody knows
    }
    const QByteArray digest = sha256(bearer);
    qsizetype found = -1;
    for (qsizetype i = 0; i < m_entries.size(); ++i) {
        unsigned difference = 0;
        for (qsizetype k = 0; k < digest.size(); ++k) {
            difference |= static_cast<unsigned char>(digest[k]) ^ static_cast<unsigned char>(m_entries[i].digest[k]);
        }
        const qsizetype same = (qsizetype(difference) - 1) >> 16; // all ones when there is no difference, else 0
        found = (found & ~same) | (i & same);
    }
    return found < 0 ? std::nullopt : std::optional(m_entries[found].principal);
}

QList<Principal> AccessList::principals() const
{
    QList<Principal> all;
    for (const Entry &entry : m_entries) {
        all.append(entry.principal);
    }
    return all;
}

Result<AccessList> loadAccessList(const QString &path)
{
    if (const auto kept = refuseReadableByOthers(path); !kept) {
        return tl::unexpected(kept.error());
    }
    const auto file = config::readConfig<AccessFile>(path, rows(), check);
    if (!file) {
        return tl::unexpected(file.error());
    }
    AccessList list;
    for (const TokenEntry &entry : file->operators) {
        list.add({entry.role, entry.name, {}}, digestOf(entry));
    }
    for (const TokenEntry &entry : file->nodes) {
        list.add({Role::Node, entry.name, *NodeName::parse(entry.name.toUtf8())}, digestOf(entry));
    }
    return list;
}

Result<QByteArray> readTokenFile(const QString &path)
{
    if (const auto kept = refuseReadableByOthers(path); !kept) {
        return tl::unexpected(kept.error());
    }
    auto content = readConfigFile(path);
    if (!content) {
        return content;
    }
    const QByteArray token = content->trimmed();
    static const QRegularExpression allowed(QRegularExpression::anchoredPattern(QString::fromLatin1(tokenPattern)));
    if (!allowed.match(QString::fromLatin1(token)).hasMatch()) {
        return fail(
            ErrorCode::InvalidArgument, u"%1: must hold one line, the token: %2"_s.arg(path, QLatin1StringView(tokenWords)));
    }
    return token;
}

#undef AT

} // namespace dtf
