#!/bin/sh
# Puts this unpacked folder into your own menu and file types, or takes it out again. Needs no admin rights.
#   ./desktop-entry.sh install
#   ./desktop-entry.sh remove
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd -P)
share="${XDG_DATA_HOME:-$HOME/.local/share}"
entry="$share/applications/org.cxrviewer.viewer.desktop"
mime="$share/mime/packages/cxrviewer.xml"
sizes="16 24 32 48 64 128 256 512"

refresh() {
    for tool in "update-desktop-database $share/applications" "update-mime-database $share/mime"; do
        if command -v "${tool%% *}" >/dev/null 2>&1; then
            "${tool%% *}" "${tool#* }" >/dev/null 2>&1 || true
        fi
    done
}

case "${1:-}" in
install)
    mkdir -p "$share/applications" "$share/mime/packages"
    # In a quoted Exec value " ` $ and \ are escaped, and the file format doubles every backslash (Desktop Entry 1.5).
    quoted=$(printf '%s' "$here/cxrviewer" | sed -e 's/\\/\\\\\\\\/g' -e 's/["`$]/\\\\&/g' -e 's/%/%%/g')
    while IFS= read -r line; do
        case "$line" in
        Exec=*) printf 'Exec="%s" %%F\n' "$quoted" ;;
        TryExec=*) printf 'TryExec=%s\n' "$here/cxrviewer" ;;
        *) printf '%s\n' "$line" ;;
        esac
    done <"$here/share/org.cxrviewer.viewer.desktop" >"$entry"
    cp "$here/share/cxrviewer-mime.xml" "$mime"
    for size in $sizes; do
        mkdir -p "$share/icons/hicolor/${size}x$size/apps"
        cp "$here/_internal/resources/icons/cxrviewer-$size.png" "$share/icons/hicolor/${size}x$size/apps/cxrviewer.png"
    done
    refresh
    ;;
remove)
    rm -f "$entry" "$mime"
    for size in $sizes; do rm -f "$share/icons/hicolor/${size}x$size/apps/cxrviewer.png"; done
    refresh
    ;;
*)
    echo "usage: $0 install|remove" >&2
    exit 2
    ;;
esac
