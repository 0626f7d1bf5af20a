import { configEvidence } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { fail, pass } from '../verdict.ts';

const networkTypes = ['nfs', 'cifs', 'cephfs', 'glusterfs'];

/** VM-SEC-022, CT-SEC-019: a script that runs as root on the node at each phase of the guest's life. */
export const hookscript = defineRule({
  severity: always('medium'),
  needs: [],
  evaluate: (facts) => {
    const volume = facts.config.values.hookscript;
    if (volume === undefined) return pass;
    const evidence = [configEvidence(facts, 'hookscript', 'none, or a reviewed script')];
    const { storages } = facts.cluster;
    if (!storages.known) {
      return fail(evidence, { note: `Whether its storage is shared is not known (${storages.reason}).` });
    }
    const storage = storages.value.find((candidate) => candidate.storage === volume.split(':')[0]);
    const shared =
      storage !== undefined &&
      (Number(storage.shared ?? 0) === 1 || networkTypes.includes(String(storage.type)));
    return shared
      ? fail(evidence, {
          severity: 'high',
          note: 'It lies on a shared storage: whoever writes there runs code as root on the nodes.',
        })
      : fail(evidence, { note: 'Who may write the file on the node cannot be seen through the API.' });
  },
});
