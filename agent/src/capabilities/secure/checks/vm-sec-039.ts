import { sub } from '../config-values.ts';
import { setSubkeys } from '../edits.ts';
import { configEvidence, type Facts } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { failIfAny } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const sharesFolders = ({ config }: Facts): boolean =>
  sub(config, 'spice_enhancements', 'foldersharing') === '1';
const sharesClipboard = ({ config }: Facts): boolean => sub(config, 'vga', 'clipboard') === 'vnc';
/** Sound belongs on a desktop; production guests are taken for servers. */
const isServer = ({ profile }: Facts): boolean =>
  ['prod', 'critical'].includes(profile.criticality) || profile.exposed;

const rule = defineRule({
  severity: always('low'),
  needs: [],
  evaluate: (facts) => {
    const { values } = facts.config;
    return failIfAny([
      ...(sharesFolders(facts) ? [configEvidence(facts, 'spice_enhancements', 'no foldersharing')] : []),
      ...(sharesClipboard(facts) ? [configEvidence(facts, 'vga', 'no clipboard=vnc')] : []),
      ...(values.ivshmem !== undefined ? [configEvidence(facts, 'ivshmem', 'not set')] : []),
      ...(values.audio0 !== undefined && isServer(facts) ? [configEvidence(facts, 'audio0', 'not set')] : []),
    ]);
  },
  remedy: (facts) => {
    const actions = [
      ...(sharesFolders(facts)
        ? [
            setSubkeys(
              facts,
              'spice_enhancements',
              { foldersharing: null },
              { label: 'stop sharing folders by SPICE' },
            ),
          ]
        : []),
      ...(sharesClipboard(facts)
        ? [setSubkeys(facts, 'vga', { clipboard: null }, { label: 'stop sharing the clipboard by VNC' })]
        : []),
    ];
    return {
      text:
        actions.length > 0
          ? 'Close the shared folders and the shared clipboard.'
          : 'Remove the device if nothing in the guest uses it.',
      actions,
    };
  },
});

export const vmSec039 = defineCheck({
  id: 'VM-SEC-039',
  title: 'Display/clipboard/file sharing channels',
  scope: 'qemu',
  rule,
  why: 'Clipboard, shared folders, shared memory and sound are ways by which data leaves the VM unseen.',
  advice:
    'Remove what nobody uses: foldersharing of spice_enhancements (root@pam), clipboard of vga, ivshmem (root@pam), audio0.',
  effect: 'At the next stop and start.',
  references: ['qm.conf options'],
  exceptions: ['desktop'],
});
