// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/agentcheck.h"
#include "agent/setup/setupquestions.h"
#include "common/config/tokens.h"
#include "common/core/joincode.h"
#include "common/net/certificatetext.h"
#include "common/net/tlstrust.h"
#include "common/setup/answers.h"

#include <QFileInfo>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

/// Over https: the pin that was given or kept, or the one a person believes; without any the system's CAs decide.
Result<Fingerprint> askPin(SetupFrame &frame, const QUrl &url)
{
    const QString key = u"orchestrator.fingerprint"_s;
    if (url.scheme() != "https"_L1) {
        frame.setText(key, {});
        return Fingerprint();
    }
    Dialogue &talk = frame.dialogue();
    QString pin = talk.isGiven(u"fingerprint"_s) ? talk.given(u"fingerprint"_s) : frame.oldText(key);
    if (pin.isEmpty() && talk.asks()) {
        const auto shown = shownCertificate(url);
        if (shown) {
            const QString own = fingerprintOf(*shown).toString();
            talk.say(u"It shows the certificate %1 of %2,\n  SHA-256 %3\n"
                     "Compare that with what dtf-orchestrator --check shows on the orchestrator's machine."_s.arg(
                         subjectText(*shown), issuerText(*shown), own));
            const auto pinned = talk.confirm({}, u"Is it the same, and shall this one alone be trusted from now on?"_s, false);
            if (!pinned) {
                return tl::unexpected(pinned.error());
            }
            pin = *pinned ? own : QString();
        } else {
            talk.say(shown.error().detail);
        }
    }
    if (pin.isEmpty()) {
        frame.setText(key, {});
        return Fingerprint();
    }
    const auto read = Fingerprint::parse(pin);
    if (!read) {
        return fail(ErrorCode::InvalidArgument, u"--fingerprint: "_s + read.error().detail);
    }
    frame.setText(key, read->toString());
    return *read;
}

QByteArray firstLineOfInput()
{
    QFile in;
    return in.open(0, QIODevice::ReadOnly) ? in.readLine(maxTokenLength + 2).trimmed() : QByteArray();
}

/// The file as it is, or the token that goes into it.
Result<Credential> askToken(SetupFrame &frame)
{
    Dialogue &talk = frame.dialogue();
    Question file {u"token-file"_s, u"The file with this node's token?"_s,
        frame.oldText(u"orchestrator.token_file"_s, QFileInfo(frame.configFile()).absolutePath() + u"/agent.token"_s)};
    file.judge = asFolder;
    const auto path = talk.ask(file);
    if (!path) {
        return tl::unexpected(path.error());
    }
    frame.setText(u"orchestrator.token_file"_s, *path);
    Credential credential {*path, {}};
    if (talk.isGiven(u"token-stdin"_s)) {
        credential.content = firstLineOfInput();
    } else if (!QFileInfo::exists(*path) && talk.asks()) {
        Question token {u"\n"_s, u"It is not there yet. The token (it is not shown)?"_s};
        token.secret = true;
        token.judge = [](const QString &answer) -> Result<QString> {
            return answer.size() < minTokenLength || answer.size() > maxTokenLength || answer.contains(u' ')
                ? fail(ErrorCode::InvalidArgument,
                    u"A token has %1 to %2 characters, no blanks."_s.arg(minTokenLength).arg(maxTokenLength))
                : Result<QString>(answer);
        };
        const auto typed = talk.ask(token);
        if (!typed) {
            return tl::unexpected(typed.error());
        }
        credential.content = typed->toLatin1();
    } else {
        const auto read = readTokenFile(*path);
        if (!read) {
            return fail(ErrorCode::InvalidArgument, u"--token-file: "_s + read.error().detail);
        }
        return credential;
    }
    if (credential.content.size() < minTokenLength || credential.content.size() > maxTokenLength) {
        return fail(ErrorCode::InvalidArgument,
            u"--token-stdin: the first line is no token of %1 to %2 characters"_s.arg(minTokenLength).arg(maxTokenLength));
    }
    return credential;
}

/// With the option that gave it, for messages.
Result<std::pair<QString, QByteArray>> givenCode(const Dialogue &talk)
{
    if (talk.isGiven(u"join-stdin"_s)) {
        return std::pair(u"--join-stdin"_s, firstLineOfInput());
    }
    if (!talk.isGiven(u"join-file"_s)) {
        return std::pair(u"--join"_s, talk.given(u"join"_s).toUtf8());
    }
    QFile file(talk.given(u"join-file"_s));
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(ErrorCode::InvalidArgument,
            u"--join-file: %1 can't be read: %2; put the code there that dtf-ctl join-code printed"_s.arg(
                file.fileName(), file.errorString()));
    }
    return std::pair(u"--join-file"_s, file.read(JoinCode::longestText));
}

Result<Joining> joiningWith(const QString &from, const QByteArray &text)
{
    const auto code = JoinCode::parse(text.trimmed());
    return code ? Result<Joining>(Joining {true, code->text()})
                : fail(ErrorCode::InvalidArgument,
                    u"%1: %2; give the code that dtf-ctl join-code printed"_s.arg(from, code.error().detail));
}

Credential takeCode(SetupFrame &frame, const QByteArray &code)
{
    const QString file = code.isEmpty() ? frame.oldText(u"orchestrator.join_code_file"_s)
                                        : QFileInfo(frame.configFile()).absolutePath() + u"/agent.join"_s;
    frame.setText(u"orchestrator.join_code_file"_s, file);
    frame.setText(u"orchestrator.token_file"_s, {});
    return Credential {file, code};
}

} // namespace

Result<Joining> askJoining(SetupFrame &frame)
{
    const Dialogue &talk = frame.dialogue();
    if (const auto account = frame.account(); !account) { // the first question
        return tl::unexpected(account.error());
    }
    if (talk.isGiven(u"join"_s) || talk.isGiven(u"join-file"_s) || talk.isGiven(u"join-stdin"_s)) {
        return givenCode(talk).and_then([](const auto &given) { return joiningWith(given.first, given.second); });
    }
    const bool hadToken = !frame.oldText(u"orchestrator.token_file"_s).isEmpty();
    if (talk.isGiven(u"token-file"_s) || talk.isGiven(u"token-stdin"_s) || hadToken) {
        return Joining {};
    }
    if (!frame.oldText(u"orchestrator.join_code_file"_s).isEmpty()) {
        return Joining {true, {}};
    }
    if (!talk.asks()) {
        return Joining {};
    }
    Question question {
        u"\n"_s, u"A join code, as dtf-ctl join-code prints it (empty: this node has a name and a token already)?"_s};
    question.mayBeEmpty = true;
    question.judge = [](const QString &answer) {
        return joiningWith(answer, answer.toLatin1()).map([&](const Joining &) { return answer; });
    };
    return frame.dialogue().ask(question).and_then(
        [](const QString &answer) { return answer.isEmpty() ? Result<Joining>() : joiningWith({}, answer.toLatin1()); });
}

Result<Credential> askOrchestrator(SetupFrame &frame, const Joining &joining)
{
    Dialogue &talk = frame.dialogue();
    Question address {
        u"orchestrator"_s, u"The orchestrator's address (http://host:3000)?"_s, frame.oldText(u"orchestrator.url"_s)};
    address.judge = asKey<config::Url, QUrl>(config::Url {true});
    std::optional<Credential> credential;
    for (int i = 0; i < Dialogue::mostTries; ++i) {
        const auto text = talk.ask(address);
        if (!text) {
            return tl::unexpected(text.error());
        }
        const QUrl url(*text);
        frame.setText(u"orchestrator.url"_s, *text);
        const auto pin = askPin(frame, url);
        if (!pin) {
            return tl::unexpected(pin.error());
        }
        if (!credential) {
            const auto asked = joining.byCode ? Result<Credential>(takeCode(frame, joining.code)) : askToken(frame);
            if (!asked) {
                return asked;
            }
            credential = *asked;
        }
        QByteArray token;
        if (!joining.byCode) {
            token = credential->content.isEmpty() ? readTokenFile(credential->file).value_or(QByteArray()) : credential->content;
        }
        const auto node = NodeName::parse(frame.oldText(u"node.name"_s).toLatin1());
        const auto good = frame.accept(checkLink(url, *pin, token, node.value_or(NodeName())));
        if (!good) {
            return tl::unexpected(good.error());
        }
        if (*good) {
            return *credential;
        }
        if (!talk.asks() || talk.isGiven(u"orchestrator"_s)) {
            break;
        }
        credential.reset();
    }
    return fail(ErrorCode::Unavailable, u"the orchestrator can't be used as it is; nothing was changed"_s);
}

} // namespace dtf
