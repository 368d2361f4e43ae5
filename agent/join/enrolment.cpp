// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/join/enrolment.h"

#include "agent/work/localdisk.h"
#include "common/config/privatefile.h"
#include "common/core/random.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 largest = qint64 {64} * 1024;
constexpr qsizetype longestIdentity = 128;

QString text(const QByteArray &value)
{
    return QString::fromLatin1(value);
}

QByteArray bytes(const QJsonObject &object, QLatin1StringView key)
{
    return object.value(key).toString().toLatin1();
}

QByteArray randomHex(int words)
{
    QByteArray hex;
    for (int i = 0; i < words; ++i) {
        hex += QByteArray::number(quint64 {random64()}, 16).rightJustified(16, '0');
    }
    return hex;
}

} // namespace

QString enrolmentFile(const QString &stateDir)
{
    return stateDir + u"/enrolment"_s;
}

Result<std::optional<Enrolment>> readEnrolment(const QString &stateDir)
{
    QFile file(enrolmentFile(stateDir));
    if (!file.exists()) {
        return std::nullopt;
    }
    if (const auto kept = refuseReadableByOthers(file.fileName()); !kept) {
        return tl::unexpected(kept.error());
    }
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(ErrorCode::IoError, u"can't read %1: %2"_s.arg(file.fileName(), file.errorString()));
    }
    const QJsonObject object = QJsonDocument::fromJson(file.read(largest)).object();
    Enrolment e;
    e.node = NodeName::parse(bytes(object, "node"_L1)).value_or(NodeName());
    e.token = bytes(object, "token"_L1);
    e.machine = bytes(object, "machine"_L1);
    e.request = bytes(object, "request"_L1);
    e.orchestrator = bytes(object, "orchestrator"_L1);
    e.code = bytes(object, "code"_L1);
    e.twin = object.value("twin"_L1).toBool();
    e.hardware.board = bytes(object, "board"_L1);
    e.hardware.installation = bytes(object, "installation"_L1);
    for (const auto &card : object.value("cards"_L1).toArray()) {
        e.hardware.cards.append(card.toString().toLatin1());
    }
    if (e.request.isEmpty() || e.node.isEmpty() != e.token.isEmpty()) {
        return fail(ErrorCode::ParseError,
            u"%1 is damaged: move it away, then this machine joins anew with its join code"_s.arg(file.fileName()));
    }
    return e;
}

Result<void> writeEnrolment(const QString &stateDir, const Enrolment &e)
{
    QJsonArray cards;
    for (const QByteArray &card : e.hardware.cards) {
        cards.append(text(card));
    }
    const QJsonObject object {{"node"_L1, e.node.toString()}, {"token"_L1, text(e.token)}, {"machine"_L1, text(e.machine)},
        {"request"_L1, text(e.request)}, {"orchestrator"_L1, text(e.orchestrator)}, {"code"_L1, text(e.code)},
        {"twin"_L1, e.twin}, {"board"_L1, text(e.hardware.board)}, {"installation"_L1, text(e.hardware.installation)},
        {"cards"_L1, cards}};
    const QByteArray content = QJsonDocument(object).toJson();
    QFile fresh(enrolmentFile(stateDir) + u".new"_s);
    (void)fresh.remove(); // of a write that was cut short
    if (!fresh.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFileDevice::ReadOwner | QFileDevice::WriteOwner)
        || fresh.write(content) != content.size()) {
        return fail(ErrorCode::IoError, u"can't write %1: %2"_s.arg(fresh.fileName(), fresh.errorString()));
    }
    return localdisk::sync(fresh)
        .and_then([&] {
            fresh.close();
            return localdisk::replace(fresh.fileName(), enrolmentFile(stateDir));
        })
        .and_then([&] { return localdisk::syncFolder(stateDir); });
}

Enrolment freshQuestion(const Hardware &hardware, bool amongTwins)
{
    Enrolment e;
    e.hardware = hardware;
    e.machine = identityOf(hardware);
    if (amongTwins) {
        const QByteArray own = "-twin-" + randomHex(1);
        e.machine = e.machine.left(longestIdentity - own.size()) + own;
    }
    e.request = randomHex(2);
    return e;
}

} // namespace dtf
