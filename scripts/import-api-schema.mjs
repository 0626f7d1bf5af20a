// Writes agent/src/pve/schema/endpoints.json: method, path, parameters and permissions of every PVE API
// call, one call a line so that a new PVE release is a readable diff. Facts only: no descriptions.
// Usage: node scripts/import-api-schema.mjs ../shared/data/pve-apidata.json
import { readFileSync, writeFileSync } from 'node:fs';

const [source = '../shared/data/pve-apidata.json'] = process.argv.slice(2);
const data = JSON.parse(readFileSync(source, 'utf8'));

const strip = (value) => {
  if (Array.isArray(value)) return value.map(strip);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => !(key === 'd' && typeof inner === 'string'))
      .map(([key, inner]) => [key, strip(inner)]),
  );
};

const lines = data.endpoints.map((endpoint) => {
  const { path, method, name, params, perm, protected: root, proxyto, returns } = endpoint;
  return JSON.stringify(
    Object.fromEntries(
      Object.entries({
        path,
        method,
        name,
        params: Object.fromEntries(Object.entries(params ?? {}).map(([key, value]) => [key, strip(value)])),
        perm: strip(perm ?? null),
        protected: root,
        proxyto,
        returns: strip(returns ?? null),
      }).filter(([, value]) => value !== undefined),
    ),
  );
});
const header = { pveDocsVersion: data.pve_docs_version, commit: data.commit, generated: data.generated };
const body = `{"source":${JSON.stringify(header)},"endpoints":[\n${lines.join(',\n')}\n]}\n`;
writeFileSync(new URL('../agent/src/pve/schema/endpoints.json', import.meta.url), body);
console.log(`${lines.length} calls, ${Math.round(body.length / 1024)} KiB`);
