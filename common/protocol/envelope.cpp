// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/protocol/envelope.h"

#include "common/model/enumtext.h"
#include "common/protocol/jsonscan.h"
#include "common/protocol/jsonwalk.h"

namespace dtf {

using namespace Qt::StringLiterals;

QLatin1StringView toString(MessageType type)
{
    switch (type) {
    case MessageType::AgentHello:
        return "agent_hello"_L1;
    case MessageType::Command:
        return "command"_L1;
    case MessageType::WorkHint:
        return "work"_L1;
    case MessageType::Log:
        return "log"_L1;
    case MessageType::Picture:
        return "picture"_L1;
    case MessageType::Check:
        return "check"_L1;
    case MessageType::FeedHello:
        return "feed_hello"_L1;
    case MessageType::Snapshot:
        return "snapshot"_L1;
    case MessageType::Delta:
        return "delta"_L1;
    case MessageType::Subscribe:
        return "subscribe"_L1;
    case MessageType::Resync:
        return "resync"_L1;
    case MessageType::Error:
        return "error"_L1;
    }
    return "error"_L1;
}

std::optional<MessageType> messageTypeFromString(QLatin1StringView text)
{
    return enumFromString<MessageType>(
        {MessageType::AgentHello, MessageType::Command, MessageType::WorkHint, MessageType::Log, MessageType::Picture,
            MessageType::Check, MessageType::FeedHello, MessageType::Snapshot, MessageType::Delta, MessageType::Subscribe,
            MessageType::Resync, MessageType::Error},
        text);
}

template <> inline constexpr WordParser<MessageType> wordParser<MessageType> = messageTypeFromString;

QByteArray encodeMessage(MessageType type, const QJsonObject &body)
{
    return toBytes({{"type"_L1, QString(toString(type))}, {"body"_L1, body}});
}

Result<Message> decodeMessage(QByteArrayView text, qsizetype maxBytes)
{
    const auto object = parseObject(text, maxBytes);
    if (!object) {
        return tl::unexpected(object.error());
    }
    Message message;
    FieldReader reader(*object);
    reader.required("type"_L1, message.type);
    reader.required("body"_L1, message.body);
    return reader.take(std::move(message));
}

} // namespace dtf
