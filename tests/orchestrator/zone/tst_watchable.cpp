// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/zone/watchable.h"

#include <QTest>

namespace dtf {

/// Which folders a watcher is set on.
class TestWatchable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theMountAboveDecides_data();
    void theMountAboveDecides();
};

namespace {

const QByteArray mounts = "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
                          "30 21 0:40 / /mnt/dtf rw,relatime shared:9 - cifs //server/dtf rw\n"
                          "31 30 0:41 / /mnt/dtf/local rw - tmpfs tmpfs rw\n"
                          "32 21 0:42 / /mnt/with\\040blank rw,nosuid - fuse.smbnetfs smbnetfs rw\n"
                          "33 21 0:43 / /srv rw - nfs4 server:/srv rw\n"
                          "34 21 0:44 / /srv rw - ext4 /dev/sdb1 rw\n"
                          "half a line\n";

} // namespace

void TestWatchable::theMountAboveDecides_data()
{
    QTest::addColumn<QByteArray>("folder");
    QTest::addColumn<bool>("worth");
    QTest::newRow("local disk") << QByteArray("/data/share") << true;
    QTest::newRow("kernel's SMB") << QByteArray("/mnt/dtf") << false;
    QTest::newRow("below it") << QByteArray("/mnt/dtf/pool") << false;
    QTest::newRow("a neighbour with the same beginning") << QByteArray("/mnt/dtf2") << true;
    QTest::newRow("a local disk below SMB") << QByteArray("/mnt/dtf/local/x") << true;
    QTest::newRow("FUSE, a blank in the name") << QByteArray("/mnt/with blank/127.0.0.1/dtf") << false;
    QTest::newRow("the upper one of two") << QByteArray("/srv/dtf") << true;
}

void TestWatchable::theMountAboveDecides()
{
    QFETCH(QByteArray, folder);
    QTEST(isWorthWatching(folder, mounts), "worth");
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::TestWatchable)
#include "tst_watchable.moc"
