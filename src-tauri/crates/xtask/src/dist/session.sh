#!/bin/sh
# Runs in the fresh root as an ordinary user: opens Casefolio in practice mode on a virtual display, waits until its window is there and
# painted and the first changes have come, takes a picture, and ends it. Everything that is to be looked at is left in $HOME/seen.
set -eu
mkdir -p "$HOME/seen"
cd "$HOME/seen"
if [ "${1:-}" != inside ]; then
    # As every login makes one.
    export XDG_RUNTIME_DIR="$HOME/run"
    mkdir -m 700 "$XDG_RUNTIME_DIR"
    mkfifo "$HOME/display"
    Xvfb -screen 0 1280x800x24 -nolisten tcp -displayfd 3 3> "$HOME/display" 2> xvfb.txt &
    read -r number < "$HOME/display"
    rm "$HOME/display"
    export DISPLAY=":$number"
    exec dbus-run-session -- sh "$0" inside
fi

casefolio-cli check EAC9999103402 --practice > cli.txt
CASEFOLIO_EVENTS="$HOME/seen/events" casefolio --practice > program.txt 2>&1 &
program=$!

# Every second, for two minutes at most.
patiently() {
    for _ in $(seq 120); do
        if "$@"; then return 0; fi
        kill -0 "$program" || { echo "Casefolio has ended"; cat program.txt; return 1; }
        sleep 1
    done
    echo "waited in vain: $*"
    cat program.txt
    return 1
}
window_is_there() { xdotool search --onlyvisible --class casefolio > windows 2> /dev/null; }
# One colour all over makes a picture of a few kilobytes.
is_painted() { xwd -silent -id "$(head -n 1 windows)" -out window.xwd && [ "$(gzip -c window.xwd | wc -c)" -gt 15000 ]; }
changes_came() { [ -s events ]; }

patiently window_is_there
patiently changes_came
patiently is_painted
xprop -id "$(head -n 1 windows)" WM_CLASS > class.txt
kill "$program"
wait "$program" 2> /dev/null || true
