#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# banned.sh ROOT: prints file:line of what must not be in the sources below ROOT and fails if there is any.
root=${1:?source folder}
cd "$root" || exit 2
[ -d common ] || { echo "no sources in $root"; exit 2; }
found=0

# ban WHAT PATTERN ALLOWED FOLDER…: lines that match PATTERN, comments and the files in ALLOWED (an expression over the path) left out.
ban() {
    what=$1 pattern=$2 allowed=$3
    shift 3
    for folder in "$@"; do
        [ -d "$folder" ] || continue
        hits=$(find "$folder/" -type f \( -name '*.cpp' -o -name '*.h' \) -exec grep -nE "$pattern" /dev/null {} + \
            | grep -vE '^[^:]+:[0-9]+:[[:space:]]*(//|\*)' \
            | grep -vE "^($allowed):")
        if [ -n "$hits" ]; then
            printf '%s\n' "$hits" | while IFS= read -r line; do printf '%s   <- %s\n' "$line" "$what"; done
            found=1
        fi
    done
}

product='common orchestrator agent console'
none='-'

# Qt's renames turn EACCES, EBUSY and EIO into copy and delete and still report success.
ban "Qt's or the standard library's rename: use ShareFs::atomicMove, or LocalDisk" \
    'Q(File|Dir|SaveFile|TemporaryFile)::rename|(filesystem|fs)::rename|Q(File|Dir)\([^;]*\)[[:space:]]*\.rename\(|([fF]ile|[dD]ir)[A-Za-z]*(\.|->)rename\(' \
    "$none" $product
ban 'rename of the system: only in the share, the agent'"'"'s local disk and the log rotation' \
    '(std|[^A-Za-z0-9_>])::rename\(|renameat2?\(' \
    'common/+share/shareio_linux\.cpp|common/+core/logging\.cpp|agent/+work/localdisk\.cpp' $product
ban 'MoveFile copies across volumes and replaces: only on the agent'"'"'s local disk' \
    'MoveFile(Ex|WithProgress|Transacted)?[AW]?\(' \
    'agent/+work/localdisk\.cpp' $product
ban 'nested event loop' 'processEvents[[:space:]]*\(' 'tests/+simulation/scheduler\.h' $product tests # a dispatcher of its own
ban 'sleep in a test: wait for the event, or use a fake clock' \
    'qSleep\(|qWait\([^0)]|Thread::(m|u)?sleep\(|sleep_(for|until)\(|(^|[^A-Za-z0-9_.>])(u|nano)?sleep\(|(^|[^A-Za-z0-9_])Sleep\(' \
    'tests/+helpers/[^:]*' tests

exit $found
