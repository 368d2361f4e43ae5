// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/work/scratch.h"

#include "agent/work/localdisk.h"
#include "agent/work/outputtail.h"
#include "common/core/escape.h"
#include "common/share/localname.h"

#include <QDir>
#include <QDirIterator>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

std::optional<Attempt> attemptOfFolder(const QString &name)
{
    // `<J>.e<N>` is a token's name without its file.
    const auto token = parseToken(name.toUtf8() + "~x");
    return token && token->epoch > 0 && token->boot.isEmpty() ? std::optional<Attempt>({token->job, token->epoch}) : std::nullopt;
}

OutputFacts::ResultField readField(const QString &path, const QString &field, qint64 &sum)
{
    constexpr qint64 maxResultJson = qint64 {16} * 1024 * 1024;
    QFile file(path);
    if (file.size() > maxResultJson || !file.open(QIODevice::ReadOnly)) {
        return OutputFacts::ResultField::Unreadable;
    }
    QByteArray bytes = file.readAll();
    if (bytes.startsWith("\xEF\xBB\xBF")) {
        bytes.remove(0, 3); // PowerShell writes a byte order mark
    }
    QJsonParseError error {};
    QJsonValue value = QJsonDocument::fromJson(bytes, &error).object();
    if (error.error != QJsonParseError::NoError) {
        return OutputFacts::ResultField::Unreadable;
    }
    const QStringList keys = field.split(u'.');
    for (const QString &key : keys) {
        value = value.toObject().value(key);
    }
    if (!value.isDouble()) {
        return OutputFacts::ResultField::Missing;
    }
    sum += static_cast<qint64>(value.toDouble());
    return OutputFacts::ResultField::Found;
}

} // namespace

QString Scratch::input(const QByteArray &name) const
{
    return in() + u'/' + localName(name);
}

Scratch scratchOf(const QString &scratchDir, const Attempt &attempt)
{
    return {scratchDir + u'/' + attempt.job.toString() + u".e"_s + QString::number(attempt.epoch)};
}

Result<void> makeFresh(const Scratch &scratch)
{
    QDir dir(scratch.folder);
    if (dir.exists() && !dir.removeRecursively()) {
        return fail(ErrorCode::IoError,
            u"can't clear %1: end what has a file open there, or delete that folder by hand"_s.arg(scratch.folder));
    }
    for (const QString &folder : {scratch.in(), scratch.out(), scratch.work()}) {
        if (!QDir().mkpath(folder)) {
            return fail(ErrorCode::IoError, u"can't make %1"_s.arg(folder));
        }
    }
    return {};
}

void dropScratch(const QString &scratchDir, const Attempt &attempt)
{
    QDir(scratchOf(scratchDir, attempt).folder).removeRecursively();
}

void dropStrays(const QString &scratchDir, const QList<Attempt> &keep)
{
    const QStringList names = QDir(scratchDir).entryList(QDir::Dirs | QDir::NoDotAndDotDot | QDir::Hidden);
    for (const QString &name : names) {
        const auto attempt = attemptOfFolder(name);
        if (attempt && !keep.contains(*attempt)) {
            dropScratch(scratchDir, *attempt);
        }
    }
}

LocalFiles filesBelow(const QString &folder)
{
    LocalFiles found;
    const QDir root(folder);
    QDirIterator it(folder, QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot, QDirIterator::Subdirectories);
    while (it.hasNext()) {
        it.next();
        const QFileInfo info = it.fileInfo();
        if (found.files.size() + found.folders.size() >= maxLocalFiles) {
            found.hostile = true;
            break;
        }
        const QByteArray path = shareName(root.relativeFilePath(info.filePath()));
        if (info.isSymLink() || info.isJunction() || (!info.isFile() && !info.isDir())) {
            found.hostile = true;
        } else if (info.isDir()) {
            found.folders.append(path);
        } else {
            found.files.append({path, info.filePath(), info.size()});
        }
    }
    std::sort(found.folders.begin(), found.folders.end());
    std::sort(found.files.begin(), found.files.end(), [](const LocalFile &a, const LocalFile &b) { return a.path < b.path; });
    return found;
}

OutputFacts inspectOutputs(const QString &outFolder, const PipelineConfig &pipeline)
{
    OutputFacts facts;
    const LocalFiles found = filesBelow(outFolder);
    facts.files = static_cast<int>(found.files.size());
    facts.hostile = found.hostile;
    qint64 sum = 0;
    const bool hasRule = !pipeline.resultJson.isEmpty();
    if (hasRule) {
        facts.field = OutputFacts::ResultField::Missing;
    }
    const auto rule = QRegularExpression::fromWildcard(pipeline.resultJson, Qt::CaseInsensitive);
    for (const LocalFile &file : found.files) {
        facts.bytes += file.size;
        const QString name = QString::fromUtf8(file.path).section(u'/', -1);
        if (!hasRule || !rule.match(name).hasMatch()) {
            continue;
        }
        const auto read = readField(file.localPath, pipeline.resultField, sum);
        if (read != OutputFacts::ResultField::Found) {
            facts.field = read;
            return facts;
        }
        facts.field = read;
    }
    if (facts.field == OutputFacts::ResultField::Found) {
        facts.rows = sum;
    }
    return facts;
}

Result<void> syncOutputs(const QString &outFolder)
{
    const LocalFiles found = filesBelow(outFolder);
    for (const LocalFile &file : found.files) {
        if (const auto synced = localdisk::syncFile(file.localPath); !synced) {
            return synced;
        }
    }
    for (const QByteArray &folder : found.folders) {
        if (const auto synced = localdisk::syncFolder(outFolder + u'/' + localName(folder)); !synced) {
            return synced;
        }
    }
    return localdisk::syncFolder(outFolder).and_then([&] { return localdisk::syncFolder(QFileInfo(outFolder).path()); });
}

bool fileHasMarker(const QString &rawOutput, const QRegularExpression &marker)
{
    OutputTail tail(rawOutput, marker);
    while (tail.read(qint64 {16} * 1024 * 1024, [](const QByteArray &) {}) > 0) { }
    tail.finish([](const QByteArray &) {});
    return tail.markerSeen();
}

QString tailOf(const QString &path)
{
    constexpr qint64 bytes = 2'000;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    file.seek(qMax(qint64 {0}, file.size() - bytes));
    QStringList lines;
    const QList<QByteArray> raw = file.read(bytes).split('\n');
    for (const QByteArray &line : raw) {
        lines.append(escapedForLog(QByteArrayView(line)));
    }
    return lines.join(u'\n').right(bytes);
}

} // namespace dtf
