// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/historytext.h"

#include "common/core/escape.h"
#include "console/text/csv.h"
#include "console/text/timetext.h"

#include <QCoreApplication>
#include <QDateTime>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

struct HistoryText
{
    Q_DECLARE_TR_FUNCTIONS(dtf::HistoryText)
};

struct LaneWord
{
    const char *state;
    const char *text;
    Tone tone;
};

constexpr LaneWord laneWords[] = {
    {"ready", QT_TRANSLATE_NOOP("dtf::HistoryText", "ready"), Tone::Good},
    {"busy", QT_TRANSLATE_NOOP("dtf::HistoryText", "running a file"), Tone::Busy},
    {"failed", QT_TRANSLATE_NOOP("dtf::HistoryText", "run failed or held"), Tone::Trouble},
    {"browser", QT_TRANSLATE_NOOP("dtf::HistoryText", "browser not ready"), Tone::Attention},
    {"suspect", QT_TRANSLATE_NOOP("dtf::HistoryText", "late"), Tone::Attention},
    {"lost", QT_TRANSLATE_NOOP("dtf::HistoryText", "lost"), Tone::Trouble},
    {"refused", QT_TRANSLATE_NOOP("dtf::HistoryText", "refused"), Tone::Trouble},
    {"paused", QT_TRANSLATE_NOOP("dtf::HistoryText", "paused"), Tone::Muted},
    {"draining", QT_TRANSLATE_NOOP("dtf::HistoryText", "draining"), Tone::Muted},
    {"unknown", QT_TRANSLATE_NOOP("dtf::HistoryText", "not known"), Tone::Plain},
};

const LaneWord *find(const QString &state)
{
    const auto *at = std::find_if(
        std::begin(laneWords), std::end(laneWords), [&](const LaneWord &word) { return state == QLatin1StringView(word.state); });
    return at == std::end(laneWords) ? nullptr : at;
}

QString utc(WallTime time)
{
    return QDateTime::fromMSecsSinceEpoch(time.msecsSinceEpoch).toUTC().toString(Qt::ISODate);
}

QString clock(WallTime time, const QTimeZone &zone)
{
    return QDateTime::fromMSecsSinceEpoch(time.msecsSinceEpoch, zone).toString(u"HH:mm"_s);
}

QString secondsText(qint64 ms)
{
    return ms < 0 ? QString() : QString::number(double(ms) / 1000.0, 'f', 1);
}

} // namespace

std::optional<double> successPercent(const HistoryHour &hour)
{
    const qint64 ended = hour.done + hour.failed + hour.held + hour.rejected;
    if (ended == 0) {
        return std::nullopt;
    }
    return 100.0 * double(hour.done) / double(ended);
}

QStringList laneStates()
{
    QStringList states;
    for (const LaneWord &word : laneWords) {
        states.append(QString::fromLatin1(word.state));
    }
    return states;
}

QString laneText(const QString &state)
{
    const LaneWord *word = find(state);
    return word ? HistoryText::tr(word->text) : escapedForLog(state, 40);
}

Tone laneTone(const QString &state)
{
    const LaneWord *word = find(state);
    return word ? word->tone : Tone::Attention;
}

QString hourTip(const HistoryHour &hour, const QTimeZone &zone)
{
    QString tip = HistoryText::tr("%1–%2: %3 done, %4 failed, %5 on hold, %6 rejected")
                      .arg(clock(hour.start, zone), clock({hour.start.msecsSinceEpoch + 3'600'000}, zone))
                      .arg(hour.done)
                      .arg(hour.failed)
                      .arg(hour.held)
                      .arg(hour.rejected);
    if (const auto percent = successPercent(hour)) {
        tip += HistoryText::tr("; %1 % done").arg(QString::number(*percent, 'f', 1));
    }
    if (hour.longestWaitMs >= 0) {
        tip += HistoryText::tr("; longest wait %1, half waited less than %2")
                   .arg(ageText(milliseconds(hour.longestWaitMs)), ageText(milliseconds(hour.medianWaitMs)));
    }
    return tip;
}

QString partTip(const NodeName &node, const LanePart &part, WallTime now, const QTimeZone &zone)
{
    return HistoryText::tr("%1: %2, %3–%4 (%5)")
        .arg(node.toString(), laneText(part.state), timeText(part.from, now, zone), timeText(part.to, now, zone),
            ageText(milliseconds(part.to.msecsSinceEpoch - part.from.msecsSinceEpoch)));
}

bool isBlank(const HistoryView &history)
{
    const bool quiet = std::all_of(history.hours.begin(), history.hours.end(),
        [](const HistoryHour &hour) { return !successPercent(hour) && hour.longestWaitMs < 0; });
    return quiet && std::all_of(history.lanes.begin(), history.lanes.end(), [](const HistoryLane &lane) {
        return std::all_of(lane.parts.begin(), lane.parts.end(), [](const LanePart &part) { return part.state == u"unknown"; });
    });
}

QByteArray historyCsv(const HistoryView &history)
{
    QByteArray out = csvLine({u"hour (UTC)"_s, u"done"_s, u"failed"_s, u"on hold"_s, u"rejected"_s, u"done %"_s,
        u"longest wait s"_s, u"median wait s"_s});
    for (const HistoryHour &hour : history.hours) {
        const auto percent = successPercent(hour);
        out += csvLine({utc(hour.start), QString::number(hour.done), QString::number(hour.failed), QString::number(hour.held),
            QString::number(hour.rejected), percent ? QString::number(*percent, 'f', 1) : QString(),
            secondsText(hour.longestWaitMs), secondsText(hour.medianWaitMs)});
    }
    out += "\r\n" + csvLine({u"node"_s, u"state"_s, u"from (UTC)"_s, u"to (UTC)"_s});
    for (const HistoryLane &lane : history.lanes) {
        for (const LanePart &part : lane.parts) {
            out += csvLine({lane.node.toString(), laneText(part.state), utc(part.from), utc(part.to)});
        }
    }
    return out;
}

} // namespace dtf
