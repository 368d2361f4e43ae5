// SPDX-License-Identifier: GPL-3.0-or-later
#include "powercut.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>

#include <sys/stat.h>
#include <unistd.h>

namespace dtf::crash {

using namespace Qt::StringLiterals;

namespace {

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void overwrite(const QString &path, const QByteArray &content)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate) || file.write(content) != content.size()) {
        qFatal("%s can't be put back", qUtf8Printable(path));
    }
}

quint64 inodeOf(const QByteArray &path)
{
    struct stat st
    { };
    return ::lstat(path.constData(), &st) == 0 ? st.st_ino : 0;
}

QByteArray folderOf(const QByteArray &path)
{
    return path.first(path.lastIndexOf('/'));
}

/// The last first. A step whose folders were synced after it is durable.
void undoNames(const QString &images)
{
    const QList<QByteArray> lines = contentOf(images + u"/names"_s).split('\n');
    QSet<QByteArray> synced;
    for (qsizetype i = lines.size() - 1; i >= 0; --i) {
        const QList<QByteArray> words = lines[i].split('\t');
        if (words[0] == "synced" && words.size() == 2) {
            synced.insert(words[1]);
        } else if (words[0] == "renamed" && words.size() == 5 && !synced.contains(folderOf(words[4]))
            && inodeOf(words[4]) == words[1].toULongLong()) {
            ::rename(words[4].constData(), words[3].constData());
            if (words[2] != "-") {
                ::rename((QFile::encodeName(images) + '/' + words[2]).constData(), words[4].constData());
            }
        } else if (words[0] == "removed" && words.size() == 3 && !synced.contains(folderOf(words[2])) && words[1] != "-"
            && inodeOf(words[2]) == 0) {
            ::rename((QFile::encodeName(images) + '/' + words[1]).constData(), words[2].constData());
        }
    }
}

void restoreBelow(const QString &folder, const QString &images, bool foreign)
{
    QDirIterator it(folder, QDir::Files | QDir::Hidden | QDir::System, QDirIterator::Subdirectories);
    while (it.hasNext()) {
        const QString path = it.next();
        const QString noted = images + u'/' + QString::number(inodeOf(QFile::encodeName(path)));
        const bool hasImage = QFileInfo::exists(noted + u".image"_s);
        if (path.endsWith(u"-shm"_s)) {
            QFile::remove(path); // memory shared by SQLite's connections, never synced
        } else if (QFileInfo::exists(noted + u".dirty"_s) || (foreign && !hasImage)) {
            overwrite(path, hasImage ? contentOf(noted + u".image"_s) : QByteArray());
        }
    }
}

} // namespace

void cutPower(const QString &images, const QStringList &folders, const QStringList &foreign)
{
    undoNames(images);
    for (const QString &folder : folders) {
        restoreBelow(folder, images, false);
    }
    for (const QString &folder : foreign) {
        restoreBelow(folder, images, true);
    }
    QDir(images).removeRecursively();
    QDir().mkpath(images);
}

} // namespace dtf::crash
