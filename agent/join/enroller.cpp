// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/join/enroller.h"

#include "agent/join/membership.h"
#include "common/config/privatefile.h"
#include "common/core/escape.h"
#include "common/core/logging.h"
#include "common/core/random.h"
#include "common/protocol/codec.h"
#include "common/protocol/version.h"

#include <QFile>

DTF_LOG_CATEGORY(lcEnrol, "agent.join")

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

JsonClient::Options optionsOf(const AgentConfig &config)
{
    JsonClient::Options options;
    options.base = config.orchestratorUrl;
    options.trust = TlsTrust(config.orchestratorFingerprint);
    options.maxAnswerBytes = qint64 {64} * 1024;
    return options;
}

} // namespace

Result<JoinCode> readJoinCode(const QString &path)
{
    const QString next = u"an operator makes a join code with: dtf-ctl join-code; put it into that file (chmod 600)"_s;
    if (const auto kept = refuseReadableByOthers(path); !kept) {
        return tl::unexpected(kept.error());
    }
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(file.exists() ? ErrorCode::PermissionDenied : ErrorCode::NotFound,
            u"the file with the join code, %1, %2; %3"_s.arg(
                path, file.exists() ? u"can't be read by this account"_s : u"is not there"_s, next));
    }
    const QByteArray content = file.read(JoinCode::longestText + 1).trimmed();
    if (content.isEmpty()) {
        return fail(ErrorCode::NotFound, u"the file with the join code, %1, is empty; %2"_s.arg(path, next));
    }
    auto code = JoinCode::parse(content);
    return code ? code : fail(code.error().code, u"%1: %2; %3"_s.arg(path, code.error().detail, next));
}

Enroller::Enroller(const AgentConfig &config, const Enrolment &question, std::function<void(const Enrolment &)> joined)
    : m_config(config)
    , m_question(question)
    , m_joined(std::move(joined))
    , m_client(optionsOf(config))
    , m_boot(BootId::generate())
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &Enroller::ask);
}

NodeName Enroller::wanted() const
{
    return m_question.isJoined() ? m_question.node : wantedName(m_config);
}

void Enroller::start()
{
    qCInfo(lcEnrol).noquote() << (m_question.isJoined() ? "this machine is not known any more: it asks"
                                                        : "this machine has not joined yet: it asks")
                              << m_config.orchestratorUrl.toString() << "for the name" << wanted().toString();
    ask();
}

void Enroller::ask()
{
    const auto code = readJoinCode(m_config.joinCodeFile);
    if (!code) {
        again(code.error().detail);
        return;
    }
    EnrolRequest request;
    request.protocol = protocolVersion;
    request.code = QString::fromLatin1(code->text());
    request.node = wanted();
    request.returns = m_question.isJoined();
    request.machine = m_question.machine;
    request.request = m_question.request;
    request.boot = m_boot;
    request.version = QStringLiteral(DTF_VERSION);
    m_asked = code->digest().toHex();
    m_client.post(u"/api/v1/enrol"_s, toJson(request), this, [this](const JsonReply &reply) { answered(reply); });
}

void Enroller::answered(const JsonReply &reply)
{
    if (reply.result) {
        if (const auto granted = fromJson<EnrolReply>(*reply.result)) {
            take(*granted);
        } else {
            again(u"its answer can't be understood: "_s + granted.error().detail);
        }
        return;
    }
    if (reply.status == 404) {
        again(
            u"this orchestrator lets no machine join by itself: it is older than this agent, or another program answers there"_s);
        return;
    }
    const auto told = fromJson<ApiError>(reply.body);
    if (told && told->code == ErrorCode::AlreadyExists
        && !m_question.isJoined()) { // a clone that nothing here tells from the first one
        const Enrolment question = freshQuestion(m_question.hardware, true);
        if (writeEnrolment(m_config.stateDir, question)) {
            m_question = question;
            m_backoff.reset();
        }
    }
    again(told ? told->detail : reply.result.error().detail);
}

void Enroller::take(const EnrolReply &reply)
{
    if (m_question.isJoined() && reply.node != m_question.node) { // an orchestrator too old to know better
        again(u"it would be %1 here, and has the memory of %2: let it join as a new machine (move its state folder away)"_s.arg(
            reply.node.toString(), m_question.node.toString()));
        return;
    }
    Enrolment joined = m_question;
    joined.node = reply.node;
    joined.token = reply.token.toLatin1();
    joined.orchestrator = reply.orchestrator;
    joined.code = m_asked;
    if (const auto written = writeEnrolment(m_config.stateDir, joined); !written) {
        again(written.error().detail); // the same question gives the same name
        return;
    }
    qCInfo(lcEnrol).noquote() << "joined as" << joined.node.toString();
    m_joined(joined);
}

void Enroller::again(const QString &why)
{
    if (why != m_why) {
        m_backoff.reset();
        m_why = why;
        qCWarning(lcEnrol).noquote() << "not joined yet:" << escapedForLog(why) << "- it goes on asking";
    }
    m_timer.start(withJitter(m_backoff.next(), randomFraction()));
}

} // namespace dtf
