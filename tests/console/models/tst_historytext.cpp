// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/historytext.h"

#include <QSet>
#include <QTest>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 noon = 1'700'049'600'000; // 2023-11-15 12:00 UTC

} // namespace

class TestHistoryText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void success_is_the_share_of_what_ended()
    {
        HistoryHour hour;
        QVERIFY(!successPercent(hour)); // nothing ended: neither good nor bad
        hour.done = 3;
        QCOMPARE(successPercent(hour).value_or(0), 100.0);
        hour.failed = hour.held = hour.rejected = 1;
        QCOMPARE(successPercent(hour).value_or(0), 50.0);
    }

    void every_state_has_its_own_word()
    {
        QSet<QString> words;
        for (const QString &state : laneStates()) {
            words.insert(laneText(state));
        }
        QCOMPARE(words.size(), laneStates().size());
        QCOMPARE(laneText(u"warp\u202e"_s), u"warp\\u{202e}"_s);
        QCOMPARE(int(laneTone(u"warp"_s)), int(Tone::Attention));
    }

    void tips_say_it_in_words()
    {
        HistoryHour hour {{noon}, 41, 2, 1, 0, 184'000, 62'000};
        QCOMPARE(hourTip(hour, QTimeZone::utc()),
            u"12:00–13:00: 41 done, 2 failed, 1 on hold, 0 rejected; 93.2 % done; longest wait 3m04, half waited less than 1m02"_s);
        QCOMPARE(hourTip({{noon}}, QTimeZone::utc()), u"12:00–13:00: 0 done, 0 failed, 0 on hold, 0 rejected"_s);
        QCOMPARE(partTip(*NodeName::parse("DTF-01"), {u"busy"_s, {noon}, {noon + 203'000}}, {noon}, QTimeZone::utc()),
            u"DTF-01: running a file, 12:00:00–12:03:23 (3m23)"_s);
    }

    void blank_is_told_from_quiet()
    {
        HistoryView view;
        QVERIFY(isBlank(view));
        view.hours = {HistoryHour {}};
        view.lanes = {{*NodeName::parse("DTF-01"), {{u"unknown"_s, {1}, {2}}}}};
        QVERIFY(isBlank(view));
        view.lanes[0].parts[0].state = u"ready"_s;
        QVERIFY(!isBlank(view)); // it was there, and waited
        view.lanes.clear();
        view.hours[0].done = 1;
        QVERIFY(!isBlank(view));
    }

    void the_table_has_both_parts()
    {
        HistoryView view;
        view.hours = {{{noon}, 1, 0, 0, 0, 1'500, 1'500}, {{noon + 3'600'000}}};
        view.lanes = {{*NodeName::parse("DTF-01"), {{u"=cmd"_s, {noon}, {noon + 60'000}}}}};
        const QByteArrayList lines = historyCsv(view).split('\n');
        QCOMPARE(lines.size(), 7);
        QCOMPARE(lines[1].trimmed(), QByteArray("2023-11-15T12:00:00Z,1,0,0,0,100.0,1.5,1.5"));
        QCOMPARE(lines[2].trimmed(), QByteArray("2023-11-15T13:00:00Z,0,0,0,0,,,"));
        QCOMPARE(lines[5].trimmed(), QByteArray("DTF-01,'=cmd,2023-11-15T12:00:00Z,2023-11-15T12:01:00Z"));
    }
};

QTEST_GUILESS_MAIN(TestHistoryText)
#include "tst_historytext.moc"
