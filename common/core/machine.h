// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace dtf {

/// Identity of this machine's installation: a clone of the disk has the same (hardware.h tells those apart). Empty: unknown.
[[nodiscard]] QByteArray machineIdentity();
/// Changes at each start of the machine; a clone, which is started by itself, has another. Empty: unknown.
[[nodiscard]] QByteArray machineBootIdentity();

} // namespace dtf
