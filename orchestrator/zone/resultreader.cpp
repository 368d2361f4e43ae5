// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/zone/resultreader.h"

#include "common/share/sharepath.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

bool isHash(const QByteArray &text)
{
    return text.size() == 64
        && std::all_of(text.cbegin(), text.cend(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// A manifest is a file like any other on the share: what it says is judged.
std::optional<ResultFile> entryFrom(const QJsonValue &value)
{
    const QJsonObject entry = value.toObject();
    ResultFile file;
    file.name = entry.value("name"_L1).toString();
    file.size = entry.value("size"_L1).toInteger(-1);
    file.sha256 = entry.value("sha256"_L1).toString().toLatin1();
    const bool good = file.size >= 0 && file.name.size() <= 1024 && !file.name.contains(u'\\') && isSharePath(file.name.toUtf8());
    return good && isHash(file.sha256) ? std::optional(file) : std::nullopt;
}

} // namespace

Result<ResultsView> listResults(ShareFs &share, const SharePath &folder)
{
    ResultsView view;
    view.place = QString::fromUtf8(folder);
    const Result<QByteArray> bytes = share.readSmall(folder + "/manifest.json", mostManifestBytes);
    if (!bytes && bytes.error().code == ErrorCode::NotFound) {
        view.note = u"its result folder is not there any more, or has no manifest.json: somebody has moved or removed it"_s;
        return view;
    }
    if (!bytes && bytes.error().code == ErrorCode::TooLarge) {
        view.note = u"its manifest.json is too large to be read here"_s;
        return view;
    }
    if (!bytes) {
        return tl::unexpected(bytes.error());
    }
    const QJsonDocument manifest = QJsonDocument::fromJson(*bytes);
    if (!manifest.isObject()) {
        view.note = u"its manifest.json can't be understood: it was changed or damaged"_s;
        return view;
    }
    const QJsonValue outputs = manifest.object().value("outputs"_L1);
    if (!outputs.isArray()) {
        view.note = u"its manifest.json lists no results: it was marked as done by hand"_s;
        return view;
    }
    qsizetype odd = 0;
    const QJsonArray list = outputs.toArray();
    for (const auto &value : list) {
        const auto file = view.files.size() < mostResultFiles ? entryFrom(value) : std::nullopt;
        file ? view.files.append(*file) : void(++odd);
    }
    if (odd > 0) {
        view.note = u"%1 more entries of its manifest.json are not shown: too many, or not understood"_s.arg(odd);
    } else if (list.isEmpty()) {
        view.note = u"its script wrote no result files"_s;
    }
    return view;
}

Result<QByteArray> readResult(ShareFs &share, const SharePath &folder, const QByteArray &name, qint64 offset, qint64 limit)
{
    const Result<ResultsView> listed = listResults(share, folder);
    if (!listed) {
        return tl::unexpected(listed.error());
    }
    const QString wanted = QString::fromUtf8(name);
    const bool known =
        std::any_of(listed->files.cbegin(), listed->files.cend(), [&](const ResultFile &file) { return file.name == wanted; });
    if (!known) {
        return fail(ErrorCode::NotFound, u"the manifest of this file's results lists no such file"_s);
    }
    return share.readRange(folder + "/results/" + name, offset, limit);
}

} // namespace dtf
