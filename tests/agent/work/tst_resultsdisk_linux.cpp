// SPDX-License-Identifier: GPL-3.0-or-later
// What the agent asks of its own disk before it says that there are results. The linker sends its fsync here (-Wl,--wrap).
#include "agentbench.h"

#include "agent/work/processtree.h"

#include <QMutex>
#include <QTest>

#include <sys/stat.h>

extern "C" {
int __real_fsync(int descriptor);
int __wrap_fsync(int descriptor);
}

namespace {

QMutex mutex; // the disk's and the share's thread flush
QStringList flushed; ///< paths in their order

} // namespace

int __wrap_fsync(int descriptor)
{
    const QString path = QFile::symLinkTarget(QStringLiteral("/proc/self/fd/%1").arg(descriptor));
    const int result = __real_fsync(descriptor);
    const QMutexLocker lock(&mutex);
    flushed.append(path);
    return result;
}

using namespace dtf;
using namespace Qt::StringLiterals;

class TestResultsDisk : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { becomeSubreaper(); }
    void resultsAreFlushedBeforeTheJournalSaysThatThereAreAny();
};

void TestResultsDisk::resultsAreFlushedBeforeTheJournalSaysThatThereAreAny()
{
    AgentBench bench({u"out=master.csv:1;2;3"_s});
    (void)bench.assign("a.csv", "hours");
    bench.start();
    QTRY_COMPARE_WITH_TIMEOUT(bench.reported(ReportKind::Done), 1, 30'000);
    const QMutexLocker lock(&mutex);
    const auto indexOf = [](const QString &end, qsizetype from) {
        for (qsizetype i = from; i < flushed.size(); ++i) {
            if (flushed[i].endsWith(end)) {
                return i;
            }
        }
        return qsizetype {-1};
    };
    const qsizetype file = indexOf(u"/out/master.csv"_s, 0);
    QVERIFY2(file >= 0, "a power cut after the run would leave an empty result to publish");
    const qsizetype folder = indexOf(u"/out"_s, file);
    QVERIFY2(folder >= 0, "a power cut after the run would leave no result to publish");
    QVERIFY(indexOf(u"/journal.dtf"_s, folder) > folder); // EXIT, and what follows it
    qsizetype records = 0;
    for (const QString &path : std::as_const(flushed).first(file)) {
        records += path.endsWith(u"/journal.dtf"_s) ? 1 : 0;
    }
    QVERIFY2(records <= 3, "EXIT was written first"); // the share seen, CLAIM, START
}

QTEST_GUILESS_MAIN(TestResultsDisk)
#include "tst_resultsdisk_linux.moc"
