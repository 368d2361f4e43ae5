// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/nemesis/ground/loads.h"
#include "tests/nemesis/ground/stories.h"

#include <QRegularExpression>
#include <QTest>

#include <numeric>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace dtf {

using namespace Qt::StringLiterals;

/// What lands in incoming: many of one name, nothing, half files of patient writers, a huge one, very many.
class GroundInput : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void twentyOfOneName();
    void emptyFilesThatFillLater();
    void writersThatPauseAndHideIt();
    void aHugeFile();
    void veryManyWithoutAWatcher();
};

namespace {

/// Opened by a producer that takes its time; each step leaves the file with the modification time it had at first.
class PatientWriter
{
public:
    explicit PatientWriter(const std::string &path)
        : m_file(::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644))
    {
        write("begun; ");
        struct stat st
        { };
        ::fstat(m_file, &st);
        m_times[0] = st.st_atim;
        m_times[1] = st.st_mtim;
    }
    ~PatientWriter() { close(); }
    PatientWriter(const PatientWriter &) = delete;
    PatientWriter &operator=(const PatientWriter &) = delete;
    void write(const QByteArray &text)
    {
        if (::write(m_file, text.constData(), static_cast<size_t>(text.size())) != text.size()) {
            qFatal("a producer can't write");
        }
        whole += text;
        if (m_times[1].tv_sec != 0) {
            ::futimens(m_file, m_times); // as cp -p does, or a server that sets times at the end
        }
    }
    void close()
    {
        if (m_file >= 0) {
            ::close(std::exchange(m_file, -1));
        }
    }

    QByteArray whole;

private:
    int m_file;
    timespec m_times[2] {};
};

/// Kilobytes of a process, e.g. VmHWM.
qint64 memoryOf(qint64 pid, const char *what)
{
    QFile file(u"/proc/%1/status"_s.arg(pid));
    if (!file.open(QIODevice::ReadOnly)) {
        return -1;
    }
    const QRegularExpression line(QString::fromLatin1(what) + u":\\s+(\\d+) kB"_s);
    return line.match(QString::fromLatin1(file.readAll())).captured(1).toLongLong();
}

} // namespace

void GroundInput::twentyOfOneName()
{
    ONLY_IN_THE_LONG_RUN
    Fleet fleet(copyingNodes(2));
    BEGIN(fleet);
    QSet<QByteArray> contents;
    for (int i = 0; i < 20; ++i) { // each as soon as the name is free; the share forgets case
        const QByteArray content = "content " + QByteArray::number(i);
        contents.insert(content);
        fleet.drop(i % 3 == 2 ? "AGENCY.csv" : "Agency.csv", content);
        UNTIL(fleet.share().incoming().isEmpty(), seconds(30));
    }
    UNTIL(fleet.allDone(20), seconds(60));
    QSet<QByteArray> seen;
    for (const PlacedToken &done : fleet.share().tokens("done")) {
        seen.insert(fleet.share().contentOf(done.path + "/results/copy"));
    }
    QCOMPARE(seen, contents);
    // One name is one thing: never two of them on their way at once, so that their order is kept.
    QMap<JobId, int> onTheWay;
    for (const AuditRow &row : fleet.api().audit()) {
        if (row.event.kind == AuditKind::JobAssigned) {
            onTheWay.insert(row.event.job, 1);
        } else if (row.event.kind == AuditKind::JobDone) {
            onTheWay.remove(row.event.job);
        }
        QVERIFY(onTheWay.size() <= 1);
    }
    ALL_IS_WELL(fleet);
}

void GroundInput::emptyFilesThatFillLater()
{
    ONLY_IN_THE_LONG_RUN
    FleetPlan plan = copyingNodes(1);
    plan.orchestrator.set("intake", "empty_grace_seconds", 4);
    Fleet fleet(plan);
    BEGIN(fleet);
    const QString incoming = fleet.sharePath(u"incoming/"_s);
    QVERIFY(writeFile(incoming + u"late.csv"_s, {}));
    QVERIFY(writeFile(incoming + u"never.csv"_s, {}));
    QVERIFY(stays([&] { return fleet.api().jobs().isEmpty(); }, seconds(2)));
    QVERIFY(writeFile(incoming + u"late.csv"_s, "here it is"));
    UNTIL(fleet.allDone(1) && fleet.api().count(JobState::Rejected) == 1, seconds(30));
    const JobView never = fleet.api().jobNamed(u"never.csv"_s);
    QVERIFY(never.state == JobState::Rejected && never.cause == Cause::Empty);
    QVERIFY(fleet.api().audited(never.job, AuditKind::JobRejected) == 1);
    QCOMPARE(fleet.share().contentOf(fleet.share().tokens("done").first().path + "/results/copy"), QByteArray("here it is"));
    ALL_IS_WELL(fleet);
}

/// Longer than the stability time by far, with no sign of life but the open handle.
void GroundInput::writersThatPauseAndHideIt()
{
    ONLY_IN_THE_LONG_RUN
    FleetPlan plan = copyingNodes(1);
    plan.orchestrator.set("intake", "stable_seconds", 0.5);
    Fleet fleet(plan);
    BEGIN(fleet);
    PatientWriter first(fleet.share().root() + "/incoming/first.csv");
    PatientWriter second(fleet.share().root() + "/incoming/second.csv");
    for (int pause = 0; pause < 3; ++pause) {
        QVERIFY2(stays([&] { return fleet.api().jobs().isEmpty(); }, milliseconds(2'500)), "a half file became a job");
        first.write("more; ");
        second.write("more; ");
    }
    first.close();
    UNTIL(fleet.allDone(1), seconds(30));
    // Renamed while it is still being written: what is taken is what the agent copies, or nothing.
    QVERIFY(move(fleet.sharePath(u"incoming/second.csv"_s), fleet.sharePath(u"incoming/renamed.csv"_s)));
    QVERIFY(stays([&] { return fleet.api().jobs().size() == 1; }, milliseconds(2'500)));
    second.close();
    UNTIL(fleet.allDone(2), seconds(30));
    for (const PlacedToken &done : fleet.share().tokens("done")) {
        QCOMPARE(
            fleet.share().contentOf(done.path + "/results/copy"), done.token.name == "first.csv" ? first.whole : second.whole);
    }
    ALL_IS_WELL(fleet);
}

void GroundInput::aHugeFile()
{
    const qint64 size = hugeSize();
    Fleet fleet(scriptNodes(1, {u"/bin/sh"_s, u"-c"_s, u"stat -c %s -- \"$1\" > \"$DTF_OUT/size\""_s, u"size"_s, u"{file}"_s}));
    BEGIN(fleet);
    QElapsedTimer took;
    took.start();
    dropHuge(fleet, "huge.csv", size);
    qint64 oldest = 0; // ms: of the node's heartbeat, each second one comes
    UNTIL((oldest = qMax(oldest, fleet.api().node("DTF-01").heartbeatAgeMs), fleet.allDone(1)),
        isLongRun() ? seconds(900) : seconds(120));
    const qint64 agent = memoryOf(fleet.agent(1).program().pid(), "VmHWM");
    const qint64 orchestrator = memoryOf(fleet.orchestrator().pid(), "VmHWM");
    std::printf("measured: %lld MB from incoming to completed in %.1f s; agent %lld MB, orchestrator %lld MB at most; heartbeats "
                "at most %lld ms apart\n",
        static_cast<long long>(size / 1024 / 1024), static_cast<double>(took.elapsed()) / 1e3,
        static_cast<long long>(agent / 1024), static_cast<long long>(orchestrator / 1024), static_cast<long long>(oldest));
    QVERIFY2(SANITIZED || (agent < 100 * 1024 && orchestrator < 100 * 1024), "a file is held in memory"); // or by a quarantine
    QVERIFY2(oldest < 15'000, "the agent was silent while it hashed");
    const PlacedToken done = fleet.share().tokens("done").first();
    QCOMPARE(fleet.share().contentOf(done.path + "/results/size").trimmed(), QByteArray::number(size));
    const QStringList complaints = complaintsBesideHuge(fleet, "huge.csv");
    QVERIFY2(complaints.isEmpty(), qUtf8Printable(complaints.join(u'\n')));
}

void GroundInput::veryManyWithoutAWatcher()
{
    const int count = isLongRun() ? 100'000 : 3'000;
    FleetPlan plan = copyingNodes(1);
    plan.orchestrator.set("share", "watch", false);
    plan.orchestrator.set("intake", "types", QStringList {u"csv"_s});
    Fleet fleet(plan);
    fleet.plan().strangers = {u"DTF-99"_s};
    BEGIN(fleet);
    QVERIFY(fleet.api().dispatch(true).reply.ok); // none may be run: they shall all lie there
    BeatMeter meter(fleet.port(), "DTF-99", "token-of-the-node-DTF-99");
    meter.begin(20);
    QElapsedTimer took;
    took.start();
    for (int i = 0; i < count; ++i) {
        fleet.drop("file " + QByteArray::number(i) + ".csv", QByteArray::number(i));
    }
    const double dropped = static_cast<double>(took.elapsed()) / 1e3;
    qint64 known = 0;
    const auto lookAgain = [&] {
        const QList<qint64> counts = fleet.api().state().summary.jobsByState;
        known = std::accumulate(counts.begin(), counts.end(), qint64 {0});
        return known >= count;
    };
    UNTIL(lookAgain(), seconds(300));
    const double seen = static_cast<double>(took.elapsed()) / 1e3;
    const BeatMeter::Figures figures = meter.end();
    const qint64 memory = memoryOf(fleet.orchestrator().pid(), "VmHWM");
    std::printf("measured: %d files dropped in %.1f s, all known after %.1f s, orchestrator %lld MB at most\n", count, dropped,
        seen, static_cast<long long>(memory / 1024));
    print("while they arrived", figures);
    QCOMPARE(known, count); // none missed, none twice
    QVERIFY(figures.answers > 10);
    QVERIFY2(figures.worst < 2'000, "heartbeats were kept waiting");
    QVERIFY2(memory < 1024 * 1024, "memory grows with the backlog beyond its bound");
    ALL_IS_WELL(fleet);
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::GroundInput)
#include "tst_input.moc"
