import type { AssistantStatus } from '../../chat/types.ts';
import { exitCodes } from '../exit-codes.ts';
import { printJson } from '../json.ts';
import type { Work } from '../run-command.ts';
import { plain } from '../terminal/style.ts';

/** The status as lines a person reads. */
export const statusLines = (status: AssistantStatus): readonly string[] => [
  `Proxmox AI ${status.version}`,
  status.demo ? `Demo cluster at ${status.target} (no real one is configured)` : `Cluster ${status.target}`,
  `PVE ${status.pveVersion}, ${status.nodes} nodes, ${status.guests} guests, as ${status.userid}`,
  `Requests are understood by sentence forms (no model in this release)`,
  `${status.pendingPlans} plan${status.pendingPlans === 1 ? '' : 's'} waiting for approval`,
  ...status.interruptedPlans.map((id) => `Plan ${id} was interrupted while it ran: plan show ${id}`),
  ...status.gaps.map((gap) => `Not readable: ${gap}`),
];

/** `proxmox-ai status` */
export const status = (): Work => async (context) => {
  const assistant = await context.openAssistant();
  try {
    const now = await assistant.status();
    if (context.options.json)
      context.io.out(
        printJson('status', { ...now, interruptedPlans: [...now.interruptedPlans], gaps: [...now.gaps] }),
      );
    else for (const line of statusLines(now)) context.io.out(plain(line));
    return exitCodes.fine;
  } finally {
    await assistant.close();
  }
};
