// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayList>

namespace dtf {

/// What tells one machine from another that was cloned from its disk. Each part may be unknown (empty).
struct Hardware
{
    QByteArray board; ///< the firmware's UUID (SMBIOS), lower case: a hypervisor gives each clone its own
    QByteArray installation; ///< the operating system's id (machineIdentity()): the same on a clone, unless it was reset there
    QByteArrayList cards; ///< permanent addresses of the physical network cards, sorted, lower case
    bool operator==(const Hardware &) const = default;
};

/// Blocks for a few small files at most. Linux: /sys/class/dmi/id/product_uuid, which only root may read, else
/// /run/dtf-product-uuid, where the package's unit puts a copy of it for the group dtf, else /run/dtf-agent/product_uuid, where a
/// unit of one's own may put one; cards that have a device behind them and an
/// address of their own. Windows: the SMBIOS table, which everybody may read; no cards.
[[nodiscard]] Hardware readHardware();

enum class SameMachine { Same, Changed, Unsure };

/// Is `now` the machine that `before` was? "Changed" must be certain enough to put an agent's memory aside:
/// 1. both boards known: they decide. A new network card or a reset installation is no new machine.
/// 2. else another installation id: Changed, as for the journal.
/// 3. else at least two cards before and now, and none in common: Changed. One card alone may have been replaced.
/// 4. else the same installation id (known) and a card in common, or cards known on neither side: Same. All else: Unsure.
/// Unsure is treated like Same by the agent: should it be a clone, the orchestrator hears two of one name and says so. Pure.
[[nodiscard]] SameMachine compare(const Hardware &before, const Hardware &now);

/// One word for it, printable ASCII of at most 128 characters, the same as long as the machine is: from the board, else from
/// installation and cards. Empty: nothing is known. Pure.
[[nodiscard]] QByteArray identityOf(const Hardware &hardware);

/// Nothing where firmware makers left a placeholder instead of a UUID. Pure.
[[nodiscard]] QByteArray usableBoard(const QByteArray &uuid);
/// The UUID in a raw SMBIOS table as Windows gives it; empty: none. Pure.
[[nodiscard]] QByteArray boardInTable(const QByteArray &table);

} // namespace dtf
