// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace crashshim {

/// `path` with everything that differs from life to life replaced: job ids (J), epochs (eN), boots (bB), days (D), random names
/// (R). Two lives that do the same then say the same.
[[nodiscard]] std::string normalised(std::string_view path);

/// The absolute path that `path` means beside the folder `dirfd`. Links are not resolved.
[[nodiscard]] std::string absolute(int dirfd, const char *path);
/// What /proc says about an open file; empty: it is no file.
[[nodiscard]] std::string pathOf(int fd);

} // namespace crashshim
