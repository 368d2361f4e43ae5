// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/hardware.h"

#include <QCryptographicHash>

#include <algorithm>

namespace dtf {

namespace {

constexpr qsizetype uuidText = 36;

bool haveOneInCommon(const QByteArrayList &a, const QByteArrayList &b)
{
    return std::any_of(a.cbegin(), a.cend(), [&](const QByteArray &card) { return b.contains(card); });
}

} // namespace

SameMachine compare(const Hardware &before, const Hardware &now)
{
    if (!before.board.isEmpty() && !now.board.isEmpty()) {
        return before.board == now.board ? SameMachine::Same : SameMachine::Changed;
    }
    const bool installationsKnown = !before.installation.isEmpty() && !now.installation.isEmpty();
    if (installationsKnown && before.installation != now.installation) {
        return SameMachine::Changed;
    }
    const bool common = haveOneInCommon(before.cards, now.cards);
    if (before.cards.size() >= 2 && now.cards.size() >= 2 && !common) {
        return SameMachine::Changed;
    }
    const bool noCards = before.cards.isEmpty() && now.cards.isEmpty();
    return installationsKnown && (common || noCards) ? SameMachine::Same : SameMachine::Unsure;
}

QByteArray identityOf(const Hardware &hardware)
{
    if (!hardware.board.isEmpty()) {
        return "board-" + hardware.board;
    }
    if (hardware.installation.isEmpty() && hardware.cards.isEmpty()) {
        return {};
    }
    const QByteArray all = hardware.installation + '\n' + hardware.cards.join('\n');
    return "system-" + QCryptographicHash::hash(all, QCryptographicHash::Sha256).toHex().left(40);
}

QByteArray usableBoard(const QByteArray &uuid)
{
    const QByteArray text = uuid.trimmed().toLower();
    if (text.size() != uuidText) {
        return {};
    }
    QByteArray digits = text;
    digits.replace('-', "");
    const bool hexadecimal = digits.size() == 32
        && std::all_of(digits.cbegin(), digits.cend(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
    const bool oneDigit = std::all_of(digits.cbegin(), digits.cend(), [&](char c) { return c == digits.front(); });
    return !hexadecimal || oneDigit || text == "03000200-0400-0500-0006-000700080009" ? QByteArray() : text;
}

QByteArray boardInTable(const QByteArray &table)
{
    const auto byteAt = [&](qsizetype i) { return static_cast<unsigned char>(table[i]); };
    constexpr qsizetype header = 8; // before the structures
    constexpr int systemInformation = 1;
    constexpr int endOfTable = 127;
    qsizetype at = header;
    while (at + 4 <= table.size()) {
        const int type = byteAt(at);
        const qsizetype length = byteAt(at + 1);
        if (length < 4 || type == endOfTable || at + length > table.size()) {
            return {};
        }
        if (type == systemInformation && length >= 0x19) {
            QByteArray bytes = table.mid(at + 8, 16);
            std::reverse(bytes.begin(), bytes.begin() + 4); // the first three parts are little endian
            std::reverse(bytes.begin() + 4, bytes.begin() + 6);
            std::reverse(bytes.begin() + 6, bytes.begin() + 8);
            const QByteArray hex = bytes.toHex();
            return usableBoard(
                hex.mid(0, 8) + '-' + hex.mid(8, 4) + '-' + hex.mid(12, 4) + '-' + hex.mid(16, 4) + '-' + hex.mid(20, 12));
        }
        at += length;
        while (at + 1 < table.size() && (table[at] != 0 || table[at + 1] != 0)) { // its texts
            ++at;
        }
        at += 2;
    }
    return {};
}

} // namespace dtf
