import { hookscript } from '../rules/hookscript.ts';
import { defineCheck } from '../check.ts';

export const ctSec019 = defineCheck({
  id: 'CT-SEC-019',
  title: 'Hookscript',
  scope: 'lxc',
  rule: hookscript,
  why: 'The script runs as root on the node whenever the container starts or stops: whoever may write it owns the node.',
  advice: 'Review the script and who may write it; delete the key as root@pam if it is not needed.',
  effect: 'Live.',
  references: ['pct.conf'],
  exceptions: ['hookscript'],
});
