// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/config/tokens.h"
#include "common/core/escape.h"
#include "common/core/quitsignals.h"
#include "console/ctl/ctlrun.h"

#include <QCoreApplication>
#include <QTimer>

#ifdef Q_OS_WIN
#include <windows.h>
#else
#include <csignal>
#endif

using namespace Qt::StringLiterals;

namespace {

void prepareTerminal()
{
#ifdef Q_OS_WIN
    SetConsoleOutputCP(CP_UTF8);
#else
    std::signal(SIGPIPE, SIG_IGN); // a closed pipe ends us in order, see Output::good
#endif
}

int exitWith(dtf::ExitCode code)
{
    return static_cast<int>(code);
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    QCoreApplication::setApplicationName(u"dtf-ctl"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(DTF_VERSION));
    prepareTerminal();

    const auto arguments = dtf::parseArguments(QCoreApplication::arguments().mid(1),
        {qEnvironmentVariable("DTF_SERVER"), qEnvironmentVariable("DTF_TOKEN_FILE"), qEnvironmentVariable("DTF_FINGERPRINT")});
    dtf::Output output(false);
    if (!arguments) {
        output.trouble(dtf::escapedForLog(arguments.error().detail));
        return exitWith(dtf::ExitCode::Usage);
    }
    if (arguments->verb == dtf::Verb::Help) {
        output.text(dtf::helpText());
        return exitWith(dtf::ExitCode::Ok);
    }
    if (arguments->verb == dtf::Verb::Version) {
        output.text(u"dtf-ctl %1\n"_s.arg(QCoreApplication::applicationVersion()));
        return exitWith(dtf::ExitCode::Ok);
    }
    QByteArray token;
    if (!arguments->tokenFile.isEmpty()) {
        const auto read = dtf::readTokenFile(arguments->tokenFile);
        if (!read) {
            output.trouble(u"The token can't be taken: "_s + dtf::escapedForLog(read.error().detail));
            return exitWith(dtf::ExitCode::Usage);
        }
        token = *read;
    }
    const bool endless = arguments->follow; // interrupting it is how it ends; else nobody knows what came of it
    dtf::CtlRun run(*arguments, token, [](dtf::ExitCode code) { QCoreApplication::exit(exitWith(code)); });
    const dtf::QuitSignals quit([endless, &run] {
        if (!run.interrupt()) {
            QCoreApplication::exit(exitWith(endless ? dtf::ExitCode::Ok : dtf::ExitCode::Unreachable));
        }
    });
    QTimer::singleShot(0, &run, [&run] { run.start(); });
    return QCoreApplication::exec();
}
