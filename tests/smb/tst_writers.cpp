// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/smb/hostile.h"
#include "tests/smb/ownground.h"
#include "tests/smb/smbfleet.h"

#include <QElapsedTimer>
#include <QTest>

#include <sys/times.h>
#include <unistd.h>

namespace dtf {

using namespace Qt::StringLiterals;

/// Agencies' programs that hold, lock, rename, replace and delete what they write.
class SmbWriters : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { SKIP_WITHOUT_OWN_GROUND(); }
    void aFileThatIsHeldWaitsUntilItIsClosed();
    void whatWritersDoWhileFilesAreTaken();
    void aWriterThatSharesEverything();
    void aClientThatKeepsItsOplock();
};

namespace {

const QStringList work {u"/bin/sh"_s, u"-c"_s, u"cp \"$DTF_FILE\" \"$DTF_OUT/result.csv\""_s};
const QStringList slowWork {u"/bin/sh"_s, u"-c"_s, u"sleep 4; cp \"$DTF_FILE\" \"$DTF_OUT/result.csv\""_s};

/// CPU time of a process so far.
milliseconds cpuOf(qint64 pid)
{
    QFile file(u"/proc/%1/stat"_s.arg(pid));
    if (!file.open(QIODevice::ReadOnly)) {
        return milliseconds(0);
    }
    const QByteArray text = file.readAll();
    const QList<QByteArray> fields = text.sliced(text.lastIndexOf(')') + 2).split(' ');
    return milliseconds((fields.value(11).toLongLong() + fields.value(12).toLongLong()) * 1000 / ::sysconf(_SC_CLK_TCK));
}

} // namespace

/// C11, C12: every share mode that stands in the way of a rename, all at once.
void SmbWriters::aFileThatIsHeldWaitsUntilItIsClosed()
{
    SmbFleet smb(1, work);
    QVERIFY2(smb.begin(), smb.problem());
    Fleet &fleet = smb.fleet();
    struct Held
    {
        QString share;
        QString access;
        int handle = -1;
    };
    std::vector<Held> held {
        {u""_s, u"rw"_s}, {u"r"_s, u"rw"_s}, {u"w"_s, u"rw"_s}, {u"rw"_s, u"rw"_s}, {u"rw"_s, u"r"_s}, {u""_s, u"r"_s}};
    HostileClient writer(smb.ground());
    for (size_t n = 0; n < held.size(); ++n) {
        const QString name = u"incoming/held-%1.csv"_s.arg(n);
        if (held[n].access == u"r"_s) {
            writer.put(name, u"a;b\nheld\n"_s);
            held[n].handle = writer.open(name, held[n].access, held[n].share, u"open"_s);
        } else {
            held[n].handle = writer.open(name, held[n].access, held[n].share, u"create"_s);
            writer.write(held[n].handle, u"a;b\nheld\n"_s);
        }
    }
    fleet.drop("free.csv", "a;b\nfree\n");
    UNTIL(fleet.api().count(JobState::Done) == 1, seconds(60)); // the others do not stand in its way
    const milliseconds orchestratorCpu = cpuOf(fleet.orchestrator().pid());
    QElapsedTimer time;
    time.start();
    QVERIFY(stays([&] { return fleet.share().incoming().size() == static_cast<qsizetype>(held.size()); }, seconds(8)));
    const milliseconds used = cpuOf(fleet.orchestrator().pid()) - orchestratorCpu;
    qInfo("while %zu files were held for %lld ms the orchestrator used %lld ms of CPU", held.size(), time.elapsed(),
        static_cast<long long>(used.count()));
    QVERIFY2(used.count() < time.elapsed() / 2, "a busy loop");
    for (const Held &file : held) {
        writer.close(file.handle);
    }
    UNTIL(fleet.allDone(1 + static_cast<qsizetype>(held.size())), seconds(60));
    ALL_IS_WELL(fleet);
}

void SmbWriters::whatWritersDoWhileFilesAreTaken()
{
    SmbFleet smb(1, work);
    QVERIFY2(smb.begin(), smb.problem());
    Fleet &fleet = smb.fleet();
    HostileClient writer(smb.ground());
    // Written under a name that is ignored, then renamed: as it should be.
    writer.put(u"incoming/good.part"_s, u"a;b\ngood\n"_s);
    writer.mustDo({{u"op"_s, u"rename"_s}, {u"from"_s, u"incoming/good.part"_s}, {u"to"_s, u"incoming/good.csv"_s}});
    // Deleted with its last handle: it was never there.
    const int doomed = writer.open(u"incoming/doomed.csv"_s, u"rwd"_s, u"rwd"_s);
    writer.write(doomed, u"a;b\ndoomed\n"_s);
    writer.mustDo({{u"op"_s, u"delete-on-close"_s}, {u"handle"_s, doomed}});
    writer.close(doomed);
    // Grown in pieces with pauses longer than the stability time, held as a copying program holds it.
    const int slow = writer.open(u"incoming/slow.csv"_s, u"rw"_s, u"r"_s);
    QString text;
    for (int n = 0; n < 4; ++n) {
        const QString line = u"line %1\n"_s.arg(n);
        writer.write(slow, line, static_cast<int>(text.size()));
        text += line;
        // The last pause lets the client's cache see the whole size: with a stability time below its age, 0.3 s here, the file
        // would be recorded shorter than it arrives, and be refused as changed.
        const milliseconds pause = n < 3 ? milliseconds(1'500) : milliseconds(5'000);
        QVERIFY(stays([&] { return fleet.share().incoming().contains("slow.csv"); }, pause));
    }
    writer.close(slow);
    // The same name again and again, each time another content: as many jobs as contents that stayed.
    for (int n = 0; n < 5; ++n) {
        UNTIL(!fleet.share().incoming().contains("again.csv"), seconds(60));
        writer.put(u"incoming/again.csv"_s, u"content %1\n"_s.arg(n));
    }
    UNTIL(fleet.allDone(7), seconds(90));
    QSet<QByteArray> contents;
    for (const PlacedToken &done : fleet.share().tokens("done")) {
        contents.insert(fleet.share().contentOf(done.path + "/results/result.csv"));
    }
    QSet<QByteArray> expected {"a;b\ngood\n", text.toUtf8()};
    for (int n = 0; n < 5; ++n) {
        expected.insert("content " + QByteArray::number(n) + '\n');
    }
    QCOMPARE(contents, expected);
    QVERIFY(fleet.api().jobNamed(u"doomed.csv"_s).job.isNull() || fleet.api().jobNamed(u"doomed.csv"_s).state != JobState::Done);
    ALL_IS_WELL(fleet);
}

/// A handle that shares everything stands in nobody's way, and goes with the file wherever it is moved: what is written through
/// it after the content was taken must not become a result that says otherwise.
void SmbWriters::aWriterThatSharesEverything()
{
    SmbFleet smb(1, slowWork);
    QVERIFY2(smb.begin(), smb.problem());
    Fleet &fleet = smb.fleet();
    HostileClient writer(smb.ground());
    const int handle = writer.open(u"incoming/open.csv"_s, u"rw"_s, u"rwd"_s);
    writer.write(handle, u"a;b\nfirst\n"_s);
    UNTIL(!fleet.share().tokens("running").isEmpty(), seconds(60));
    UNTIL(fleet.api().count(JobState::Running) == 1, seconds(60));
    writer.write(handle, u"a;b\nsecond, and longer\n"_s);
    writer.close(handle);
    UNTIL(fleet.api().count(JobState::Hold) == 1, seconds(60));
    const PlacedToken kept = fleet.share().tokens("hold").value(0);
    QCOMPARE(fleet.share().contentOf(kept.path), QByteArray("a;b\nsecond, and longer\n"));
    ALL_IS_WELL(fleet);
}

/// The server asks the holder of a batch oplock to give it up and waits for half a minute when it doesn't answer; so does whoever
/// wants to rename the file. Then it is over for good.
void SmbWriters::aClientThatKeepsItsOplock()
{
    if (!qEnvironmentVariableIsSet("DTF_TEST_LONG")) {
        QSKIP("takes more than half a minute: only in the long run");
    }
    SmbFleet smb(1, work);
    QVERIFY2(smb.begin(), smb.problem());
    Fleet &fleet = smb.fleet();
    auto holder = std::make_unique<HostileClient>(smb.ground());
    const int handle = holder->open(u"incoming/oplock.csv"_s, u"rw"_s, u"rwd"_s, u"create"_s, u"batch"_s);
    holder->write(handle, u"a;b\noplock\n"_s);
    QElapsedTimer time;
    time.start();
    UNTIL(!fleet.share().incoming().contains("oplock.csv"), seconds(120));
    qInfo("a file whose oplock was kept was taken after %lld ms", time.elapsed());
    fleet.drop("free.csv", "a;b\nfree\n");
    UNTIL(fleet.allDone(2), seconds(120));
    holder.reset();
    ALL_IS_WELL(fleet);
}

} // namespace dtf

SMB_TEST_MAIN(dtf::SmbWriters)
#include "tst_writers.moc"
