#!/usr/bin/env bash
# Prints figures and ratios; asserts nothing. By hand: ./scripts/bench.sh
set -euo pipefail
# shellcheck source=scripts/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
cd "$ROOT"
for bench in test/bench/*.ts; do
  "$NODE24" --disable-warning=ExperimentalWarning "$bench"
done
