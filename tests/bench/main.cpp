// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/orchestratorbench.h"

#include <QCoreApplication>
#include <QLoggingCategory>

#include <cstdio>

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QLoggingCategory::setFilterRules(QStringLiteral("*.info=false\n*.debug=false"));
    const QStringList words = QCoreApplication::arguments().mid(1);
    const int number = words.value(1).toInt();
    if (words.value(0) == QLatin1StringView("backlog") && number > 0) {
        dtf::bench::measureBacklog(number);
    } else if (words.value(0) == QLatin1StringView("latency") && number > 0) {
        dtf::bench::measureLatency(number);
    } else if (words.value(0) == QLatin1StringView("heartbeats") && number > 0) {
        dtf::bench::measureHeartbeats(number);
    } else if (words.value(0) == QLatin1StringView("idle") && number > 0) {
        dtf::bench::measureIdle(number);
    } else if (words.value(0) == QLatin1StringView("waiting") && number > 0) {
        dtf::bench::measureWaiting(number);
    } else {
        std::fputs(
            "usage: bench_orchestrator backlog FILES | latency FILES | heartbeats NODES | idle FILES | waiting FILES\n", stderr);
        return 2;
    }
    return 0;
}
