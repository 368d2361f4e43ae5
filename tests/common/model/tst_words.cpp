// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/error.h"
#include "common/model/alert.h"
#include "common/model/auditevent.h"
#include "common/model/browserstate.h"
#include "common/model/cause.h"
#include "common/model/jobstate.h"

#include <QSet>
#include <QTest>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

/// Every value from 0 to `last` has a word of its own that reads back, and nothing else reads.
template <typename E, typename Parse> void everyValueGoesRound(E last, Parse parse)
{
    QSet<QString> words;
    for (int i = 0; i <= static_cast<int>(last); ++i) {
        const E value = static_cast<E>(i);
        const QLatin1StringView word = toString(value);
        const auto back = parse(word);
        QVERIFY2(back.has_value(), qPrintable(u"%1: \"%2\" does not read back"_s.arg(i).arg(word)));
        QVERIFY2(*back == value, qPrintable(u"%1: \"%2\" reads back as another"_s.arg(i).arg(word)));
        words.insert(word);
        for (const QChar c : QString(word)) {
            QVERIFY2(c.isLower() || c == u'-' || c == u'_' || c == u'.', word.data());
        }
        QVERIFY(!parse(QLatin1StringView(QByteArray(word.data(), word.size()).toUpper())));
    }
    QCOMPARE(words.size(), static_cast<int>(last) + 1);
    QVERIFY(!parse(""_L1));
    QVERIFY(!parse("nonsense"_L1));
}

} // namespace

/// The words that go over the wire and into the store. A value added at the end of an enum must be added here too.
class TestWords : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jobStates() { everyValueGoesRound(JobState::Withdrawn, jobStateFromString); }
    void browserStates() { everyValueGoesRound(BrowserState::Paused, browserStateFromString); }
    void causes() { everyValueGoesRound(Cause::MarkedByOperator, causeFromString); }
    void alertKinds() { everyValueGoesRound(AlertKind::LateResult, alertKindFromString); }
    void alertSeverities() { everyValueGoesRound(AlertSeverity::Critical, alertSeverityFromString); }
    void auditKinds() { everyValueGoesRound(AuditKind::Gap, auditKindFromString); }
    void errorCodesDiffer();
    void statesAreFinalOrActiveOrNeither();
};

void TestWords::errorCodesDiffer()
{
    QSet<QString> words;
    for (int i = 0; i <= static_cast<int>(ErrorCode::Cancelled); ++i) {
        words.insert(toString(static_cast<ErrorCode>(i)));
    }
    QCOMPARE(words.size(), static_cast<int>(ErrorCode::Cancelled) + 1);
}

void TestWords::statesAreFinalOrActiveOrNeither()
{
    for (int i = 0; i <= static_cast<int>(JobState::Withdrawn); ++i) {
        const JobState state = static_cast<JobState>(i);
        QVERIFY(!(isFinal(state) && isActive(state)));
    }
    QVERIFY(isFinal(JobState::Done));
    QVERIFY(!isFinal(JobState::Hold)); // a person decides
    QVERIFY(!isFinal(JobState::Failed)); // may be requeued
    QVERIFY(isActive(JobState::InDoubt));
    QVERIFY(!isActive(JobState::Waiting));
}

QTEST_GUILESS_MAIN(TestWords)
#include "tst_words.moc"
