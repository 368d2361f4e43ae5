// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

/// What a power cut would leave, written down while the program runs, into the folder that Plan::images() names (none: nothing is
/// done). tests/crashpoints/powercut.cpp puts it back:
///   <inode>.image   the content at the last fsync
///   <inode>.dirty   written to since
///   names           renames and removals in local folders, and the folders' fsyncs, in order
///   saved-<n>       what a rename replaced or a removal removed
namespace crashshim::images {

void willWrite(int fd); ///< before any change of its content
void synced(int fd); ///< after a successful fsync of a file or folder
void willRename(const std::string &from, const std::string &to);
void willRemove(const std::string &path);

} // namespace crashshim::images
