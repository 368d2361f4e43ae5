// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/zone/watchable.h"

#include <QDir>
#include <QFile>

namespace dtf {

namespace {

/// "\040" and the like, as the kernel writes blanks.
QByteArray unescaped(const QByteArray &text)
{
    QByteArray out;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 3 < text.size()) {
            out += static_cast<char>(text.sliced(i + 1, 3).toInt(nullptr, 8));
            i += 3;
        } else {
            out += text[i];
        }
    }
    return out;
}

bool isRemote(const QByteArray &type)
{
    return type == "cifs" || type == "smb3" || type == "smbfs" || type.startsWith("nfs") || type.startsWith("fuse");
}

} // namespace

bool isWorthWatching(const QByteArray &folder, const QByteArray &mountInfo)
{
    qsizetype longest = 0;
    bool worth = true;
    for (const QByteArray &line : mountInfo.split('\n')) {
        const qsizetype dash = line.indexOf(" - ");
        const QList<QByteArray> fields = line.split(' ');
        if (dash < 0 || fields.size() < 5) {
            continue;
        }
        const QByteArray place = unescaped(fields[4]);
        const bool above = place == "/" || folder == place || folder.startsWith(place + '/');
        if (above && place.size() >= longest) { // the later of two on one place lies on top
            longest = place.size();
            worth = !isRemote(line.sliced(dash + 3).split(' ').first());
        }
    }
    return worth;
}

bool isWorthWatching(const QString &folder)
{
    QFile file(QStringLiteral("/proc/self/mountinfo"));
    if (!file.open(QIODevice::ReadOnly)) {
        return true;
    }
    return isWorthWatching(QFile::encodeName(QDir::cleanPath(folder)), file.readAll());
}

} // namespace dtf
