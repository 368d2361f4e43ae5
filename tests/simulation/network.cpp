// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/simulation/network.h"

#include "common/protocol/codec.h"
#include "common/protocol/version.h"
#include "tests/simulation/simagent.h"
#include "tests/simulation/simorchestrator.h"

namespace dtf::sim {

using namespace Qt::StringLiterals;

void Network::request(const std::shared_ptr<Link> &link, const QString &target, const QJsonObject &body, Reply reply)
{
    Scheduler &scheduler = Scheduler::get();
    const ProcessPtr asker = scheduler.current();
    Rng &dice = asker->dice;
    const Reply toAsker = [link, asker, reply = std::move(reply)](int status, const QJsonObject &answer) {
        if (!link->toAgent || asker->dice.chance(link->loses)) {
            return;
        }
        Scheduler::get().after(
            asker, asker->dice.within(50_us, link->slowest), [reply, status, answer] { reply(status, answer); });
    };
    if (link->toOrchestrator && !dice.chance(link->loses)) {
        scheduler.after(nullptr, dice.within(50_us, link->slowest), [=, this] { arrive(link, target, body, toAsker); });
    }
    if (dice.chance(link->repeats)) {
        scheduler.after(
            nullptr, dice.within(1_ms, 20_sec), [=, this] { arrive(link, target, body, [](int, const QJsonObject &) {}); });
    }
}

void Network::arrive(const std::shared_ptr<Link> &link, const QString &target, const QJsonObject &body, const Reply &reply)
{
    if (!link->toOrchestrator) {
        return; // cut while it was under way
    }
    if (m_orchestrator == nullptr || !m_orchestrator->alive()) {
        reply(0, {});
        return;
    }
    Scheduler::get().after(m_orchestrator->process(), 10_us,
        [orchestrator = m_orchestrator, target, body, reply] { orchestrator->serve(target, body, reply); });
}

} // namespace dtf::sim

// The product's HTTP client, linked in its place: the same requests over the simulation's network.
namespace dtf {

using namespace Qt::StringLiterals;
using namespace sim;

struct JsonClient::Request
{ };

JsonClient::JsonClient(Options options, QObject *parent)
    : QObject(parent)
    , m_options(std::move(options))
{ }

JsonClient::~JsonClient() = default;

void JsonClient::get(const QString &, QObject *, Callback, std::optional<milliseconds>) { }

void JsonClient::post(
    const QString &target, const QJsonObject &body, QObject *context, Callback callback, std::optional<milliseconds> deadline)
{
    const auto open = std::make_shared<bool>(true);
    const auto tell = [open, self = QPointer<JsonClient>(this), context = QPointer<QObject>(context), callback](
                          const JsonReply &reply) {
        if (std::exchange(*open, false) && self && context) {
            callback(reply);
        }
    };
    Scheduler &scheduler = Scheduler::get();
    auto *agent = static_cast<SimAgent *>(scheduler.current()->owner);
    scheduler.after(scheduler.current(), deadline.value_or(m_options.deadline).count() * 1'000, [tell] {
        tell({fail(ErrorCode::Timeout, u"no answer in time"_s), 0, {}});
    });
    agent->network().request(agent->link(), target, body, [tell](int status, const QJsonObject &answer) {
        if (status >= 200 && status < 300) {
            tell({answer, status, answer});
        } else {
            tell({fail(status == 0 ? ErrorCode::Unavailable : errorCodeOfStatus(status), u"refused"_s), status, answer});
        }
    });
}

void JsonClient::cancelAll() { }

ErrorCode errorCodeOfStatus(int status)
{
    return status == 409 ? ErrorCode::Stale : ErrorCode::Internal;
}

} // namespace dtf
