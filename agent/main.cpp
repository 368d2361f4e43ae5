// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/agentapp.h"
#include "agent/agentcheck.h"
#include "agent/join/enroller.h"
#include "agent/join/membership.h"
#include "agent/setup/agentsetup.h"
#include "agent/work/processtree.h"
#include "common/config/configplace.h"
#include "common/core/logging.h"
#include "common/core/quitsignals.h"
#include "common/core/servicenotify.h"
#include "common/setup/unitview.h"

#include <QCommandLineParser>
#include <QCoreApplication>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <memory>
#include <vector>

#ifndef _WIN32
#include <unistd.h>
#endif

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

enum ExitCode { Good = 0, Failed = 1, BadUsage = 2 };

int complain(const QString &text, int code)
{
    std::fprintf(stderr, "dtf-agent: %s\n", qUtf8Printable(text));
    return code;
}

/// First who it is, which may take until an operator has made a join code; then the agent itself.
int serve(const AgentConfig &config)
{
    installLogHandler(wantedName(config).toString(), config.logJson);
    becomeSubreaper(); // before any process is started
    std::unique_ptr<AgentApp> app;
    std::unique_ptr<Enroller> enroller;
    ServiceNotify manager; // the same
    const QuitSignals quit([&] {
        manager.stopping(u"ends after the running file; the browser runs on"_s);
        app ? app->stop(Good) : QCoreApplication::exit(Good);
    });
    const auto begin = [&app](const AgentConfig &own) {
        installLogHandler(own.node.toString(), own.logJson);
        app = std::make_unique<AgentApp>(own);
        return app->start();
    };
    Result<void> started;
    if (!joinsByCode(config)) {
        started = begin(config);
    } else if (const auto known = settleMembership(config, readHardware()); !known) {
        started = tl::unexpected(known.error());
    } else if (known->isJoined()) {
        started = begin(asMember(config, *known));
    } else {
        enroller = std::make_unique<Enroller>(config, *known, [&begin, &config](const Enrolment &joined) {
            if (const Result<void> late = begin(asMember(config, joined)); !late) {
                QCoreApplication::exit(complain(late.error().detail, Failed));
            }
        });
        enroller->start();
    }
    if (!started) {
        return complain(started.error().detail, Failed);
    }
    manager.ready([&] { return app ? app->statusLine() : u"not joined yet: "_s + enroller->standing(); });
    return QCoreApplication::exec();
}

int checkAll(const AgentConfig &config, const QString &file, const QString &user, bool json)
{
    std::optional<Account> account;
    const Result<Account> found = findAccount(user.isEmpty() ? u"dtf-agent"_s : user);
    if (!found && !user.isEmpty()) {
        return complain(found.error().detail, BadUsage);
    }
    if (found && (canActForOthers() || !user.isEmpty())) { // root's own rights would tell nothing
        account = *found;
    }
    QList<CheckRow> rows = checkAgent(config, {account, false});
    if (const auto row = checkService("agent"_L1, file, changedFolders(config))) {
        rows.append(*row);
    }
    return printChecks(rows, json) ? Good : Failed;
}

} // namespace

int main(int argc, char **argv)
{
    int code = Good;
    {
        QCoreApplication application(argc, argv);
        QCoreApplication::setApplicationName(u"dtf-agent"_s);
        QCoreApplication::setApplicationVersion(QStringLiteral(DTF_VERSION));
        if (QCoreApplication::arguments().value(1) == "setup"_L1) {
            return setUpAgent(QCoreApplication::arguments().mid(2));
        }
        QCommandLineParser parser;
        parser.setApplicationDescription(
            u"Supervises this VM's one browser and runs the customer's script for each file it is given.\n"
            "Begin with: dtf-agent setup --help\n"
            "Exit codes: 0 good, 1 failed, 2 wrong usage or configuration, 75 start me again."_s);
        parser.addHelpOption();
        parser.addVersionOption();
        const QCommandLineOption configOption(
            u"config"_s, u"Configuration file (TOML); without it %1."_s.arg(defaultConfigFile("agent"_L1)), u"FILE"_s);
        const QCommandLineOption check(
            u"check"_s, u"Try every precondition, print a table, end. Exit code 1: something fails."_s);
        const QCommandLineOption json(u"json"_s, u"With --check: the table as JSON."_s);
        const QCommandLineOption user(u"user"_s,
            u"With --check, as root: with the rights of that account; without it the service's, where there is one."_s,
            u"ACCOUNT"_s);
        const QCommandLineOption print(
            u"print-config"_s, u"Print the configuration in force and end; without --config the commented reference."_s);
        const QCommandLineOption adopt(u"adopt-share"_s,
            u"Once, after a deliberate move to another share: take the one that is mounted now for the right one."_s);
        parser.addOptions({configOption, check, json, user, print, adopt});
        parser.process(application);
        if (parser.isSet(print) && !parser.isSet(configOption)) {
            std::fputs(agentConfigReference().constData(), stdout);
            return Good;
        }
        const Result<QString> file = configFileOf("agent"_L1, parser.value(configOption));
        if (!file) {
            return complain(file.error().detail, BadUsage);
        }
        Result<AgentConfig> config = loadAgentConfig(*file);
        if (!config) {
            return complain(config.error().detail, BadUsage);
        }
        if (parser.isSet(print)) {
            std::fputs(printConfig(*config).constData(), stdout);
            return Good;
        }
        if (parser.isSet(check)) {
            return checkAll(*config, *file, parser.value(user), parser.isSet(json));
        }
        config->adoptShare = parser.isSet(adopt);
        code = serve(*config);
    }
#ifndef _WIN32
    if (code == AgentApp::exitRestart) { // a fresh life in the same process: no service manager needed
        std::vector<char *> again;
        std::copy_if(argv, argv + argc, std::back_inserter(again), [](const char *word) {
            return qstrcmp(word, "--adopt-share") != 0; // meant once, not for each life
        });
        again.push_back(nullptr);
        execv("/proc/self/exe", again.data());
    }
#endif
    return code;
}
