// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "common/core/error.h"

#include <QByteArray>
#include <QHashFunctions>
#include <QString>

#include <array>
#include <compare>
#include <cstdint>
#include <optional>

namespace dtf {

/// A job's identity: a ULID (48 bits of wall time, 80 random bits), kept as 16 bytes, written as 26 upper-case Crockford base-32
/// characters (https://github.com/ulid/spec). Default-constructed: null.
class JobId
{
public:
    JobId() = default;
    [[nodiscard]] static JobId fromBytes(const std::array<std::uint8_t, 16> &bytes);
    /// Exactly 26 canonical upper-case characters, first one 0–7; anything else is nullopt.
    [[nodiscard]] static std::optional<JobId> parse(QByteArrayView text);
    [[nodiscard]] bool isNull() const { return *this == JobId {}; }
    [[nodiscard]] QByteArray toBytes26() const;
    [[nodiscard]] QString toString() const { return QString::fromLatin1(toBytes26()); }
    [[nodiscard]] const std::array<std::uint8_t, 16> &bytes() const { return m_bytes; }
    auto operator<=>(const JobId &) const = default;

private:
    std::array<std::uint8_t, 16> m_bytes {};
};

[[nodiscard]] size_t qHash(const JobId &id, size_t seed = 0) noexcept;

/// Makes ids that rise strictly within one process, whatever the clock does. Not thread-safe: one owner.
class JobIdGenerator
{
public:
    [[nodiscard]] JobId next(WallTime wall);

private:
    JobId m_last;
};

/// A worker VM's name, e.g. DTF-01: 1–32 characters of A–Z, 0–9 and inner '-', compared exactly. It is also a folder name on the
/// share; Windows' reserved device names are refused. Default-constructed: empty, meaning no node.
class NodeName
{
public:
    NodeName() = default;
    [[nodiscard]] static Result<NodeName> parse(QByteArrayView text);
    [[nodiscard]] bool isEmpty() const { return m_text.isEmpty(); }
    [[nodiscard]] const QByteArray &bytes() const { return m_text; }
    [[nodiscard]] QString toString() const { return QString::fromLatin1(m_text); }
    bool operator==(const NodeName &) const = default;
    bool operator<(const NodeName &other) const { return m_text < other.m_text; }

private:
    QByteArray m_text;
};

[[nodiscard]] size_t qHash(const NodeName &name, size_t seed = 0) noexcept;

/// One life of one agent or orchestrator process: 8 random lower-case Crockford base-32 characters (40 bits), new at each start.
class BootId
{
public:
    BootId() = default;
    [[nodiscard]] static BootId generate();
    [[nodiscard]] static std::optional<BootId> parse(QByteArrayView text);
    [[nodiscard]] bool isEmpty() const { return m_text.isEmpty(); }
    [[nodiscard]] const QByteArray &bytes() const { return m_text; }
    [[nodiscard]] QString toString() const { return QString::fromLatin1(m_text); }
    bool operator==(const BootId &) const = default;

private:
    QByteArray m_text;
};

[[nodiscard]] size_t qHash(const BootId &boot, size_t seed = 0) noexcept;

/// The n-th assignment of a job: 1, 2, …; 0 means never assigned. Only rises (I7).
using Epoch = std::uint32_t;

} // namespace dtf
