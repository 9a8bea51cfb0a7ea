#!/bin/sh
# The packaged agent, for people: rollcall-agent --help
exec /usr/lib/rollcall-agent/bin/node /usr/lib/rollcall-agent/app/agent/bin/rollcall-agent.mjs "$@"
