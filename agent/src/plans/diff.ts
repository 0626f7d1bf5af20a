import picocolors from 'picocolors';
import { plainText } from './plain-text.ts';
import { isSecretName, mask } from './redact.ts';
import { partChanges, type PartChange } from './subkey-diff.ts';
import type { Change, Effect, Plan, PlanCall, PlanStep, Risk } from './types.ts';

type Colours = ReturnType<typeof picocolors.createColors>;

const effectText: Readonly<Record<Effect, string>> = {
  live: 'at once',
  replug: 'at once; the host side of the device is reconnected, the guest keeps it',
  restart: 'at the next stop and start of the guest (a reboot from inside does not do it)',
  stopped: 'only while the guest is stopped',
};

const riskText: Readonly<Record<Risk, string>> = {
  safe: 'safe',
  disruptive: 'disruptive',
  destructive: 'destructive: data is gone afterwards',
};

const riskColour = (colours: Colours, risk: Risk): ((text: string) => string) =>
  ({ safe: colours.green, disruptive: colours.yellow, destructive: colours.red })[risk];

/**
 * A plan as a diff that a person reads before approving: per object and step what changes, from what to what, when it
 * takes hold, what may break, how it is undone. Everything a call sends is in it. Whatever comes from the cluster is
 * shown with control characters made visible, so that no name or note can steer the terminal; secrets are masked.
 * Ends with a line break.
 */
export function renderDiff(plan: Plan, { color = false }: { color?: boolean } = {}): string {
  const colours = picocolors.createColors(color);
  const lines = [...heading(plan, colours)];
  let object: string | undefined;
  for (const step of plan.steps) {
    if (step.object !== object) {
      object = step.object;
      lines.push('', colours.bold(plainText(object)));
    }
    lines.push(...stepLines(step, plan, colours));
  }
  lines.push('', ...summary(plan, colours));
  return `${lines.join('\n')}\n`;
}

const heading = (plan: Plan, { bold, dim }: Colours): string[] => [
  `${bold(`Plan ${plan.id}`)}  ${plainText(plan.title)}`,
  dim(
    `for ${plainText(plan.target)}, asked by ${plainText(plan.createdBy)}, ` +
      `${plan.createdAt.slice(0, 16).replace('T', ' ')} UTC`,
  ),
];

function stepLines(step: PlanStep, plan: Plan, colours: Colours): string[] {
  const { bold, dim } = colours;
  const detail = (name: string, text: string): string => `      ${dim(`${name}:`.padEnd(9))} ${text}`;
  const typed = step.risk === 'destructive' ? plan.typedNames[step.object] : undefined;
  return [
    `  ${bold(step.id)}  ${plainText(step.title)}`,
    ...step.changes.flatMap((change) => changeLines(step, change, colours)),
    ...alsoSent(step).map((line) => `      ${colours.yellow(`* ${line}`)}`),
    detail('why', `${plainText(step.why)} ${dim(`[${plainText(step.source)}]`)}`),
    detail('effect', effectText[step.effect]),
    detail('risk', riskColour(colours, step.risk)(riskText[step.risk])),
    ...(typed === undefined ? [] : [detail('typed', `the name ${bold(plainText(typed))} must be typed`)]),
    ...(step.caution === null ? [] : [detail('caution', colours.yellow(plainText(step.caution)))]),
    detail('undo', undoText(step)),
    detail('call', `${step.call.method} ${plainText(step.call.path)}`),
    ...(step.privileges.length === 0 && !step.rootOnly ? [] : [detail('needs', needs(step))]),
  ];
}

function changeLines(step: PlanStep, change: Change, { red, green, cyan }: Colours): string[] {
  const key = plainText(change.key);
  const shown = (value: string): string => (isSecretName(change.key) ? mask : plainText(value));
  const lines: string[] = [];
  if (change.before !== null) lines.push(`      ${red(`- ${key}: ${shown(change.before)}`)}`);
  if (change.after !== null) lines.push(`      ${green(`+ ${key}: ${shown(change.after)}`)}`);
  if (isSecretName(change.key)) return lines;
  return [...lines, ...partChanges(step, change).map((part) => `      ${cyan(`~   ${partText(part)}`)}`)];
}

function partText({ name, before, after }: PartChange): string {
  const label = plainText(name);
  if (before === name || after === name)
    return after === null ? `${label} is taken out` : `${label} is added`;
  return `${label}: ${before === null ? 'not set' : plainText(before)} → ${after === null ? 'not set' : plainText(after)}`;
}

const paramText = (name: string, value: PlanCall['params'][string]): string =>
  isSecretName(name) ? mask : plainText(Array.isArray(value) ? value.join(', ') : String(value));

/** Parameters that no line of the diff shows: nothing may be sent that the person did not see. */
function alsoSent({ call, changes }: PlanStep): string[] {
  const shown = new Map(changes.map(({ key, after }) => [key, after]));
  return Object.entries(call.params).flatMap(([name, value]) => {
    if (name === 'digest' || (shown.has(name) && (isSecretName(name) || shown.get(name) === String(value))))
      return [];
    if (name === 'delete') {
      const hidden = String(value)
        .split(',')
        .filter((key) => shown.get(key) !== null);
      return hidden.length === 0 ? [] : [`delete: ${plainText(hidden.join(','))}`];
    }
    return [`${plainText(name)}: ${paramText(name, value)}`];
  });
}

function undoText({ inverse, irreversible }: PlanStep): string {
  if (inverse === null) return `cannot be undone: ${plainText(irreversible ?? 'it has no inverse')}`;
  const params = Object.entries(inverse.params).map(
    ([name, value]) => `${plainText(name)}=${paramText(name, value)}`,
  );
  return [`${inverse.method} ${plainText(inverse.path)}`, ...params].join(' ');
}

const needs = ({ privileges, rootOnly }: PlanStep): string =>
  [...privileges.map(plainText), ...(rootOnly ? ['only root@pam may do it'] : [])].join(', ');

function summary({ steps }: Plan, colours: Colours): string[] {
  const count = (risk: Risk): string[] => {
    const found = steps.filter((step) => step.risk === risk).length;
    return found === 0 ? [] : [riskColour(colours, risk)(`${found} ${risk}`)];
  };
  const stays = steps.filter(({ inverse }) => inverse === null).map(({ id }) => id);
  const restarts = steps.filter(({ effect }) => effect === 'restart').map(({ id }) => id);
  return [
    `${steps.length} ${steps.length === 1 ? 'step' : 'steps'}: ` +
      (['safe', 'disruptive', 'destructive'] as const).flatMap(count).join(', '),
    ...(restarts.length === 0 ? [] : [`Waits for a stop and start of the guest: ${restarts.join(', ')}`]),
    ...(stays.length === 0 ? [] : [colours.red(`Cannot be undone: ${stays.join(', ')}`)]),
  ];
}
