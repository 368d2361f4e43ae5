// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/browser/policy/browsermachine.h"
#include "agent/browser/policy/portalwatch.h"

namespace dtf {

/// The ladder told as one status: the life cycle below, the portal's page on top. Pure.
[[nodiscard]] PortalVerdict verdictOf(const BrowserMachine &machine, const PortalWatch &portal, MonoTime now);

} // namespace dtf
