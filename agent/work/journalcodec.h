// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/policy/journalrecord.h"
#include "common/protocol/messages.h"

namespace dtf {

/// One entry of the journal's file: a record, the reports that go with it, and how many reports (since the journal began) are
/// acknowledged. Written and flushed together.
struct JournalFrame
{
    JournalRecord record;
    QList<Report> reports;
    qint64 acknowledged = -1; ///< -1: says nothing
    qint64 firstReport = -1; ///< compaction: number of the first report that follows; -1: says nothing
};

/// `DTFJ`, length, CRC-32 of the payload, payload (compact JSON).
[[nodiscard]] QByteArray encodeFrame(const JournalFrame &frame);

struct FramesRead
{
    QList<JournalFrame> frames;
    qint64 goodBytes = 0; ///< what follows is torn
    bool damaged = false; ///< a good frame follows a bad one: not a torn tail but a damaged file
};
/// Reads whole frames from the front. Never fails: a torn tail is what a power cut leaves.
[[nodiscard]] FramesRead decodeFrames(QByteArrayView bytes);

[[nodiscard]] quint32 crc32(QByteArrayView bytes); ///< IEEE 802.3

} // namespace dtf
