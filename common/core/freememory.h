// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace dtf {

/// Gives memory that was freed back to the system, where the system's allocator would keep it (glibc does, in every thread's
/// arena, until the end of the process). For the end of something great, as it takes milliseconds. Thread: any.
void returnFreeMemory();

} // namespace dtf
