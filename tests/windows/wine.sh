# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced: wine with a prefix of its own below the build folder.
#   wine_environment BUILD   sets WINEPREFIX and what programs of that build need to find their libraries; makes the prefix at first use
#   wine_end                 ends this prefix's own wineserver with all that runs in it

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
        [ ! -f "$WINEPREFIX/ready" ] || exit 0
        rm -rf "$WINEPREFIX"
        { wine wineboot -i && wine winecfg -v win10 && wineserver -w; } > "$build/wine.log" 2>&1 || { cat "$build/wine.log" >&2; exit 1; }
        touch "$WINEPREFIX/ready"
    ) 9> "$build/wine.lock"
}

wine_end() {
    [ ! -d "${WINEPREFIX-}" ] || wineserver -k > /dev/null 2>&1 || true
}
