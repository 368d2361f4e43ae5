// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/hardware.h"
#include "common/core/machine.h"

#include <QDir>
#include <QFile>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

QByteArray smallFile(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.read(256).trimmed() : QByteArray();
}

QByteArray board()
{
    for (const QString &path :
        {u"/sys/class/dmi/id/product_uuid"_s, u"/run/dtf-product-uuid"_s, u"/run/dtf-agent/product_uuid"_s}) {
        if (QByteArray found = usableBoard(smallFile(path)); !found.isEmpty()) {
            return found;
        }
    }
    return {};
}

QByteArrayList cards()
{
    QByteArrayList found;
    const QDir net(u"/sys/class/net"_s);
    for (const QString &name : net.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        const QString card = net.filePath(name);
        const bool physical = QFile::exists(card + u"/device"_s) && smallFile(card + u"/addr_assign_type"_s) == "0";
        const QByteArray address = physical ? smallFile(card + u"/address"_s).toLower() : QByteArray();
        if (address.size() == 17 && address != "00:00:00:00:00:00" && !found.contains(address)) {
            found.append(address);
        }
    }
    std::sort(found.begin(), found.end());
    return found.mid(0, 32);
}

} // namespace

Hardware readHardware()
{
    return {board(), machineIdentity(), cards()};
}

} // namespace dtf
