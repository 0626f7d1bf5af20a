import { sub } from '../config-values.ts';
import { isUefi, osType } from '../config-values.ts';
import { configEvidence, type Facts } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { fail, pass } from '../verdict.ts';
import { defineCheck } from '../check.ts';

function exempt({ config }: Facts): string | null {
  if (!isUefi(config)) return 'The VM boots by BIOS (VM-SEC-013).';
  if (sub(config, 'amd-sev', 'type') === 'snp') return 'SEV-SNP allows no EFI disk.';
  return /(^|\s)-kernel\s/.test(config.values.args ?? '') ? 'The kernel is loaded directly.' : null;
}

const rule = defineRule({
  severity: always('medium'),
  needs: [],
  applies: exempt,
  evaluate: (facts) => {
    const { config } = facts;
    const ready =
      sub(config, 'efidisk0', 'efitype') === '4m' && sub(config, 'efidisk0', 'pre-enrolled-keys') === '1';
    return ready
      ? pass
      : fail([configEvidence(facts, 'efidisk0', 'efitype=4m,pre-enrolled-keys=1')], {
          ...(osType(config) === 'win11' ? { severity: 'high' as const } : {}),
        });
  },
});

export const vmSec014 = defineCheck({
  id: 'VM-SEC-014',
  title: 'UEFI guest cannot do Secure Boot',
  scope: 'qemu',
  rule,
  why: 'The VM uses UEFI but has no keys to check its boot loader with, so Secure Boot cannot work.',
  advice:
    'With the VM off: remove efidisk0 and create one with efitype=4m,pre-enrolled-keys=1. Boot entries in NVRAM are lost; suspend BitLocker first. Keep the old disk until the VM has booted.',
  effect: 'Needs the VM off; the NVRAM content is lost.',
  references: ['qm.adoc "BIOS and UEFI"'],
  exceptions: ['no-secure-boot'],
});
