// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/text/displaywidth.h"
#include "console/text/texts.h"
#include "console/text/timetext.h"
#include "orchestrator/fleet/job.h"
#include "orchestrator/policy/dispatch.h"

#include <QDateTime>
#include <QSet>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace dtf;

namespace {

/// Texts of 0…last: all there, all different. `sentence`: each begins with a capital and ends with a full stop.
template <typename E> QString complaint(E last, bool sentence, QString (*text)(E), E first = E(0))
{
    QSet<QString> seen;
    for (int i = static_cast<int>(first); i <= static_cast<int>(last); ++i) {
        const QString t = text(static_cast<E>(i));
        const QString name = toString(static_cast<E>(i));
        if (t.isEmpty() || t != t.trimmed()) {
            return name + u": no text"_s;
        }
        if (sentence && (!t.endsWith(u'.') && !t.endsWith(u'?'))) {
            return name + u": no sentence"_s;
        }
        if (sentence ? !t.front().isUpper() : t.endsWith(u'.')) {
            return name + u": wrong case or full stop"_s;
        }
        if (seen.contains(t)) {
            return name + u": the same text as another"_s;
        }
        seen.insert(t);
    }
    return {};
}

} // namespace

class TestText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void every_word_of_the_wire_has_a_text()
    {
        // The last of each enum: the word after it must be none of its words (its toString falls back to the first).
        QCOMPARE(complaint<JobState>(JobState::Withdrawn, false, textOf), QString());
        QCOMPARE(complaint<JobState>(JobState::Withdrawn, true, sentenceOf), QString());
        QCOMPARE(complaint<BrowserState>(BrowserState::Paused, false, textOf), QString());
        QCOMPARE(complaint<AuditKind>(AuditKind::Gap, false, textOf), QString());
        QCOMPARE(complaint<AlertSeverity>(AlertSeverity::Critical, false, textOf), QString());
        QCOMPARE(complaint<Cause>(Cause::MarkedByOperator, true, textOf, Cause::TypeNotAccepted), QString());
        QCOMPARE(complaint<AlertKind>(AlertKind::LateResult, true, textOf), QString());
        QCOMPARE(complaint<AlertKind>(AlertKind::LateResult, true, adviceFor), QString());
        QCOMPARE(complaint<ErrorCode>(ErrorCode::Cancelled, true, textOf), QString());
        for (int i = 1; i <= int(Cause::MarkedByOperator); ++i) { // some causes want the same of a person
            QVERIFY(adviceFor(Cause(i)).endsWith(u'.') || adviceFor(Cause(i)).endsWith(u'?'));
        }
        QCOMPARE(adviceFor(Cause::None), QString());
        QCOMPARE(textOf(Cause::None), QString());
    }

    void the_lists_above_reach_the_last_value()
    {
        const auto unknown = [](auto last) {
            using E = decltype(last);
            return toString(static_cast<E>(static_cast<int>(last) + 1)) == toString(static_cast<E>(0));
        };
        QVERIFY(unknown(JobState::Withdrawn));
        QVERIFY(unknown(BrowserState::Paused));
        QVERIFY(unknown(AuditKind::Gap));
        QVERIFY(unknown(AlertSeverity::Critical));
        QVERIFY(unknown(Cause::MarkedByOperator));
        QVERIFY(unknown(AlertKind::LateResult));
        QVERIFY(unknown(ErrorCode::Cancelled));
        QVERIFY(unknown(Gate::Capacity));
        QVERIFY(unknown(Liveness::Lost));
    }

    void every_gate_says_why()
    {
        QSet<QString> seen;
        for (int i = 0; i <= static_cast<int>(Gate::Capacity); ++i) {
            const QString text = gateText(QString(toString(static_cast<Gate>(i))));
            QVERIFY2(text.endsWith(u'.'), toString(static_cast<Gate>(i)).data());
            QVERIFY(!seen.contains(text));
            seen.insert(text);
            const QString code(toString(static_cast<Gate>(i)));
            const QString name = gateName(code);
            QVERIFY2(name != code && name.front().isUpper() && !name.endsWith(u'.'), qPrintable(code));
            QVERIFY2(!seen.contains(name), qPrintable(name));
            seen.insert(name);
        }
        QCOMPARE(gateText(u"of-a-newer-orchestrator"_s), QString());
        QCOMPARE(gateName(u"of-a-newer-orchestrator"_s), u"of-a-newer-orchestrator"_s);
    }

    void every_node_state_is_a_word()
    {
        for (int i = 0; i <= static_cast<int>(BrowserState::Paused); ++i) {
            const QString code(toString(static_cast<BrowserState>(i)));
            QVERIFY2(!nodeStateText(code).contains(u'_'), qPrintable(code));
        }
        for (const auto liveness : {Liveness::Unseen, Liveness::Suspect, Liveness::Lost}) {
            QVERIFY(nodeStateText(QString(toString(liveness))) != u"alive"_s);
        }
        for (const auto gate : {Gate::Version, Gate::NodeShare, Gate::Disk}) { // as FleetState shows them
            QVERIFY(nodeStateText(QString(toString(gate))) != QString(toString(gate)));
        }
        QCOMPARE(nodeStateText(u"login_required"_s), u"login needed"_s);
        QCOMPARE(nodeStateText(u"new-thing"_s), u"new-thing"_s);
    }

    void a_verdict_depends_on_the_state_data()
    {
        QTest::addColumn<QString>("verdict");
        QTest::addColumn<int>("state");
        QTest::addColumn<QString>("text");
        const auto row = [](const char *verdict, JobState state, const QString &text) {
            QTest::addRow("%s, %s", verdict, toString(state).data()) << QString::fromLatin1(verdict) << int(state) << text;
        };
        row("hold", JobState::Hold, sentenceOf(JobState::Hold));
        row("hold", JobState::Waiting, u"It is being put on hold."_s);
        row("share", JobState::Waiting, gateText(u"share"_s));
        row("waiting-for-node", JobState::Waiting, u"No node can take it now."_s);
        row("running", JobState::Running, sentenceOf(JobState::Running));
        row("news", JobState::Waiting, sentenceOf(JobState::Waiting));
    }
    void a_verdict_depends_on_the_state()
    {
        QFETCH(QString, verdict);
        QFETCH(int, state);
        QTEST(verdictText(verdict, static_cast<JobState>(state)), "text");
    }

    void every_verdict_on_a_waiting_file_is_a_sentence_of_its_own()
    {
        QStringList verdicts {
            u"needs-decision"_s, u"retry-wait"_s, u"waiting-for-node"_s, u"dispatchable"_s, QString(toString(Gate::Affinity))};
        for (int i = 0; i <= static_cast<int>(Gate::Serial); ++i) { // of the fleet or the file
            verdicts.append(QString(toString(static_cast<Gate>(i))));
        }
        for (int i = 1; i <= static_cast<int>(ActionKind::RollForward); ++i) {
            verdicts.append(QString(toString(static_cast<ActionKind>(i))));
        }
        QVERIFY(toString(static_cast<ActionKind>(static_cast<int>(ActionKind::RollForward) + 1)) == toString(ActionKind::None));
        QSet<QString> seen {sentenceOf(JobState::Waiting)}; // what an unknown verdict gets
        for (const QString &verdict : std::as_const(verdicts)) {
            const QString text = verdictText(verdict, JobState::Waiting);
            QVERIFY2(text.endsWith(u'.') && !seen.contains(text), qPrintable(verdict + u": "_s + text));
            seen.insert(text);
        }
    }

    void ages_data()
    {
        QTest::addColumn<qint64>("ms");
        QTest::addColumn<QString>("text");
        const auto row = [](qint64 ms, const QString &text) { QTest::addRow("%lld", ms) << ms << text; };
        row(-1, u"now"_s);
        row(0, u"0s"_s);
        row(59'999, u"59s"_s);
        row(60'000, u"1m00"_s);
        row(252'000, u"4m12"_s);
        row(3'599'999, u"59m59"_s);
        row(3'600'000, u"1h00"_s);
        row(86'399'000, u"23h59"_s);
        row(86'400'000, u"1d00h"_s);
        row(86'400'000ll * 1000, u"?"_s);
    }
    void ages()
    {
        QFETCH(qint64, ms);
        QTEST(ageText(milliseconds(ms)), "text");
    }

    void a_time_says_its_day_only_when_it_is_another()
    {
        const QTimeZone zone("Europe/London"); // British Summer Time in July
        const auto at = [](int day, int hour) {
            return WallTime {QDateTime(QDate(2026, 7, day), QTime(hour, 5, 9), QTimeZone::utc()).toMSecsSinceEpoch()};
        };
        QCOMPARE(timeText(at(3, 14), at(3, 15), zone), u"15:05:09"_s);
        QCOMPARE(timeText(at(3, 23), at(4, 12), zone), u"00:05:09"_s); // tomorrow, here
        QCOMPARE(timeText(at(3, 22), at(4, 12), zone), u"2026-07-03 23:05:09"_s);
        QCOMPARE(timeText({}, at(3, 1), zone), u"-"_s);
    }

    void widths_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("width");
        QTest::newRow("plain") << u"abc"_s << 3;
        QTest::newRow("umlaut") << u"\u00c4"_s << 1;
        QTest::newRow("combining") << u"A\u0308"_s << 1;
        QTest::newRow("cjk") << u"木村"_s << 4;
        QTest::newRow("full width") << u"ＡＢ"_s << 4;
        QTest::newRow("emoji") << u"\U0001F600"_s << 2;
        QTest::newRow("empty") << QString() << 0;
    }
    void widths()
    {
        QFETCH(QString, text);
        QTEST(displayWidth(text), "width");
    }

    void long_texts_are_cut()
    {
        QCOMPARE(elidedMiddle(u"short.csv"_s, 9), u"short.csv"_s);
        QCOMPARE(elidedMiddle(u"AgencyA_week_46.csv"_s, 9), u"Agen\u2026.csv"_s);
        QCOMPARE(elidedRight(u"AgencyA_week_46.csv"_s, 7), u"Agency\u2026"_s);
        for (int columns = 1; columns < 12; ++columns) { // a wide character is never cut in two
            QVERIFY(displayWidth(elidedMiddle(u"木村木村木村木村"_s, columns)) <= columns);
            QVERIFY(displayWidth(elidedRight(u"木村木村木村木村"_s, columns)) <= columns);
        }
    }
};

QTEST_GUILESS_MAIN(TestText)
#include "tst_text.moc"
