# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced: wine with a prefix of its own below the build folder.
#   wine_environment BUILD   sets WINEPREFIX and what programs of that build need to find their libraries; makes the prefix at first use
#   wine_display LOG         starts an X server of our own for windows to be drawn on; before the prefix's first program
#   wine_end                 ends this prefix's own wineserver with all that runs in it, and that X server
# Wine keeps variables QT_… from its programs: they draw on its own windows, whatever QT_QPA_PLATFORM says.

# A path of this machine as wine sees it.
wine_path() { printf 'Z:%s' "$1" | tr / '\\'; }

wine_environment() {
    local build=$1 triple=x86_64-w64-mingw32 qt
    qt=$(sed -n 's/^DTF_QT_WINDOWS:PATH=//p' "$build/CMakeCache.txt")
    export WINEPREFIX=$build/wine WINEARCH=win64 WINEDEBUG=${WINEDEBUG--all} WINEDLLOVERRIDES='mscoree,mshtml=;winemenubuilder.exe=d'
    WINEPATH="$(wine_path "$qt/bin");$(wine_path "$(dirname "$($triple-g++-posix -print-libgcc-file-name)")");$(wine_path "/usr/$triple/lib")"
    export WINEPATH
    # ctest starts several tests at once: one makes the prefix, the others wait for it (at most three minutes).
    (
        flock -w 180 9 || { echo "wine: the prefix is not ready after three minutes" >&2; exit 1; }
        [ ! -f "$WINEPREFIX/prepared" ] || exit 0
        rm -rf "$WINEPREFIX"
        { wine wineboot -i && wine winecfg -v win10 && wine_settings && wineserver -w; } > "$build/wine.log" 2>&1 || { cat "$build/wine.log" >&2; exit 1; }
        touch "$WINEPREFIX/prepared"
    ) 9> "$build/wine.lock"
}

# Debian's wine does not look where fonts-wine puts its fonts: without Tahoma, words stand in a font of other heights than they are given.
# A crash ends a program, no dialog waits for somebody to close it; and no window waits (3 s each) for a window manager, for there is none.
wine_settings() {
    ln -sf /usr/share/wine/fonts/*.ttf "$WINEPREFIX/drive_c/windows/Fonts/" || return
    wine reg add 'HKCU\Software\Wine\WineDbg' /v ShowCrashDialog /t REG_DWORD /d 0 /f \
        && wine reg add 'HKCU\Software\Wine\X11 Driver' /v Managed /d N /f
}

wine_display() {
    local number
    exec 7< <(exec Xvfb -displayfd 1 -screen 0 1600x1000x24 -nolisten tcp 2> "$1")
    wine_xvfb=$!
    read -r number <&7 || { cat "$1" >&2; return 1; }
    export DISPLAY=:$number
}

wine_end() {
    [ ! -d "${WINEPREFIX-}" ] || wineserver -k > /dev/null 2>&1 || true
    [ -z "${wine_xvfb-}" ] || kill "$wine_xvfb" 2> /dev/null || true
}
