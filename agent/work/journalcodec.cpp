// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/work/journalcodec.h"

#include "common/model/enumtext.h"
#include "common/protocol/codec.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtEndian>

#include <array>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr QByteArrayView magic = "DTFJ";
constexpr qsizetype headBytes = 12;
constexpr quint32 minPayload = 2; ///< "{}": zeros after a torn head are no frame
constexpr quint32 maxPayload = 16U * 1024 * 1024;

/// The words of the file; never changed, only added to.
QLatin1StringView toString(RecordKind kind)
{
    switch (kind) {
    case RecordKind::Boot:
        return "boot"_L1;
    case RecordKind::ShareSeen:
        return "share-seen"_L1;
    case RecordKind::Claim:
        return "claim"_L1;
    case RecordKind::Start:
        return "start"_L1;
    case RecordKind::Exit:
        return "exit"_L1;
    case RecordKind::Staging:
        return "staging"_L1;
    case RecordKind::Released:
        return "released"_L1;
    case RecordKind::Fenced:
        return "fenced"_L1;
    case RecordKind::Done:
        return "done"_L1;
    case RecordKind::Held:
        return "held"_L1;
    case RecordKind::Failed:
        return "failed"_L1;
    case RecordKind::Rejected:
        return "rejected"_L1;
    case RecordKind::Dropped:
        return "dropped"_L1;
    case RecordKind::LateSaved:
        return "late-saved"_L1;
    case RecordKind::ReportOnly:
        return "report"_L1;
    }
    return "report"_L1;
}

std::optional<RecordKind> recordKindFromString(const QString &text)
{
    for (int i = 0; i <= static_cast<int>(RecordKind::ReportOnly); ++i) {
        if (text == toString(static_cast<RecordKind>(i))) {
            return static_cast<RecordKind>(i);
        }
    }
    return std::nullopt;
}

void put(QJsonObject &o, const QString &key, const QByteArray &ascii)
{
    if (!ascii.isEmpty()) {
        o.insert(key, QString::fromLatin1(ascii));
    }
}

QJsonObject toJson(const JournalRecord &r)
{
    QJsonObject o {{u"k"_s, QString(toString(r.kind))}, {u"t"_s, qint64 {r.time.msecsSinceEpoch}}};
    put(o, u"boot"_s, r.boot.bytes());
    put(o, u"machine"_s, r.machine.toHex());
    put(o, u"mboot"_s, r.machineBoot.toHex());
    put(o, u"share"_s, r.shareUuid.toHex());
    if (!r.attempt.job.isNull()) {
        put(o, u"job"_s, r.attempt.job.toBytes26());
        o.insert(u"epoch"_s, qint64 {r.attempt.epoch});
    }
    put(o, u"name"_s, r.name.toHex()); // a name is bytes, not always text
    put(o, u"sha"_s, r.input.sha256.toHex());
    if (r.input.size != 0) {
        o.insert(u"size"_s, r.input.size);
    }
    if (r.browserPort != 0) {
        o.insert(u"port"_s, r.browserPort);
    }
    if (r.kind == RecordKind::Exit) {
        o.insert(u"started"_s, qint64 {r.started.msecsSinceEpoch});
        o.insert(u"code"_s, r.exitCode);
        o.insert(u"action"_s, QString(toString(r.verdict.action)));
        o.insert(u"cause"_s, QString(toString(r.verdict.cause)));
        o.insert(u"effects"_s, r.verdict.sideEffects);
        o.insert(u"rows"_s, r.verdict.rows);
        o.insert(u"detail"_s, r.verdict.detail.left(4096));
        o.insert(u"last"_s, r.lastLines.left(4096));
    }
    return o;
}

std::optional<JournalRecord> recordFromJson(const QJsonObject &o)
{
    JournalRecord r;
    const auto bytes = [&](const QString &key) { return o.value(key).toString().toLatin1(); };
    const auto kind = recordKindFromString(o.value(u"k"_s).toString());
    if (!kind) {
        return std::nullopt;
    }
    r.kind = *kind;
    r.time.msecsSinceEpoch = o.value(u"t"_s).toInteger();
    r.boot = BootId::parse(bytes(u"boot"_s)).value_or(BootId());
    r.machine = QByteArray::fromHex(bytes(u"machine"_s));
    r.machineBoot = QByteArray::fromHex(bytes(u"mboot"_s));
    r.shareUuid = QByteArray::fromHex(bytes(u"share"_s));
    if (o.contains(u"job"_s)) {
        const auto job = JobId::parse(bytes(u"job"_s));
        if (!job) {
            return std::nullopt;
        }
        r.attempt = {*job, static_cast<Epoch>(o.value(u"epoch"_s).toInteger())};
    }
    r.name = QByteArray::fromHex(bytes(u"name"_s));
    r.input.sha256 = QByteArray::fromHex(bytes(u"sha"_s));
    r.input.size = o.value(u"size"_s).toInteger();
    r.browserPort = o.value(u"port"_s).toInt();
    r.started.msecsSinceEpoch = o.value(u"started"_s).toInteger();
    r.exitCode = o.value(u"code"_s).toInt();
    const QByteArray action = bytes(u"action"_s);
    r.verdict.action = runActionFromString(QLatin1StringView(action)).value_or(RunAction::Hold);
    const QByteArray cause = bytes(u"cause"_s);
    r.verdict.cause = causeFromString(QLatin1StringView(cause)).value_or(Cause::None);
    r.verdict.sideEffects = o.value(u"effects"_s).toBool(true);
    r.verdict.rows = o.value(u"rows"_s).toInteger(-1);
    r.verdict.detail = o.value(u"detail"_s).toString();
    r.lastLines = o.value(u"last"_s).toString();
    return r;
}

std::optional<JournalFrame> frameFromPayload(const QByteArray &payload)
{
    const QJsonObject o = QJsonDocument::fromJson(payload).object();
    JournalFrame frame;
    const auto record = recordFromJson(o.value(u"r"_s).toObject());
    if (!record) {
        return std::nullopt;
    }
    frame.record = *record;
    frame.acknowledged = o.value(u"a"_s).toInteger(-1);
    frame.firstReport = o.value(u"f"_s).toInteger(-1);
    const QJsonArray reports = o.value(u"q"_s).toArray();
    for (const auto &value : reports) {
        const Result<Report> report = fromJson<Report>(value.toObject());
        if (!report) {
            return std::nullopt;
        }
        frame.reports.append(*report);
    }
    return frame;
}

/// The frame at `at`: its length, 0 when there is none that is whole and right.
qsizetype frameAt(QByteArrayView bytes, qsizetype at)
{
    if (bytes.size() - at < headBytes || bytes.sliced(at, 4) != magic) {
        return 0;
    }
    const auto length = qFromLittleEndian<quint32>(bytes.data() + at + 4);
    if (length < minPayload || length > maxPayload || qsizetype {length} > bytes.size() - at - headBytes) {
        return 0;
    }
    const auto sum = qFromLittleEndian<quint32>(bytes.data() + at + 8);
    return crc32(bytes.sliced(at + headBytes, length)) == sum ? headBytes + qsizetype {length} : 0;
}

} // namespace

quint32 crc32(QByteArrayView bytes)
{
    static const std::array<quint32, 256> table = [] {
        std::array<quint32, 256> t {};
        for (quint32 i = 0; i < 256; ++i) {
            quint32 c = i;
            for (int bit = 0; bit < 8; ++bit) {
                c = (c & 1U) != 0 ? 0xEDB88320U ^ (c >> 1) : c >> 1;
            }
            t[i] = c;
        }
        return t;
    }();
    quint32 sum = 0xFFFFFFFFU;
    for (const char byte : bytes) {
        sum = table[(sum ^ static_cast<unsigned char>(byte)) & 0xFFU] ^ (sum >> 8);
    }
    return sum ^ 0xFFFFFFFFU;
}

QByteArray encodeFrame(const JournalFrame &frame)
{
    QJsonObject o {{u"r"_s, toJson(frame.record)}};
    if (frame.acknowledged >= 0) {
        o.insert(u"a"_s, frame.acknowledged);
    }
    if (frame.firstReport >= 0) {
        o.insert(u"f"_s, frame.firstReport);
    }
    if (!frame.reports.isEmpty()) {
        QJsonArray reports;
        for (const Report &report : frame.reports) {
            reports.append(dtf::toJson(report));
        }
        o.insert(u"q"_s, reports);
    }
    const QByteArray payload = QJsonDocument(o).toJson(QJsonDocument::Compact);
    QByteArray bytes(headBytes, Qt::Uninitialized);
    std::copy(magic.begin(), magic.end(), bytes.data());
    qToLittleEndian(static_cast<quint32>(payload.size()), bytes.data() + 4);
    qToLittleEndian(crc32(payload), bytes.data() + 8);
    return bytes + payload;
}

FramesRead decodeFrames(QByteArrayView bytes)
{
    FramesRead read;
    while (const qsizetype length = frameAt(bytes, read.goodBytes)) {
        const auto frame = frameFromPayload(bytes.sliced(read.goodBytes + headBytes, length - headBytes).toByteArray());
        if (!frame) {
            read.damaged = true; // its sum is right, so it was written like this: by another version
            return read;
        }
        read.frames.append(*frame);
        read.goodBytes += length;
    }
    for (qsizetype at = read.goodBytes; (at = bytes.indexOf(magic, at)) >= 0; ++at) {
        if (frameAt(bytes, at) > 0) {
            read.damaged = true;
            break;
        }
    }
    return read;
}

} // namespace dtf
