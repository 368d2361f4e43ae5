// SPDX-License-Identifier: GPL-3.0-or-later
// What a run leaves behind, on its way to the share: results staged for the commit, and evidence.
#include "agent/work/sharetasks.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace dtf::sharetasks {

using namespace Qt::StringLiterals;

namespace {

/// Folders of `path` below `base`, which exists.
Result<void> makeFolders(ShareFs &fs, const SharePath &base, const QList<QByteArray> &folders)
{
    for (const QByteArray &folder : folders) {
        if (const auto made = fs.makeFolder(base + '/' + folder); !made) {
            return made;
        }
    }
    return {};
}

/// A writer whose handle shares everything can write into a token wherever it lies. Gone is not for here: the commit will tell.
Result<void> inputUnchanged(ShareFs &fs, const QByteArray &uuid, const effect::VerifyToken &input, const Progress &alive)
{
    if (input.input.sha256.isEmpty()) {
        return {};
    }
    const auto same = verify(fs, uuid, input, alive);
    if (!same && same.error().code == ErrorCode::Changed) {
        return fail(ErrorCode::Stale, same.error().detail);
    }
    return same || same.error().code == ErrorCode::NotFound ? Result<void>() : same;
}

/// Put together anew: Unavailable is waited for.
Result<void> lostMeanwhile(const Error &error)
{
    return error.code == ErrorCode::NotFound
        ? fail(ErrorCode::Unavailable, u"the file server lost a part of the results while they were put there: "_s + error.detail)
        : Result<void>(tl::unexpected(error));
}

} // namespace

Result<void> stage(ShareFs &fs, const QByteArray &uuid, const effect::Stage &what, const QString &outFolder, qint64 maxBytes,
    const Progress &alive)
{
    if (const auto ok = checkShare(fs, uuid); !ok) {
        return ok;
    }
    for (const StageName &old : what.discard) {
        if (const auto gone = fs.discardStage(old, what.token.name); !gone) {
            return gone;
        }
    }
    if (const auto same = inputUnchanged(fs, uuid, what.input, alive); !same) {
        return same;
    }
    const LocalFiles outputs = filesBelow(outFolder);
    const SharePath results = layout::stagedResults(what.stage);
    if (const auto made = fs.makeFolder(layout::stage(what.stage)).and_then([&] { return fs.makeFolder(results); }); !made) {
        return made;
    }
    if (const auto made = makeFolders(fs, results, outputs.folders); !made) {
        return made;
    }
    QJsonArray list;
    qint64 total = 0;
    for (const LocalFile &file : outputs.files) {
        const auto content = fs.copyIn(file.localPath, results + '/' + file.path, alive);
        if (!content) {
            return tl::unexpected(content.error());
        }
        total += content->size;
        if (total > maxBytes) {
            return fail(ErrorCode::TooLarge, u"the results are larger than allowed"_s);
        }
        list.append(QJsonObject {{u"name"_s, QString::fromUtf8(file.path)}, {u"size"_s, content->size},
            {u"sha256"_s, QString::fromLatin1(content->sha256.toHex())}});
    }
    QJsonObject manifest = QJsonDocument::fromJson(what.manifestHead).object();
    manifest.insert(u"outputs"_s, list);
    return fs.writeSmall(layout::stagedManifest(what.stage), QJsonDocument(manifest).toJson(), false)
        .and_then([&] { return inputUnchanged(fs, uuid, what.input, alive); })
        .and_then([&]() -> Result<void> {
            // Names, too: what is committed must be whole after a power cut of the server.
            QList<SharePath> made {folderOf(layout::stage(what.stage)), layout::stage(what.stage), results};
            for (const QByteArray &folder : outputs.folders) {
                made.append(results + '/' + folder);
            }
            (void)fs.syncFolders(made);
            // And was there none while it was put together?
            for (const LocalFile &file : outputs.files) {
                if (const auto there = fs.look(results + '/' + file.path); !there) {
                    return lostMeanwhile(there.error());
                }
            }
            const auto manifestThere = fs.look(layout::stagedManifest(what.stage));
            return manifestThere ? Result<void>() : lostMeanwhile(manifestThere.error());
        });
}

Result<void> saveEvidence(
    ShareFs &fs, const QByteArray &uuid, const StageName &late, const Scratch &scratch, qint64 maxBytes, const Progress &alive)
{
    if (const auto ok = checkShare(fs, uuid); !ok) {
        return ok;
    }
    LocalFiles outputs = filesBelow(scratch.out());
    for (const auto &[name, path] :
        {std::pair {QByteArray("run.log"), scratch.log()}, {QByteArray("output.raw"), scratch.rawOutput()}}) {
        if (const QFileInfo info(path); info.isFile() && info.size() > 0 && info.size() <= maxBytes) {
            outputs.files.append({"../" + name, path, info.size()});
        }
    }
    if (outputs.files.isEmpty()) {
        return {};
    }
    const SharePath folder = layout::late(late);
    if (const auto made = fs.makeFolder(folder).and_then([&] { return fs.makeFolder(folder + "/results"); }); !made) {
        return made;
    }
    if (const auto made = makeFolders(fs, folder + "/results", outputs.folders); !made) {
        return made;
    }
    qint64 total = 0;
    for (const LocalFile &file : outputs.files) {
        total += file.size;
        if (total > maxBytes) {
            return fail(ErrorCode::TooLarge, u"the evidence is larger than allowed; a part of it was kept"_s);
        }
        const SharePath target = file.path.startsWith("../") ? folder + file.path.sliced(2) : folder + "/results/" + file.path;
        const auto content = fs.copyIn(file.localPath, target, alive);
        if (!content && content.error().code != ErrorCode::AlreadyExists) {
            return tl::unexpected(content.error());
        }
    }
    return {};
}

Result<void> discardStages(ShareFs &fs, const QList<StageName> &stages, const QByteArray &name)
{
    for (const StageName &stage : stages) {
        const auto gone = fs.discardStage(stage, name);
        if (!gone && gone.error().code != ErrorCode::Forbidden) {
            return gone;
        }
    }
    return {};
}

} // namespace dtf::sharetasks
