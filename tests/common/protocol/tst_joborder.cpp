// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/protocol/joborder.h"

#include <QTest>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

JobView job(int number, const QString &name, const QString &affinity = {})
{
    std::array<std::uint8_t, 16> bytes {};
    bytes[15] = static_cast<std::uint8_t>(number);
    JobView view;
    view.job = JobId::fromBytes(bytes);
    view.name = name;
    view.affinity = affinity;
    return view;
}

QStringList namesInOrder(QList<JobView> jobs, JobSort sort)
{
    std::sort(jobs.begin(), jobs.end(), [sort](const JobView &a, const JobView &b) { return compareJobs(a, b, sort) < 0; });
    QStringList names;
    for (const JobView &view : std::as_const(jobs)) {
        names.append(view.name);
    }
    return names;
}

} // namespace

class TestJobOrder final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void every_sort_has_a_word()
    {
        for (int i = 0; i <= static_cast<int>(JobSort::Cause); ++i) {
            const auto sort = static_cast<JobSort>(i);
            const auto again = jobSortFromString(toString(sort));
            QVERIFY(again && *again == sort);
        }
        QVERIFY(!jobSortFromString("id"_L1));
        QVERIFY(!jobSortFromString("Name"_L1));
    }

    void names_go_by_letters_whatever_their_case()
    {
        const QList<JobView> jobs = {job(1, u"b.csv"_s), job(2, u"A.csv"_s), job(3, u"a.csv"_s), job(4, u"ä.csv"_s),
            job(5, u"Ä.csv"_s), job(6, u"C.csv"_s), job(7, u"a"_s), job(8, u"\U00010400.csv"_s)};
        QCOMPARE(namesInOrder(jobs, JobSort::Name),
            QStringList({u"a"_s, u"A.csv"_s, u"a.csv"_s, u"b.csv"_s, u"C.csv"_s, u"ä.csv"_s, u"Ä.csv"_s, u"\U00010400.csv"_s}));
    }

    void equal_names_go_by_agency_and_then_by_id()
    {
        const QList<JobView> jobs = {job(3, u"X.csv"_s, u"b"_s), job(2, u"x.csv"_s, u"B"_s), job(1, u"x.csv"_s, u"c"_s)};
        QCOMPARE(namesInOrder(jobs, JobSort::Name), QStringList({u"x.csv"_s, u"X.csv"_s, u"x.csv"_s}));
        QCOMPARE(namesInOrder({job(2, u"two"_s), job(1, u"one"_s)}, JobSort::Agency), QStringList({u"one"_s, u"two"_s}));
    }

    void every_key_counts_in_its_own_sort_only()
    {
        JobView low = job(2, u"a"_s);
        JobView high = job(1, u"a"_s);
        high.changed = high.accepted = {1};
        high.affinity = u"a"_s;
        high.state = JobState::Moving;
        high.node = *NodeName::parse("DTF-01");
        high.attempts = high.priority = 1;
        high.size = 1;
        high.cause = static_cast<Cause>(1);
        for (int i = 0; i <= static_cast<int>(JobSort::Cause); ++i) {
            const auto sort = static_cast<JobSort>(i);
            QVERIFY2(compareJobs(low, high, sort) < 0, toString(sort).data());
            QVERIFY2(compareJobs(high, low, sort) > 0, toString(sort).data());
            QVERIFY2(compareJobs(job(1, u"a"_s), job(2, u"a"_s), sort) < 0, toString(sort).data());
            QVERIFY2(compareJobs(low, low, sort) == 0, toString(sort).data());
        }
    }
};

} // namespace dtf

QTEST_APPLESS_MAIN(dtf::TestJobOrder)
#include "tst_joborder.moc"
