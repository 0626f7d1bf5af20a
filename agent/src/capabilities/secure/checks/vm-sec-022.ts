import { hookscript } from '../rules/hookscript.ts';
import { defineCheck } from '../check.ts';

export const vmSec022 = defineCheck({
  id: 'VM-SEC-022',
  title: 'Hookscript runs as root on the node',
  scope: 'qemu',
  rule: hookscript,
  why: 'The script runs as root on the node whenever the VM starts or stops: whoever may write it owns the node.',
  advice:
    'Review the script and who may write it. Delete the key as root@pam if it is not needed; a script that re-binds a GPU or sets firewall rules is.',
  effect: 'Live.',
  references: ['qm.adoc "Hookscripts"'],
  exceptions: ['hookscript'],
});
