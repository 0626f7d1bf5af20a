#!/usr/bin/env bash
# Sets up on first use, then runs the assistant: ./scripts/start-assistant.sh [chat | ask … | secure 105 | --help …]
set -euo pipefail
# shellcheck source=scripts/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
[ $# -gt 0 ] || set -- chat
exec "$NODE24" --disable-warning=ExperimentalWarning "$ROOT/dist/proxmox-ai.mjs" "$@"
