// SPDX-License-Identifier: GPL-3.0-or-later
// CtlRun's commands about who is in the pool, and about taking a node out and back.
#include "common/core/escape.h"
#include "common/core/joincode.h"
#include "common/protocol/codec.h"
#include "console/ctl/ctlrun.h"
#include "console/ctl/nodewatch.h"
#include "console/ctl/rollout.h"
#include "console/ctl/table.h"
#include "console/text/timetext.h"

using namespace Qt::StringLiterals;

namespace dtf {

QString joinCodesText(const JoinCodesView &view, const PrintContext &context)
{
    if (view.codes.isEmpty()) {
        return u"No join codes. Make one with: dtf-ctl join-code.\n"_s;
    }
    QList<QStringList> rows;
    for (const JoinCodeView &code : view.codes) {
        rows.append({QString::number(code.number), code.state, u"%1 of %2"_s.arg(code.used).arg(code.uses),
            timeText(code.until, context.now, context.zone), code.by, code.revokedBy, code.reason});
    }
    return renderTable(
        {{u"NUMBER"_s, Align::Right}, {u"STATE"_s}, {u"USED"_s}, {u"UNTIL"_s}, {u"MADE BY"_s}, {u"REVOKED BY"_s}, {u"REASON"_s}},
        rows);
}

/// The code is made here and told once: only its digest goes to the orchestrator.
void CtlRun::makeJoinCode()
{
    const JoinCode code = JoinCode::generate();
    JoinCodeRequest request;
    request.reason = m_arguments.request.reason;
    request.key = m_arguments.request.key;
    request.digest = code.digest().toHex();
    request.hours = m_arguments.hours;
    request.uses = m_arguments.uses;
    m_client.makeJoinCode(request, this, [this, text = QString::fromLatin1(code.text())](const Answer<OperatorReply> &answer) {
        if (!answer.result || !answer.result->ok) {
            showReply(answer);
            return;
        }
        if (m_output.json()) {
            QJsonObject document = answer.body;
            document.insert("code"_L1, text);
            m_output.document(document);
        } else {
            m_output.text(text + u'\n');
            m_output.trouble(
                answer.result->detail + u". It is shown this once. Put it into the machines' [orchestrator] join_code_file."_s);
        }
        end(ExitCode::Ok);
    });
}

/// A command to a node, then a wait until it is as it should become.
struct CtlRun::NodeChange
{
    NodeAction action;
    std::function<bool(const NodeView &)> reached;
    std::function<void(const NodeView &)> progress; ///< may be empty
    std::function<QString(const Error &)> notInTime; ///< the sentence for a wait that was too short
    QString done; ///< the sentence when it is reached
};

/// Somebody else's command of the same kind is waited for as well.
void CtlRun::changeNode(const NodeChange &change)
{
    m_client.command(
        m_arguments.node, change.action, m_arguments.request, this, [this, change](const Answer<OperatorReply> &answer) {
            const bool already = answer.result && answer.result->code == toString(ErrorCode::Stale);
            if (!answer.result || !(answer.result->ok || already) || m_arguments.noWait) {
                showReply(answer);
                return;
            }
            auto *watch = new NodeWatch(m_client, this);
            watch->start({m_arguments.node, m_arguments.wait, change.reached, change.progress},
                [this, change](const Result<NodeView> &node, int status) {
                    if (!node && node.error().code == ErrorCode::Timeout) {
                        m_output.trouble(change.notInTime(node.error()));
                        end(ExitCode::Refused);
                    } else if (!node) {
                        fail(node.error(), status);
                    } else if (m_output.json()) {
                        m_output.document(toJson(*node));
                        end(ExitCode::Ok);
                    } else {
                        m_output.text(change.done + u'\n');
                        end(ExitCode::Ok);
                    }
                });
        });
}

/// Drained, until nothing is left on it.
void CtlRun::takeOut()
{
    const QString name = m_arguments.node.toString();
    const auto told = std::make_shared<QString>();
    const auto tell = [this, name, told](const NodeView &node) {
        if (const QString left = leftOn(node); left != *told && !m_output.json()) {
            *told = left;
            m_output.text(u"%1: %2\n"_s.arg(name, left));
        }
    };
    const auto notInTime = [name](const Error &error) {
        return u"%1 is draining, but not empty yet: %2. The same command waits on."_s.arg(name, error.detail);
    };
    changeNode({NodeAction::Drain, isEmptied, tell, notInTime,
        u"%1 is out: nothing is on it, it gets nothing, it may be switched off. Back: dtf-ctl put-back %1"_s.arg(name)});
}

/// Back in service, until it could take a file.
void CtlRun::putBack()
{
    const QString name = m_arguments.node.toString();
    const auto last = std::make_shared<NodeView>();
    const auto notInTime = [name, last](const Error &) {
        return u"%1 is in service, but can't take files yet: %2 %3"_s.arg(name, last->state, escapedForLog(last->stateDetail));
    };
    changeNode({NodeAction::Resume, isAtWork, [last](const NodeView &node) { *last = node; }, notInTime,
        u"%1 takes files again."_s.arg(name)});
}

void CtlRun::rollOut()
{
    m_rollout = new Rollout(m_client, m_output, m_arguments.rollout, this);
    m_rollout->ended = [this](ExitCode code) { end(code); };
    m_rollout->start();
}

bool CtlRun::interrupt()
{
    if (!m_rollout) {
        return false;
    }
    m_rollout->interrupt();
    return true;
}

} // namespace dtf
