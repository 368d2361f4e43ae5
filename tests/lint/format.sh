#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# format.sh ROOT: every source below ROOT is as .clang-format says. 77: clang-format is not installed.
root=${1:?source folder}
if ! command -v clang-format > /dev/null 2>&1; then
    echo "skipped: clang-format is not installed"
    exit 77
fi
cd "$root" || exit 2
[ -d common ] || { echo "no sources in $root"; exit 2; }
status=0
for folder in common orchestrator agent console tests installer; do
    [ -d "$folder" ] || continue
    find "$folder/" -type f \( -name '*.cpp' -o -name '*.h' \) -exec clang-format --dry-run -Werror {} + || status=1
done
exit $status
