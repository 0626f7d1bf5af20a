import type { Capability } from '../types.ts';

const text = `**Proxmox AI** reads what you write, looks at the cluster, and answers with findings and a plan. It changes
nothing until you approve a plan.

Try:

- \`secure vm 105\`: find security weaknesses of a guest and plan their repair
- \`secure all guests tagged prod\`, \`secure everything in pool lab\`, \`secure the cluster\`
- \`show all guests\`, \`show vm 105\`

In the chat: \`/plan\` shows the plan, \`/apply\` carries it out, \`/undo\` takes it back, \`/help\` lists the rest.`;

/** Answers \`assistant.help\`. */
export const help: Capability = {
  name: 'help',
  specialist: 'documentation',
  intents: ['assistant.help'],
  run: () => Promise.resolve({ markdown: text, findings: [], plan: null, artefacts: [], choices: [] }),
};
