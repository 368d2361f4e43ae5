#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# selftest.sh BANNED: the check must find each of these, and nothing in what is allowed.
banned=${1:?banned.sh}
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/agent/work" "$dir/common/share" "$dir/tests/helpers" "$dir/tests/agent"
failed=0

must_find() {
    printf '%s\n' "$2" > "$dir/$1"
    if sh "$banned" "$dir" > "$dir/out"; then
        echo "not found in $1: $2"
        failed=1
    elif ! grep -qE "^[a-z]+//?${1#*/}:1:" "$dir/out"; then
        echo "no file:line for $1: $2"
        failed=1
    fi
    rm "$dir/$1"
}
must_pass() {
    printf '%s\n' "$2" > "$dir/$1"
    sh "$banned" "$dir" || { echo "wrongly found in $1: $2"; failed=1; }
    rm "$dir/$1"
}

must_find agent/a.cpp '    QFile::rename(a, b);'
must_find agent/a.cpp '    QFile(a).rename(b);'
must_find agent/a.cpp '    QDir().rename(a, b);'
must_find agent/a.cpp '    file.rename(b);'
must_find agent/a.cpp '    m_file->rename(b);'
must_find agent/a.cpp '    std::filesystem::rename(a, b);'
must_find agent/a.cpp '    std::rename(a, b);'
must_find agent/a.cpp '    if (::rename(a, b) != 0) {'
must_find agent/a.cpp '    ::renameat(1, a, 2, b);'
must_find common/share/a.h '    MoveFileExW(a, b, 0);'
must_find agent/a.cpp '    QCoreApplication::processEvents();'
must_find tests/agent/a.cpp '    app.processEvents();'
must_find tests/agent/a.cpp '    QTest::qSleep(10);'
must_find tests/agent/a.cpp '    QTest::qWait(100);'
must_find tests/agent/a.cpp '    QThread::msleep(10);'
must_find tests/agent/a.cpp '    std::this_thread::sleep_for(1ms);'
must_find tests/agent/a.cpp '    usleep(10);'
must_find tests/agent/a.cpp '    Sleep(10);'
must_pass agent/a.cpp '    // QFile::rename() must not be used'
must_pass agent/a.cpp '    ops.rename();'
must_pass agent/work/localdisk.cpp '    ::rename(a, b); MoveFileExW(a, b, 0);'
must_pass tests/helpers/a.cpp '    std::this_thread::sleep_for(1ms);'
must_pass tests/agent/a.cpp '    QTest::qWait(0); spy.wait(5000); state = sleeping;'

exit $failed
