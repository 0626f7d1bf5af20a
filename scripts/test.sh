#!/usr/bin/env bash
# Sets up and runs every test. Ends with a line `N passed, N failed`.
set -uo pipefail
# shellcheck source=scripts/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
cd "$ROOT" || exit 2

# The demo cluster is tested with Debian's own PVE client too.
if ! /usr/bin/python3 -c 'import proxmoxer, requests' 2>/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say 'Installing python3-proxmoxer and python3-requests with apt-get for the client tests…'
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-proxmoxer python3-requests; } >/dev/null 2>&1 ||
      say 'apt-get could not install them: the python3-proxmoxer tests will be skipped.'
  else
    say 'python3-proxmoxer is not installed and this is not root: its client tests will be skipped.'
  fi
fi

exec "$NODE24" scripts/run-tests.mjs "$@"
