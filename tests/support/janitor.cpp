// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/janitor.h"

#include <unistd.h>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr char script[] = "cat >/dev/null\n"
                          "for round in 1 2 3; do\n"
                          "  for f in $(grep -lsF -- \"$1\" /proc/[0-9]*/cmdline /proc/[0-9]*/environ); do\n"
                          "    p=${f#/proc/}; p=${p%/*}\n"
                          "    [ $p = $$ ] || kill -9 $p 2>/dev/null\n"
                          "  done\n"
                          "done\n"
                          "[ -n \"$2\" ] || rm -rf -- \"$1\"\n";

} // namespace

Janitor::Janitor(const QString &folder)
{
    m_process.setProgram(u"/bin/sh"_s);
    m_process.setArguments({u"-c"_s, QString::fromLatin1(script), u"janitor"_s, folder, qEnvironmentVariable("DTF_TEST_KEEP")});
    m_process.setChildProcessModifier([] { ::setsid(); });
    m_process.start();
}

void Janitor::tidy()
{
    m_process.closeWriteChannel();
    if (m_process.state() != QProcess::NotRunning && !m_process.waitForFinished(60'000)) {
        qWarning("the janitor did not end");
    }
}

} // namespace dtf
