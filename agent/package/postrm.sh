#!/bin/sh
set -e
# Certificate, key and what was not sent yet stay until the package is purged.
if [ "$1" = purge ]; then
  rm -rf /var/lib/private/rollcall /var/lib/rollcall /var/cache/private/rollcall /var/cache/rollcall
fi
if [ "$1" = remove ] || [ "$1" = purge ]; then
  rm -rf /usr/lib/rollcall-agent/app/agent/node_modules/.cache
  [ ! -d /run/systemd/system ] || systemctl daemon-reload || true
fi
