# Sourced by the other scripts. Brings a fresh clone to a state in which it can run: dependencies, the private
# Node 24 and the bundles in dist/. Does nothing when all of that is there already.
# Gives: $ROOT, $NODE24.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
say() { printf '%s\n' "$*" >&2; }

require_node() {
  if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
    say 'Node.js 20 or newer with npm is needed and was not found.'
    say 'On Debian: apt-get install nodejs npm (Debian 13), or a Node 20+ package from nodejs.org.'
    exit 2
  fi
  local major
  major=$(node -p 'process.versions.node.split(".")[0]')
  if [ "$major" -lt 20 ]; then
    say "Node.js 20 or newer is needed; this is $(node --version)."
    exit 2
  fi
}

install_dependencies() {
  local stamp="$ROOT/node_modules/.installed-lock"
  if [ -f "$stamp" ] && cmp -s "$stamp" "$ROOT/package-lock.json"; then return; fi
  require_node
  say 'First use: installing the dependencies that package-lock.json pins (npm ci, about half a minute)…'
  if ! (cd "$ROOT" && npm ci --no-audit --no-fund --loglevel=error >&2); then
    say 'npm ci failed: the npm registry has to be reachable for the first start. Nothing else was changed.'
    exit 2
  fi
  cp "$ROOT/package-lock.json" "$stamp"
}

# npm may be told not to run install scripts; the package that holds the binary is then fetched, but not linked.
find_node24() {
  local candidate
  for candidate in "$ROOT/node_modules/node/bin/node" "$ROOT"/node_modules/node-linux-*/bin/node; do
    if [ -x "$candidate" ]; then
      NODE24=$candidate
      return
    fi
  done
  say 'The private Node 24 is missing (npm install scripts are switched off?). Run: npm rebuild node'
  exit 2
}

build_bundles() {
  local bundle="$ROOT/dist/proxmox-ai.mjs"
  if [ -f "$bundle" ] && [ -z "$(find "$ROOT/agent/src" "$ROOT/scripts/build.mjs" "$ROOT/package.json" -newer "$bundle" -print -quit)" ]; then
    return
  fi
  (cd "$ROOT" && "$NODE24" scripts/build.mjs >&2) || { say 'The build failed; see above.'; exit 2; }
}

install_dependencies
find_node24
build_bundles
