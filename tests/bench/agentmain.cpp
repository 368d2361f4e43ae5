// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/agentbench.h"

#include <QCoreApplication>
#include <QLoggingCategory>

#include <cstdio>

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QLoggingCategory::setFilterRules(QStringLiteral("*.info=false\n*.debug=false\nagent.browser.warning=false"));
    const QStringList words = QCoreApplication::arguments().mid(1);
    const int number = words.value(1).toInt();
    if (words.value(0) == QLatin1StringView("jobs") && number > 0) {
        dtf::bench::measureJobs(number);
    } else if (words.value(0) == QLatin1StringView("browser") && number > 0) {
        dtf::bench::measureBrowserKills(number);
    } else {
        std::fputs("usage: bench_agent jobs FILES | browser KILLS\n", stderr);
        return 2;
    }
    return 0;
}
