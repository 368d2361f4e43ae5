// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fleet.h"

#include <QDirIterator>
#include <QTest>

#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace dtf {

using namespace Qt::StringLiterals;

/// What producers really put into incoming: half files, nothing at all, names that bite.
class Intake : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesAndThingsAreRunAsDataOrRefusedWithTheReason();
    void aSlowWriterIsWaitedFor();
    void sameNameThreeTimesInARow();
    void replacedAgainAndAgainWhileItIsTaken();
};

namespace {

/// Copies its input: the result shows what the script was given.
FleetPlan copyingNode()
{
    return scriptNodes(1, {u"/bin/sh"_s, u"-c"_s, u"cp -- \"$1\" \"$DTF_OUT/copy\" && echo copied"_s, u"copy"_s, u"{file}"_s});
}

struct Expected
{
    QByteArray name;
    JobState state;
    Cause cause;
};

QByteArray contentFor(const QByteArray &name)
{
    return "content of " + name.toHex() + '\n';
}

} // namespace

void Intake::namesAndThingsAreRunAsDataOrRefusedWithTheReason()
{
    FleetPlan plan = copyingNode();
    plan.orchestrator.set("intake", "empty_grace_seconds", 2);
    Fleet fleet(plan);
    BEGIN(fleet);
    const QList<Expected> files {
        {"plain.csv", JobState::Done, Cause::None},
        {"%PATH%&calc.csv", JobState::Done, Cause::None},
        {"$(touch canary).csv", JobState::Done, Cause::None},
        {"`touch canary`.csv", JobState::Done, Cause::None},
        {"; touch canary;.csv", JobState::Done, Cause::None},
        {"-rf.csv", JobState::Done, Cause::None},
        {"--help.csv", JobState::Done, Cause::None},
        {"=cmd().csv", JobState::Done, Cause::None},
        {"{file} {out}.csv", JobState::Done, Cause::None},
        {"it's 'quoted' & more.csv", JobState::Done, Cause::None},
        {"Émile – Woche 3 😀.csv", JobState::Done, Cause::None},
        {"UPPER.CSV", JobState::Done, Cause::None},
        {"line\nbreak.csv", JobState::Rejected, Cause::HostileName},
        {"bell\a.csv", JobState::Rejected, Cause::HostileName},
        {"bidi\u202Evsc.csv", JobState::Rejected, Cause::HostileName},
        {"a:b.csv", JobState::Rejected, Cause::HostileName},
        {"..\\up.csv", JobState::Rejected, Cause::HostileName},
        {"CON.csv", JobState::Rejected, Cause::HostileName},
        {"latin\xff\xfe.csv", JobState::Rejected, Cause::HostileName},
        {"trailing.csv.", JobState::Rejected, Cause::HostileName},
        {QByteArray(251, 'l') + ".csv", JobState::Rejected, Cause::NameTooLong},
        {"tool.exe", JobState::Rejected, Cause::TypeNotAccepted},
        {"no ending", JobState::Rejected, Cause::TypeNotAccepted},
    };
    for (const Expected &file : files) {
        fleet.drop(file.name, contentFor(file.name));
    }
    const std::string incoming = fleet.share().root() + "/incoming/";
    const std::string outside = fleet.folder().toStdString() + "/outside.csv";
    QVERIFY(writeFile(fleet.folder() + u"/outside.csv"_s, "secret"));
    QCOMPARE(::symlink(outside.c_str(), (incoming + "symlink.csv").c_str()), 0);
    QCOMPARE(::mkfifo((incoming + "pipe.csv").c_str(), 0644), 0);
    QCOMPARE(::mkdir((incoming + "folder.csv").c_str(), 0755), 0);
    QCOMPARE(::link(outside.c_str(), (incoming + "hardlink.csv").c_str()), 0);
    fleet.drop("empty.csv", {});
    for (const char *ignored : {"..foo", ".hidden.csv", "~$open.csv", "half.csv.part", "half.tmp"}) {
        fleet.drop(ignored, "not yet");
    }
    const qsizetype jobs = files.size() + 5;
    UNTIL(fleet.api().count(JobState::Done) + fleet.api().count(JobState::Rejected) == jobs, seconds(120));

    QMap<QString, JobView> byName;
    for (const JobView &job : fleet.api().jobs()) {
        byName.insert(job.name, job);
    }
    QCOMPARE(byName.size(), jobs);
    for (const Expected &file : files) {
        const JobView job = byName.value(QString::fromUtf8(file.name));
        const QByteArray who =
            file.name.toPercentEncoding(" ") + ": " + toString(job.state).data() + ' ' + toString(job.cause).data();
        QVERIFY2(job.state == file.state && job.cause == file.cause, who.constData());
        for (const PlacedToken &token : fleet.share().tokens()) {
            if (token.token.job == job.job && token.room == "done") {
                QCOMPARE(fleet.share().contentOf(token.path + "/results/copy"), contentFor(file.name));
            } else if (token.token.job == job.job) {
                QCOMPARE(fleet.share().contentOf(token.path), contentFor(file.name)); // refused, and still what it was
            }
        }
    }
    for (const char *thing : {"symlink.csv", "pipe.csv", "folder.csv", "hardlink.csv"}) {
        const JobView job = byName.value(QString::fromLatin1(thing));
        QVERIFY2(job.state == JobState::Rejected && job.cause == Cause::NotAFile, thing);
        QVERIFY2(!job.detail.isEmpty(), thing);
    }
    QVERIFY(byName.value(u"empty.csv"_s).cause == Cause::Empty);
    QCOMPARE(fleet.share().incoming(), (QList<QByteArray> {"half.csv.part", "half.tmp", "~$open.csv"})); // and the hidden ones
    QDirIterator canary(fleet.folder(), {u"canary"_s}, QDir::AllEntries | QDir::Hidden, QDirIterator::Subdirectories);
    QVERIFY2(!canary.hasNext(), "a file name was executed");
    for (const char *ignored : {"half.csv.part", "half.tmp", "~$open.csv", "..foo", ".hidden.csv"}) {
        QCOMPARE(::unlink((incoming + ignored).c_str()), 0); // they are their producers' business
        fleet.expectGone(ignored);
    }
    ALL_IS_WELL(fleet);
}

void Intake::aSlowWriterIsWaitedFor()
{
    FleetPlan plan = copyingNode();
    plan.orchestrator.set("intake", "stable_seconds", 2);
    Fleet fleet(plan);
    BEGIN(fleet);
    const std::string path = fleet.share().root() + "/incoming/slow.csv";
    const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
    QVERIFY(file >= 0);
    QByteArray whole;
    const bool early = until(
        [&] {
            const QByteArray line = "line " + QByteArray::number(whole.size()) + '\n';
            whole += line;
            return ::write(file, line.constData(), static_cast<size_t>(line.size())) != line.size()
                || !fleet.api().jobs().isEmpty();
        },
        seconds(6));
    QCOMPARE(::close(file), 0);
    QVERIFY2(!early, "a file that was still growing became a job");
    UNTIL(fleet.allDone(1), seconds(60));
    const QList<PlacedToken> done = fleet.share().tokens("done");
    QCOMPARE(fleet.share().contentOf(done.first().path + "/results/copy"), whole);
    ALL_IS_WELL(fleet);
}

void Intake::sameNameThreeTimesInARow()
{
    Fleet fleet(copyingNode());
    BEGIN(fleet);
    for (const char *content : {"first", "second", "third"}) {
        fleet.drop("Agency.csv", content);
        UNTIL(fleet.share().incoming().isEmpty(), seconds(60));
    }
    UNTIL(fleet.allDone(3), seconds(60));
    QSet<QByteArray> contents;
    for (const PlacedToken &done : fleet.share().tokensOf("Agency.csv")) {
        contents.insert(fleet.share().contentOf(done.path + "/results/copy"));
    }
    QCOMPARE(contents, (QSet<QByteArray> {"first", "second", "third"}));
    ALL_IS_WELL(fleet);
}

void Intake::replacedAgainAndAgainWhileItIsTaken()
{
    Fleet fleet(copyingNode());
    BEGIN(fleet);
    // Each version waits a little longer than the one before, so that some are replaced while they are looked at, moved or run.
    int version = 0;
    QElapsedTimer since;
    (void)until(
        [&] {
            if (version == 0 || since.elapsed() >= 150 + 20 * version) {
                fleet.drop("Agency.csv", "version " + QByteArray::number(++version));
                since.start();
            }
            return version == 25;
        },
        seconds(60));
    QCOMPARE(version, 25);
    UNTIL(fleet.share().incoming().isEmpty()
            && fleet.api()
                   .jobs({JobState::Moving, JobState::Assigned, JobState::Running, JobState::Publishing, JobState::Waiting})
                   .isEmpty(),
        seconds(90));
    QSet<QByteArray> seen;
    for (const PlacedToken &token : fleet.share().tokens()) {
        QVERIFY2(token.room == "done" || token.room == "rejected", token.path.constData());
        const QByteArray content = fleet.share().contentOf(token.room == "done" ? token.path + "/Agency.csv" : token.path);
        QVERIFY2(!seen.contains(content), "one content, two jobs");
        seen.insert(content);
        if (token.room == "done") {
            QCOMPARE(fleet.share().contentOf(token.path + "/results/copy"), content); // what was recorded is what ran
        }
    }
    QVERIFY2(seen.contains("version 25"), "the last version is lost");
    fleet.expectGone("Agency.csv"); // most versions were replaced before they were taken
    ALL_IS_WELL(fleet);
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::Intake)
#include "tst_intake.moc"
