// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/ids.h"

#include <QString>

namespace dtf {

/// A node name made of a host name: its first part in upper case, what a node name can't have made '-'. Pure.
/// "payroll-vm7.example" gives PAYROLL-VM7; what leaves nothing gives NODE, a reserved name like "con" NODE-CON.
[[nodiscard]] NodeName nodeNameFrom(const QString &hostName);

} // namespace dtf
