// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/ids.h"

#include "common/core/random.h"

#include <cstring>

namespace dtf {

namespace {

constexpr char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

int digitOf(char c)
{
    const char *at = c ? std::strchr(alphabet, c) : nullptr;
    return at ? static_cast<int>(at - alphabet) : -1;
}

/// Adds one to the 80 random bits; an overflow (1 in 2^80) carries into the time, which keeps the order.
void increment(std::array<std::uint8_t, 16> &bytes)
{
    for (size_t i = bytes.size(); i-- > 0;) {
        if (++bytes[i] != 0) {
            return;
        }
    }
}

bool isReservedDevice(QByteArrayView text)
{
    static constexpr const char *reserved[] = {"CON", "PRN", "AUX", "NUL"};
    for (const char *word : reserved) {
        if (text == QByteArrayView(word)) {
            return true;
        }
    }
    return text.size() == 4 && (text.startsWith("COM") || text.startsWith("LPT")) && text[3] >= '0' && text[3] <= '9';
}

} // namespace

JobId JobId::fromBytes(const std::array<std::uint8_t, 16> &bytes)
{
    JobId id;
    id.m_bytes = bytes;
    return id;
}

std::optional<JobId> JobId::parse(QByteArrayView text)
{
    if (text.size() != 26 || digitOf(text[0]) < 0 || digitOf(text[0]) > 7) {
        return std::nullopt;
    }
    // 26 digits of 5 bits are 130 bits: the first digit carries 3.
    std::array<std::uint8_t, 16> bytes {};
    unsigned accumulator = 0;
    int bits = -2;
    size_t at = 0;
    for (const char c : text) {
        const int digit = digitOf(c);
        if (digit < 0) {
            return std::nullopt;
        }
        accumulator = (accumulator << 5) | static_cast<unsigned>(digit);
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            bytes[at++] = static_cast<std::uint8_t>((accumulator >> bits) & 0xff);
        }
    }
    return fromBytes(bytes);
}

QByteArray JobId::toBytes26() const
{
    QByteArray out(26, Qt::Uninitialized);
    unsigned accumulator = 0;
    int bits = 2; // two leading zero bits make 130
    qsizetype at = 0;
    for (const std::uint8_t byte : m_bytes) {
        accumulator = (accumulator << 8) | byte;
        bits += 8;
        while (bits >= 5) {
            bits -= 5;
            out[at++] = alphabet[(accumulator >> bits) & 31];
        }
    }
    return out;
}

size_t qHash(const JobId &id, size_t seed) noexcept
{
    return qHashBits(id.bytes().data(), id.bytes().size(), seed);
}

JobId JobIdGenerator::next(WallTime wall)
{
    std::array<std::uint8_t, 16> bytes {};
    const auto msecs = static_cast<std::uint64_t>(qMax<std::int64_t>(0, wall.msecsSinceEpoch));
    for (size_t i = 0; i < 6; ++i) {
        bytes[i] = static_cast<std::uint8_t>(msecs >> (8 * (5 - i)));
    }
    const std::array<std::uint64_t, 2> random {random64(), random64()};
    std::memcpy(bytes.data() + 6, random.data(), 10);
    JobId id = JobId::fromBytes(bytes);
    if (id <= m_last) { // same millisecond, or the clock went back
        bytes = m_last.bytes();
        increment(bytes);
        id = JobId::fromBytes(bytes);
    }
    m_last = id;
    return id;
}

Result<NodeName> NodeName::parse(QByteArrayView text)
{
    const auto bad = [&](const char *why) {
        return fail(ErrorCode::InvalidArgument,
            QStringLiteral("node name \"%1\": %2; use 1 to 32 characters of A-Z, 0-9 and inner '-', e.g. DTF-01")
                .arg(QString::fromUtf8(text.first(qMin<qsizetype>(64, text.size()))), QLatin1StringView(why)));
    };
    if (text.isEmpty() || text.size() > 32) {
        return bad("wrong length");
    }
    for (const char c : text) {
        if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-')) {
            return bad("character not allowed");
        }
    }
    if (text.front() == '-' || text.back() == '-') {
        return bad("begins or ends with '-'");
    }
    if (isReservedDevice(text)) {
        return bad("reserved by Windows");
    }
    NodeName name;
    name.m_text = text.toByteArray();
    return name;
}

size_t qHash(const NodeName &name, size_t seed) noexcept
{
    return qHash(name.bytes(), seed);
}

size_t qHash(const BootId &boot, size_t seed) noexcept
{
    return qHash(boot.bytes(), seed);
}

BootId BootId::generate()
{
    BootId id;
    std::uint64_t random = random64();
    for (int i = 0; i < 8; ++i, random >>= 5) {
        const char c = alphabet[random & 31];
        id.m_text.append(static_cast<char>(c >= 'A' ? c - 'A' + 'a' : c));
    }
    return id;
}

std::optional<BootId> BootId::parse(QByteArrayView text)
{
    if (text.size() != 8) {
        return std::nullopt;
    }
    for (const char c : text) {
        const bool lower = c >= 'a' && c <= 'z';
        if (c >= 'A' && c <= 'Z') {
            return std::nullopt;
        }
        if (digitOf(lower ? static_cast<char>(c - 'a' + 'A') : c) < 0) {
            return std::nullopt;
        }
    }
    BootId id;
    id.m_text = text.toByteArray();
    return id;
}

} // namespace dtf
