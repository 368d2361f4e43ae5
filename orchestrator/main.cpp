// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/config/configplace.h"
#include "common/core/logging.h"
#include "common/core/quitsignals.h"
#include "common/core/servicenotify.h"
#include "common/setup/account.h"
#include "common/setup/unitview.h"
#include "common/share/localsharefs.h"
#include "orchestrator/orchestratorapp.h"
#include "orchestrator/orchestratorcheck.h"
#include "orchestrator/setup/orchestratorsetup.h"
#include "orchestrator/store/auditverify.h"

#include <QCommandLineParser>
#include <QCoreApplication>

#include <cstdio>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

enum ExitCode { Good = 0, Failed = 1, BadUsage = 2 }; // 3: another orchestrator has the share

int complain(const QString &text, int code)
{
    std::fprintf(stderr, "dtf-orchestrator: %s\n", qUtf8Printable(text));
    return code;
}

int verify(const OrchestratorConfig &config)
{
    const Result<AuditVerdict> verdict = verifyAudit(config.storePath);
    if (!verdict) {
        return complain(verdict.error().detail, Failed);
    }
    if (!verdict->ok) {
        return complain(u"the audit is broken at row %1: %2"_s.arg(verdict->firstBad).arg(verdict->why), Failed);
    }
    std::printf("audit verified: %lld rows, chain unbroken\n", static_cast<long long>(verdict->rows));
    return Good;
}

int initialiseShare(const OrchestratorConfig &config)
{
    QList<NodeName> nodes;
    for (const NodeConfig &node : config.nodes) {
        nodes.append(node.name);
    }
    shareWithGroup();
    LocalShareFs share(config.shareRoot, {});
    const Result<ShareIdentity> identity = share.initialise(nodes);
    if (!identity) {
        return complain(identity.error().detail, Failed);
    }
    std::printf("share ready: %s id %s\n", qUtf8Printable(config.shareRoot), identity->uuid.constData());
    return Good;
}

int serve(const OrchestratorConfig &config)
{
    installLogHandler(u"orchestrator"_s, config.logJson);
    Result<AccessList> access = loadAccessList(config.tokensFile);
    if (!access) {
        return complain(access.error().detail, Failed);
    }
    ServiceNotify manager; // before any thread is started
    OrchestratorApp app(config, std::move(*access));
    QuitSignals quit([&] {
        manager.stopping(u"ends"_s);
        app.stop(Good);
    });
    const Result<quint16> port = app.start();
    if (!port) {
        return complain(port.error().detail, Failed);
    }
    std::printf("listening on port %d\n", int {*port});
    std::fflush(stdout);
    manager.ready([&app] { return app.statusLine(); });
    return QCoreApplication::exec();
}

int checkAll(const OrchestratorConfig &config, const QString &file, const QString &user, bool json)
{
    std::optional<Account> account;
    const Result<Account> found = findAccount(user.isEmpty() ? u"dtf-orchestrator"_s : user);
    if (!found && !user.isEmpty()) {
        return complain(found.error().detail, BadUsage);
    }
    if (found && (canActForOthers() || !user.isEmpty())) { // root's own rights would tell nothing
        account = *found;
    }
    QList<CheckRow> rows = checkOrchestrator(config, account);
    if (const auto row = checkService("orchestrator"_L1, file, changedFolders(config))) {
        rows.append(*row);
    }
    return printChecks(rows, json) ? Good : Failed;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(u"dtf-orchestrator"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(DTF_VERSION));
    if (QCoreApplication::arguments().value(1) == "setup"_L1) {
        shareWithGroup();
        return setUpOrchestrator(QCoreApplication::arguments().mid(2));
    }
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Moves payroll files from the share's incoming folder to the least-loaded worker with a ready browser.\n"
        "Begin with: dtf-orchestrator setup --help\n"
        "Exit codes: 0 good, 1 failed, 2 wrong usage or configuration, 3 another orchestrator has the share."_s);
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption configOption(
        u"config"_s, u"Configuration file (TOML); without it %1."_s.arg(defaultConfigFile("orchestrator"_L1)), u"FILE"_s);
    const QCommandLineOption check(u"check"_s, u"Try every precondition, print a table, end. Exit code 1: something fails."_s);
    const QCommandLineOption json(u"json"_s, u"With --check: the table as JSON."_s);
    const QCommandLineOption user(u"user"_s,
        u"With --check, as root: with the rights of that account; without it the service's, where there is one."_s, u"ACCOUNT"_s);
    const QCommandLineOption print(
        u"print-config"_s, u"Print the configuration in force and end; without --config the commented reference."_s);
    const QCommandLineOption init(u"init-share"_s, u"Make the share's folders and its identity file, and end."_s);
    const QCommandLineOption adopt(u"adopt-share"_s,
        u"Once, after a deliberate move to another share: take the one that is mounted now for the right one."_s);
    parser.addOptions({configOption, check, json, user, print, init, adopt});
    parser.addPositionalArgument(u"command"_s, u"audit verify: check the audit's hash chain and end."_s, u"[audit verify]"_s);
    parser.process(application);
    if (parser.isSet(print) && !parser.isSet(configOption)) {
        std::fputs(orchestratorConfigReference().constData(), stdout);
        return Good;
    }
    const Result<QString> file = configFileOf("orchestrator"_L1, parser.value(configOption));
    if (!file) {
        return complain(file.error().detail, BadUsage);
    }
    Result<OrchestratorConfig> config = loadOrchestratorConfig(*file);
    if (!config) {
        return complain(config.error().detail, BadUsage);
    }
    const QStringList words = parser.positionalArguments();
    if (words == QStringList {u"audit"_s, u"verify"_s}) {
        return verify(*config);
    }
    if (!words.isEmpty()) {
        return complain(u"unknown command: %1"_s.arg(words.join(u' ')), BadUsage);
    }
    if (parser.isSet(print)) {
        std::fputs(printConfig(*config).constData(), stdout);
        return Good;
    }
    if (parser.isSet(init)) {
        return initialiseShare(*config);
    }
    if (parser.isSet(check)) {
        return checkAll(*config, *file, parser.value(user), parser.isSet(json));
    }
    config->adoptShare = parser.isSet(adopt);
    return serve(*config);
}
