// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/setup/setupframe.h"
#include "common/setup/shareproof.h"

namespace dtf {

/// Asks for the share's folder until it proves good, or the person (--keep-going) takes it as it is; sets "share.root". `plan`
/// says how it is proven, its root is the answer. ShareDown: it stays bad.
[[nodiscard]] Result<void> askShare(SetupFrame &frame, ShareProofPlan plan);

} // namespace dtf
