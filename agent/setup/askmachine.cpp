// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/agentcheck.h"
#include "agent/join/wantedname.h"
#include "agent/setup/setupquestions.h"
#include "common/setup/answers.h"
#include "common/setup/askshare.h"
#include "common/setup/localfacts.h"

#include <QDir>
#include <QProcess>
#include <QStandardPaths>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

Result<void> askText(SetupFrame &frame, const QString &key, const Question &question)
{
    return frame.dialogue().ask(question).map([&](const QString &text) { frame.setText(key, text); });
}

/// As QProcess::splitCommand() takes it apart again: three quotes are one.
QString quotedWord(QString word)
{
    const bool isPlain = !word.isEmpty() && std::none_of(word.begin(), word.end(), [](QChar each) { return each.isSpace(); });
    word.replace(u'"', u"\"\"\""_s);
    return isPlain ? word : u'"' + word + u'"';
}

QString commandText(const QString &list)
{
    QStringList words;
    const auto table = parseToml((u"x = "_s + list).toUtf8(), {});
    if (const ConfigValue *value = table ? table->find(u"x"_s) : nullptr) {
        for (const ConfigValue &word : value->list) {
            words.append(quotedWord(word.text));
        }
    }
    return words.join(u' ');
}

/// With the whole path of the program: a service has another PATH.
QStringList wholeCommand(const QString &line)
{
    QStringList words = QProcess::splitCommand(line);
    if (const QString found = QStandardPaths::findExecutable(words.value(0)); !found.isEmpty()) {
        words.first() = found;
    }
    return words;
}

} // namespace

QList<QCommandLineOption> agentSetupOptions()
{
    return {{u"share"_s, u"The dispatch zone, as the orchestrator has it, seen from here."_s, u"FOLDER"_s},
        {{u"name"_s, u"node"_s}, u"This node's name; without it the machine's."_s, u"NAME"_s},
        {u"orchestrator"_s, u"The orchestrator's address."_s, u"URL"_s},
        {u"fingerprint"_s, u"Over https: the SHA-256 of its certificate, which alone is trusted then."_s, u"HEX"_s},
        {u"token-file"_s, u"The file with this node's token."_s, u"FILE"_s},
        {u"token-stdin"_s, u"The token comes on standard input and is put into that file."_s},
        {u"join"_s,
            u"A join code instead of name and token: the node gets both at its first start. While set-up runs, others on this machine can read it among the processes."_s,
            u"CODE"_s},
        {u"join-file"_s, u"The same, the code is in that file."_s, u"FILE"_s},
        {u"join-stdin"_s, u"The same, the code comes on standard input."_s},
        {u"state"_s, u"Where the agent keeps its journal, on a local disk."_s, u"FOLDER"_s},
        {u"scratch"_s, u"Where running files are copied, on a local disk."_s, u"FOLDER"_s},
        {u"browser"_s, u"The Chrome or Chromium; without it the installed one."_s, u"PROGRAM"_s},
        {u"browser-argument"_s, u"A further argument for it; may come again."_s, u"ARGUMENT"_s},
        {u"port"_s, u"Its DevTools port."_s, u"N"_s}, {u"profile"_s, u"Its profile, the agent's alone."_s, u"FOLDER"_s},
        {u"portal"_s, u"The portal's address, opened in the first tab."_s, u"URL"_s},
        {u"login-pattern"_s, u"A regular expression: pages whose address matches ask for the log-in."_s, u"PATTERN"_s},
        {u"pipeline"_s, u"Program and arguments run for each file, quoted as one: 'node run.js {file}'."_s, u"COMMAND"_s},
        {u"working-dir"_s, u"Where it runs."_s, u"FOLDER"_s},
        {u"inbox"_s, u"Instead of a program: the folder where a script expects files."_s, u"FOLDER"_s},
        {u"done"_s, u"… where it leaves results."_s, u"FOLDER"_s},
        {u"rejected"_s, u"… where it puts files it refuses."_s, u"FOLDER"_s}};
}

Result<void> askNode(SetupFrame &frame, const Joining &joining)
{
    const auto account = frame.account();
    if (!account) {
        return tl::unexpected(account.error());
    }
    if (!joining.byCode || frame.dialogue().isGiven(u"name"_s)) {
        Question name {u"name"_s, u"This node's name?"_s, frame.oldText(u"node.name"_s, nodeNameFrom(hostName()).toString())};
        name.judge = asKey<config::Node, NodeName>(config::Node {});
        if (const auto asked = askText(frame, u"node.name"_s, name); !asked) {
            return asked;
        }
    } else if (!joining.code.isEmpty()) {
        frame.setText(u"node.name"_s, {});
    }
    ShareProofPlan plan;
    plan.account = *account;
    if (const auto node = NodeName::parse(frame.oldText(u"node.name"_s).toLatin1()); node && !joining.byCode) {
        plan.nodes = {*node};
    }
    if (const auto share = askShare(frame, plan); !share) {
        return share;
    }
    const auto asLocal = [account = *account](const QString &answer) -> Result<QString> {
        return asFolder(answer).and_then([&](const QString &path) -> Result<QString> {
            const CheckRow row = checkLocalDisk({}, path);
            return row.ok() ? Result<QString>(path) : fail(ErrorCode::InvalidArgument, row.detail());
        });
    };
    Question stateDir {u"state"_s, u"The folder for its journal (on this machine's own disk)?"_s,
        frame.oldText(u"node.state_dir"_s, frame.stateFolder())};
    stateDir.judge = asLocal;
    return askText(frame, u"node.state_dir"_s, stateDir).and_then([&] {
        Question scratch {u"scratch"_s, u"The folder for copies of running files?"_s,
            frame.oldText(u"node.scratch_dir"_s, frame.oldText(u"node.state_dir"_s) + u"/scratch"_s)};
        scratch.judge = asLocal;
        return askText(frame, u"node.scratch_dir"_s, scratch);
    });
}

Result<void> askBrowser(SetupFrame &frame)
{
    const auto account = frame.account();
    if (!account) {
        return tl::unexpected(account.error());
    }
    Question program {u"browser"_s, u"Chrome or Chromium (empty: the installed one)?"_s, frame.oldText(u"browser.program"_s)};
    program.mayBeEmpty = true;
    Question port {u"port"_s, u"Its DevTools port?"_s, frame.oldText(u"browser.port"_s, u"9222"_s)};
    port.judge = asNumber(1, 65'535);
    Question profile {u"profile"_s, u"Its profile, a folder of its own?"_s,
        frame.oldText(u"browser.profile_dir"_s, frame.oldText(u"node.state_dir"_s) + u"/chrome-profile"_s)};
    profile.judge = asFolder;
    Question portal {u"portal"_s, u"The portal's address (empty: none is opened)?"_s, frame.oldText(u"browser.start_url"_s)};
    portal.mayBeEmpty = true;
    portal.judge = asKey<config::Url, QUrl>(config::Url {});
    Question login {u"login-pattern"_s, u"How do addresses of its log-in pages look (a regular expression)?"_s,
        frame.oldText(u"browser.login_pattern"_s)};
    login.mayBeEmpty = true;
    login.judge = asKey<config::Pattern, QString>(config::Pattern {});
    const auto asked = askText(frame, u"browser.program"_s, program)
                           .and_then([&] { return frame.dialogue().ask(port); })
                           .and_then([&](const QString &number) {
                               frame.setNumber(u"browser.port"_s, number);
                               return askText(frame, u"browser.profile_dir"_s, profile);
                           })
                           .and_then([&] { return askText(frame, u"browser.start_url"_s, portal); })
                           .and_then([&] { return askText(frame, u"browser.login_pattern"_s, login); });
    if (!asked) {
        return asked;
    }
    if (frame.dialogue().isGiven(u"browser-argument"_s)) {
        frame.setTexts(u"browser.arguments"_s, frame.dialogue().givenAll(u"browser-argument"_s));
    }
    BrowserConfig config;
    config.program = frame.oldText(u"browser.program"_s);
    config.port = frame.oldText(u"browser.port"_s).toInt();
    config.profileDir = frame.oldText(u"browser.profile_dir"_s);
    config.arguments = frame.dialogue().givenAll(u"browser-argument"_s);
    const auto good = frame.accept(checkBrowser(config, frame.oldText(u"node.state_dir"_s), *account, When::Beforehand));
    if (!good) {
        return tl::unexpected(good.error());
    }
    return *good ? Result<void>() : fail(ErrorCode::NotFound, u"the browser can't be used as it is; nothing was changed"_s);
}

Result<void> askPipeline(SetupFrame &frame)
{
    Dialogue &talk = frame.dialogue();
    const bool watched =
        talk.isGiven(u"inbox"_s) || (frame.oldText(u"pipeline.kind"_s) == "folder"_L1 && !talk.isGiven(u"pipeline"_s));
    if (watched) {
        frame.setText(u"pipeline.kind"_s, u"folder"_s);
        for (const char *name : {"inbox", "done", "rejected"}) {
            const QString key = u"pipeline.%1_dir"_s.arg(QLatin1StringView(name));
            Question folder {
                QString::fromLatin1(name), u"The script's folder %1?"_s.arg(QLatin1StringView(name)), frame.oldText(key)};
            folder.judge = asFolder;
            if (const auto asked = askText(frame, key, folder); !asked) {
                return asked;
            }
        }
        return {};
    }
    const QString before = commandText(frame.values().value(u"pipeline.command"_s));
    Question command {
        u"pipeline"_s, u"The program that is run for each file, with its arguments ({file} is the file)?"_s, before};
    command.judge = [](const QString &line) {
        return asCommandLine(line).and_then([](const QString &text) -> Result<QString> {
            PipelineConfig config;
            config.command = wholeCommand(text);
            const CheckRow row = checkPipeline(config, {}).first();
            return row.ok() ? Result<QString>(text) : fail(ErrorCode::InvalidArgument, row.detail());
        });
    };
    Question folder {u"working-dir"_s, u"The folder it runs in (empty: one of its own for each run)?"_s,
        frame.oldText(u"pipeline.working_dir"_s)};
    folder.mayBeEmpty = true;
    folder.judge = asFolder;
    frame.setText(u"pipeline.kind"_s, {});
    return talk.ask(command).and_then([&](const QString &line) {
        if (line != before) { // not all words survive being written as one line: empty ones
            frame.setTexts(u"pipeline.command"_s, wholeCommand(line));
        }
        return askText(frame, u"pipeline.working_dir"_s, folder);
    });
}

} // namespace dtf
