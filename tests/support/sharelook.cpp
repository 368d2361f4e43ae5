// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/sharelook.h"

#include <QCryptographicHash>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace dtf {

using namespace Qt::StringLiterals;
namespace fs = std::filesystem;

QByteArray sha256Hex(const QByteArray &content)
{
    return QCryptographicHash::hash(content, QCryptographicHash::Sha256).toHex();
}

ShareLook::ShareLook(std::string root)
    : m_root(std::move(root))
{ }

QList<QByteArray> ShareLook::names(const SharePath &folder) const
{
    QList<QByteArray> list;
    std::error_code gone;
    for (const fs::directory_entry &entry : fs::directory_iterator(m_root + "/" + folder.toStdString(), gone)) {
        list.append(QByteArray::fromStdString(entry.path().filename().string()));
    }
    std::sort(list.begin(), list.end());
    return list;
}

QByteArray ShareLook::contentOf(const SharePath &path) const
{
    const fs::path where(m_root + "/" + path.toStdString());
    std::error_code gone;
    if (!fs::is_regular_file(fs::symlink_status(where, gone))) {
        return {}; // a pipe would never end
    }
    std::ifstream file(where, std::ios::binary);
    const std::string bytes {std::istreambuf_iterator<char>(file), {}};
    return QByteArray::fromStdString(bytes);
}

QList<QByteArray> ShareLook::incoming() const
{
    QList<QByteArray> list = names("incoming");
    list.removeIf([](const QByteArray &name) { return name.startsWith('.'); });
    return list;
}

QList<PlacedToken> ShareLook::tokens() const
{
    QList<PlacedToken> list;
    const auto collect = [&](const SharePath &folder, const char *room, const QByteArray &node) {
        for (const QByteArray &name : names(folder)) {
            const auto token = parseToken(name);
            // "<token>.json" is a reason, not a token; it may outlive its token for a minute or two.
            const bool sidecar = node.isEmpty() && name.endsWith(".json") && parseToken(name.chopped(5));
            if (token && !sidecar) {
                list.append({*token, folder + '/' + name, room, node});
            }
        }
    };
    for (const QByteArray &node : names("processing")) {
        collect("processing/" + node, "assigned", node);
        collect("processing/" + node + "/running", "running", node);
    }
    for (const char *room : {"hold", "failed", "rejected"}) {
        collect(room, room, {});
    }
    for (const QByteArray &day : names("completed")) {
        if (!day.startsWith('.')) {
            collect("completed/" + day, "done", {});
        }
    }
    for (const QByteArray &folder : names("completed/.stage")) {
        const auto stage = parseStage(folder);
        for (const QByteArray &name : stage ? names("completed/.stage/" + folder) : QList<QByteArray>()) {
            if (name != "results" && name != "manifest.json") {
                list.append(
                    {{stage->job, stage->epoch, stage->boot, name}, "completed/.stage/" + folder + '/' + name, "stage", {}});
            }
        }
    }
    return list;
}

QList<PlacedToken> ShareLook::tokens(const char *room) const
{
    QList<PlacedToken> list = tokens();
    list.removeIf([room](const PlacedToken &token) { return token.room != room; });
    return list;
}

QList<PlacedToken> ShareLook::tokensOf(const QByteArray &name) const
{
    QList<PlacedToken> list = tokens();
    list.removeIf([&](const PlacedToken &token) { return token.token.name != name; });
    return list;
}

QList<SharePath> ShareLook::reasonsWithoutToken() const
{
    QList<SharePath> list;
    for (const char *room : {"hold", "failed"}) {
        const QList<QByteArray> all = names(room);
        for (const QByteArray &name : all) {
            if (name.endsWith(".json") && parseToken(name.chopped(5)) && !all.contains(name.chopped(5))) {
                list.append(QByteArray(room) + '/' + name);
            }
        }
    }
    return list;
}

QStringList ShareLook::tokenComplaints() const
{
    QStringList wrong;
    QHash<JobId, SharePath> seen;
    for (const PlacedToken &token : tokens()) {
        const QString path = QString::fromUtf8(token.path);
        if (seen.contains(token.token.job)) {
            wrong += u"two tokens of one job: %1 and %2"_s.arg(QString::fromUtf8(seen.value(token.token.job)), path);
        }
        seen.insert(token.token.job, token.path);
        const bool needsReason = token.room == "hold" || token.room == "failed" || token.room == "rejected";
        if (needsReason && !QJsonDocument::fromJson(contentOf(token.path + ".json")).isObject()) {
            wrong += u"no reason beside %1"_s.arg(path);
        }
    }
    return wrong;
}

QStringList ShareLook::folderComplaints(const PlacedToken &done) const
{
    const QString where = QString::fromUtf8(done.path);
    const QJsonObject manifest = QJsonDocument::fromJson(contentOf(done.path + "/manifest.json")).object();
    QStringList wrong;
    const auto compare = [&](const SharePath &file, const QJsonObject &said) {
        const QByteArray content = contentOf(file);
        if (QString::fromLatin1(sha256Hex(content)) != said["sha256"_L1].toString()
            || content.size() != said["size"_L1].toInteger(-1)) {
            wrong += u"%1 is not what its manifest says"_s.arg(QString::fromUtf8(file));
        }
    };
    if (manifest["job"_L1].toString() != done.token.job.toString()) {
        return {u"%1: no manifest, or another job's"_s.arg(where)};
    }
    const bool byHand = names(done.path) == QList<QByteArray> {"manifest.json"} + QList<QByteArray> {done.token.name};
    QSet<QByteArray> expected {"manifest.json", done.token.name};
    if (manifest["input"_L1].isObject()) {
        compare(done.path + '/' + done.token.name, manifest["input"_L1].toObject());
    } else if (!byHand && !names(done.path).contains(done.token.name)) {
        wrong += u"%1: the input is missing"_s.arg(where);
    }
    QSet<QByteArray> outputs;
    for (const auto &output : manifest["outputs"_L1].toArray()) {
        const QByteArray name = output["name"_L1].toString().toUtf8();
        outputs.insert(name);
        compare(done.path + "/results/" + name, output.toObject());
    }
    const QList<QByteArray> results = names(done.path + "/results");
    if (QSet<QByteArray>(results.begin(), results.end()) != outputs) {
        wrong += u"%1/results holds other files than the manifest names"_s.arg(where);
    }
    expected.insert("results");
    for (const QByteArray &name : names(done.path)) {
        if (!expected.contains(name)) {
            wrong += u"%1/%2 does not belong there"_s.arg(where, QString::fromUtf8(name));
        }
    }
    return wrong;
}

QStringList ShareLook::manifestComplaints() const
{
    QStringList wrong;
    for (const PlacedToken &done : tokens("done")) {
        wrong += folderComplaints(done);
    }
    return wrong;
}

} // namespace dtf
