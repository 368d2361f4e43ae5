// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/smb/ownground.h"
#include "tests/smb/smbfleet.h"
#include "tests/smb/smbground.h"

#include <QTest>

namespace dtf {

using namespace Qt::StringLiterals;

/// The whole product with nothing but SMB between its parts.
class SmbFlow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { SKIP_WITHOUT_OWN_GROUND(); }
    void everyFileIsDone();
};

namespace {

qsizetype logsThatSay(Fleet &fleet, const QByteArray &words)
{
    qsizetype count = 0;
    for (const JobView &job : fleet.api().jobs({JobState::Done})) {
        count += fleet.share().contentOf(layout::jobLog(job.node, job.job, job.epoch)).contains(words);
    }
    return count;
}

} // namespace

void SmbFlow::everyFileIsDone()
{
    SmbFleet smb(2, {u"/bin/sh"_s, u"-c"_s, u"echo working on $DTF_FILE; cp \"$DTF_FILE\" \"$DTF_OUT/result.csv\""_s});
    QVERIFY2(smb.begin(), smb.problem());
    Fleet &fleet = smb.fleet();
    for (int n = 0; n < 12; ++n) {
        fleet.drop("file-" + QByteArray::number(n) + ".csv", "a;b\n" + QByteArray(1000 * n, 'x') + '\n');
    }
    UNTIL(fleet.allDone(12), seconds(90));
    // Each run's log has reached the server, though this client can't append.
    UNTIL(logsThatSay(fleet, "working on ") == 12, seconds(30));
    for (int n = 1; n <= 2; ++n) {
        const QString log = fleet.agent(n).program().output();
        QVERIFY2(!log.contains(u"the share is not usable"_s), qUtf8Printable(log));
    }
    ALL_IS_WELL(fleet);
}

} // namespace dtf

SMB_TEST_MAIN(dtf::SmbFlow)
#include "tst_flow.moc"
