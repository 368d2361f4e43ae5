// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"
#include "common/protocol/messages.h"

#include <QByteArrayView>
#include <QJsonObject>
#include <QLatin1StringView>

#include <optional>

namespace dtf {

/// What a WebSocket message is: the word in `{"type":"log","body":{…}}`.
enum class MessageType {
    AgentHello, ///< agent → orchestrator, first: AgentHello
    Command, ///< orchestrator → agent: AgentCommand
    WorkHint, ///< orchestrator → agent: WorkHint
    Log, ///< agent → orchestrator → consoles: LogLines
    Picture, ///< agent → orchestrator: PictureData
    Check, ///< agent → orchestrator: CheckData
    FeedHello, ///< orchestrator → console, first: FeedHello
    Snapshot, ///< orchestrator → console: FeedSnapshot
    Delta, ///< orchestrator → console: FeedDelta
    Subscribe, ///< console → orchestrator: FeedSubscribe
    Resync, ///< console → orchestrator, empty body: a delta's number left a gap, send a snapshot
    Error, ///< orchestrator → peer, before it closes: ApiError
};

[[nodiscard]] QLatin1StringView toString(MessageType type); ///< "agent_hello"
[[nodiscard]] std::optional<MessageType> messageTypeFromString(QLatin1StringView text);

struct Message
{
    MessageType type = MessageType::Error;
    QJsonObject body;
};

[[nodiscard]] QByteArray encodeMessage(MessageType type, const QJsonObject &body);
/// ParseError for anything but a known type and an object as body; TooLarge above `maxBytes`.
[[nodiscard]] Result<Message> decodeMessage(QByteArrayView text, qsizetype maxBytes);

} // namespace dtf
