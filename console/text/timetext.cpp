// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/text/timetext.h"

#include <QDateTime>

using namespace Qt::StringLiterals;

namespace dtf {

QString ageText(milliseconds age)
{
    const qint64 s = age.count() / 1000;
    const auto two = [](qint64 n) { return u"%1"_s.arg(n, 2, 10, QLatin1Char('0')); };
    if (age.count() < 0) {
        return u"now"_s;
    }
    if (s < 60) {
        return u"%1s"_s.arg(s);
    }
    if (s < 3600) {
        return u"%1m%2"_s.arg(s / 60).arg(two(s % 60));
    }
    if (s < 86'400) {
        return u"%1h%2"_s.arg(s / 3600).arg(two(s / 60 % 60));
    }
    if (s < 1000 * 86'400) {
        return u"%1d%2h"_s.arg(s / 86'400).arg(two(s / 3600 % 24));
    }
    return u"?"_s;
}

QString timeText(WallTime time, WallTime now, const QTimeZone &zone)
{
    if (time.msecsSinceEpoch == 0) {
        return u"-"_s;
    }
    const QDateTime local = QDateTime::fromMSecsSinceEpoch(time.msecsSinceEpoch, zone);
    const bool today = local.date() == QDateTime::fromMSecsSinceEpoch(now.msecsSinceEpoch, zone).date();
    return local.toString(today ? u"HH:mm:ss"_s : u"yyyy-MM-dd HH:mm:ss"_s);
}

} // namespace dtf
