// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/setup/keptfile.h"

#include "common/core/random.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int mostBackups = 100;

Result<void> makeFolderOf(const QString &path)
{
    const QString folder = QFileInfo(path).absolutePath();
    if (!QDir().mkpath(folder)) {
        return fail(ErrorCode::PermissionDenied, u"the folder %1 can't be made: run this as administrator"_s.arg(folder));
    }
    return {};
}

Result<void> save(const QString &path, const QByteArray &content)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
        || file.write(content) != content.size() || !file.commit()) {
        return fail(ErrorCode::PermissionDenied, u"%1 can't be written: %2"_s.arg(path, file.errorString()));
    }
    return {};
}

Result<QString> keep(const QString &path)
{
    if (!QFileInfo::exists(path)) {
        return QString();
    }
    for (int i = 1; i <= mostBackups; ++i) {
        const QString name = path + u".bak"_s + (i == 1 ? QString() : QString::number(i));
        if (!QFileInfo::exists(name)) {
            if (QFile::copy(path, name)) {
                return name;
            }
            break;
        }
    }
    return fail(ErrorCode::IoError, u"%1 can't be kept as %1.bak: nothing was changed"_s.arg(path));
}

} // namespace

Result<QString> replaceKept(const QString &path, const QByteArray &content, const std::optional<Account> &reader, unsigned mode)
{
    return makeFolderOf(path).and_then([&] { return keep(path); }).and_then([&](const QString &kept) {
        return save(path, content).and_then([&] { return setReader(path, reader, mode); }).map([&] { return kept; });
    });
}

Result<void> writeSecret(const QString &path, const QByteArray &content, const std::optional<Account> &owner, bool replace)
{
    if (!replace && QFileInfo::exists(path)) {
        return fail(ErrorCode::AlreadyExists, u"%1 exists already"_s.arg(path));
    }
    return makeFolderOf(path).and_then([&] { return save(path, content); }).and_then([&] { return setOwner(path, owner, 0600); });
}

Result<void> makeOwnFolder(const QString &path, const std::optional<Account> &owner)
{
    if (QFileInfo(path).isDir()) {
        return {};
    }
    if (!QDir().mkpath(path)) {
        return fail(ErrorCode::PermissionDenied, u"the folder %1 can't be made"_s.arg(path));
    }
    return setOwner(path, owner, 0750);
}

QByteArray freshToken()
{
    QByteArray bytes;
    for (int i = 0; i < 4; ++i) {
        const std::uint64_t part = random64();
        bytes.append(reinterpret_cast<const char *>(&part), sizeof part);
    }
    return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

} // namespace dtf
