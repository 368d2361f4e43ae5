// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/setup/accessfile.h"

#include "common/config/tomlreader.h"
#include "common/setup/keptfile.h"

#include <QCryptographicHash>
#include <QFileInfo>
#include <QSet>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr char head[] =
    "# DTF Orchestration: who may speak to the orchestrator. Only its account may read this file.\n"
    "# Of each token its SHA-256 is enough: printf %s TOKEN | sha256sum. The token itself is kept by its owner.\n"
    "# Read at start.\n";

QByteArray entry(const QString &kind, const QString &name, const QByteArray &token)
{
    const QByteArray digest = QCryptographicHash::hash(token, QCryptographicHash::Sha256).toHex();
    const QString role = kind == "operator"_L1 ? u"role = \"operator\"\n"_s : QString();
    return u"\n[[%1]]\nname = %2\n%3"_s.arg(kind, tomlText(name), role).toUtf8() + "token_sha256 = \"" + digest + "\"\n";
}

} // namespace

Result<AccessPlan> planAccess(const QString &path, const QStringList &operators, const QStringList &nodes)
{
    AccessPlan plan {head, {}};
    QSet<QString> known;
    if (QFileInfo::exists(path)) {
        const auto old = loadAccessList(path);
        const auto text = old ? readConfigFile(path) : tl::unexpected(old.error());
        if (!text) {
            return tl::unexpected(text.error());
        }
        plan.content = *text;
        for (const Principal &each : old->principals()) {
            known.insert((each.role == Role::Node ? u"node-"_s : u"operator-"_s) + each.name);
        }
    }
    if (!plan.content.endsWith('\n')) {
        plan.content += '\n';
    }
    const auto add = [&](const QString &kind, const QString &name) {
        const QString who = kind + u'-' + name;
        if (!known.contains(who)) {
            plan.fresh.append({who, freshToken()});
            plan.content += entry(kind, name, plan.fresh.last().token);
        }
    };
    for (const QString &name : operators) {
        add(u"operator"_s, name);
    }
    for (const QString &name : nodes) {
        add(u"node"_s, name);
    }
    return plan;
}

Result<QStringList> writeAccess(
    const AccessPlan &plan, const QString &path, const QString &tokenFolder, const std::optional<Account> &owner)
{
    QStringList files;
    // The tokens first: one that nobody can find again would be worse than one that is not accepted yet.
    for (const FreshToken &fresh : plan.fresh) {
        files.append(u"%1/%2.token"_s.arg(tokenFolder, fresh.who));
        const auto made =
            makeOwnFolder(tokenFolder, {}).and_then([&] { return writeSecret(files.last(), fresh.token + '\n', {}, true); });
        if (!made) {
            return tl::unexpected(made.error());
        }
    }
    if (!plan.fresh.isEmpty() || !QFileInfo::exists(path)) {
        if (const auto kept = writeSecret(path, plan.content, owner, true); !kept) {
            return tl::unexpected(kept.error());
        }
    } else if (owner) { // made by somebody else before: the service must read it
        if (const auto given = setOwner(path, owner, 0600); !given) {
            return tl::unexpected(given.error());
        }
    }
    return files;
}

} // namespace dtf
