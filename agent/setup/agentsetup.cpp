// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/setup/agentsetup.h"

#include "agent/agentcheck.h"
#include "agent/setup/setupquestions.h"
#include "common/setup/account.h"
#include "common/setup/keptfile.h"

#include <QFileInfo>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

Result<void> makePlaces(SetupFrame &frame, const AgentConfig &config, const Credential &credential)
{
    const auto account = frame.account();
    if (!account) {
        return tl::unexpected(account.error());
    }
    for (const QString &folder : {config.stateDir, config.scratchDir, config.browser.profileDir}) {
        if (const auto made = makeOwnFolder(folder, *account); !made) {
            return made;
        }
    }
    if (!credential.content.isEmpty()) {
        frame.noteChange();
        return writeSecret(credential.file, credential.content + '\n', *account, true);
    }
    if (!*account || !QFileInfo::exists(credential.file)) { // a used code may be gone
        return {};
    }
    return setOwner(credential.file, *account, 0600); // brought by root: the service must read it
}

SetupEnd finish(SetupFrame &frame, const AgentConfig &config)
{
    QList<CheckRow> rows;
    if (const auto account = frame.account()) {
        rows = checkAgent(config, {*account, false});
        if (const auto row = frame.letServiceChange(changedFolders(config))) {
            rows.append(*row);
        }
        frame.dialogue().say(u"\nAll in all:"_s);
        frame.show(rows);
    }
    if (!allWell(rows) && !frame.dialogue().isGiven(u"keep-going"_s)) {
        frame.dialogue().say(u"Not started. When that is mended: dtf-agent --check --config %1"_s.arg(frame.configFile()));
        return SetupEnd::Failed;
    }
    const CheckRow started = frame.start();
    frame.show({started});
    return started.ok() ? SetupEnd::Done : SetupEnd::Failed;
}

} // namespace

int setUpAgent(const QStringList &arguments)
{
    SetupFrame frame("agent"_L1,
        u"Sets the agent up on this worker machine: tries share, orchestrator and browser, writes its configuration, starts it."_s,
        agentSetupOptions());
    if (const auto over = frame.begin(arguments)) {
        return static_cast<int>(*over);
    }
    const auto end = [&frame](const Error &error) { return static_cast<int>(frame.end(error)); };
    frame.takeOld(readAgentValues(frame.configFile()));
    Credential credential;
    Joining joining;
    const auto answered = askJoining(frame)
                              .and_then([&](const Joining &how) {
                                  joining = how;
                                  return askNode(frame, joining);
                              })
                              .and_then([&] { return askOrchestrator(frame, joining); })
                              .and_then([&](const Credential &given) {
                                  credential = given;
                                  return askBrowser(frame);
                              })
                              .and_then([&] { return askPipeline(frame); });
    if (!answered) {
        return end(answered.error());
    }
    const QByteArray text = frame.render(renderAgentConfig, readAgentValues);
    const auto config = parseAgentConfig(text, frame.configFile());
    if (!config) {
        return end({ErrorCode::InvalidArgument, config.error().detail});
    }
    const auto written = frame.write(text);
    if (!written) {
        return end(written.error());
    }
    if (!*written || frame.isDryRun()) {
        return static_cast<int>(*written ? SetupEnd::Done : SetupEnd::Failed);
    }
    if (const auto made = makePlaces(frame, *config, credential); !made) {
        return end(made.error());
    }
    return static_cast<int>(finish(frame, *config));
}

} // namespace dtf
