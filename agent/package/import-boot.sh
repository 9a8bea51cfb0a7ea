#!/bin/sh
# Takes in what was put on the boot partition of a memory card: configuration and claim go to the agent's own folder, as its user,
# and from the partition, which any computer reads. Without such a folder there is nothing to do.
set -eu
state=${1:-/var/lib/rollcall}
owner=$(stat -L -c %u "$state")
group=$(stat -L -c %g "$state")
for boot in ${2:-/boot/firmware/rollcall /boot/rollcall}; do
  [ -f "$boot/agent.json" ] || continue
  for file in "$boot"/*; do
    [ -f "$file" ] || continue
    name=${file##*/}
    # Root writes where the agent's user does: a new file in place of whatever lies there, and through no link.
    rm -rf "$state/.$name.new"
    install -T -m 0600 -o "$owner" -g "$group" "$file" "$state/.$name.new"
    sync "$state/.$name.new"
    mv -T "$state/.$name.new" "$state/$name"
  done
  sync "$state"
  # Only now is a copy here that a power cut cannot take away.
  for file in "$boot"/*; do
    [ -f "$file" ] || continue
    shred --force --remove "$file" 2>/dev/null || rm -f "$file"
  done
  rmdir "$boot" 2>/dev/null || true
  sync "$(dirname "$boot")"
done
