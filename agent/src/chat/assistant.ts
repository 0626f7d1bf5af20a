import type { Capability, Skill } from '../capabilities/types.ts';
import { ProxmoxAiError } from '../errors.ts';
import { interpret } from '../interpret/interpret.ts';
import { suggestions } from '../interpret/suggest.ts';
import { approvePlan, rejectPlan } from '../plans/approve.ts';
import { renderDiff } from '../plans/diff.ts';
import { executePlan, resumePlan, type ExecuteOptions } from '../plans/execute.ts';
import { listLedger } from '../plans/ledger.ts';
import { listPlans } from '../plans/plan-store.ts';
import { recoverInterrupted } from '../plans/recover.ts';
import { previewRollback } from '../plans/rollback-preview.ts';
import { rollbackPlan } from '../plans/rollback.ts';
import type { Plan } from '../plans/types.ts';
import { verifyLedger } from '../plans/verify-ledger.ts';
import { readInventory } from '../pve/inventory/read.ts';
import type { Inventory } from '../pve/inventory/types.ts';
import type { PveClient } from '../pve/types.ts';
import { requestSchema } from '../requests/request.ts';
import { intentNames } from '../requests/intents.ts';
import { capabilities as released } from '../capabilities/index.ts';
import { conversationsIn } from './conversation.ts';
import { planAccess } from './plan-access.ts';
import { runEvents, type Emit } from './run.ts';
import { work } from './turn.ts';
import type { Assistant, TurnOptions } from './types.ts';
import type { Database } from '../store/database.ts';

export interface AssistantOptions {
  /** A connection as the person whom the assistant serves. */
  readonly client: PveClient;
  readonly database: Database;
  readonly demo: boolean;
  readonly version: string;
  readonly skill?: Skill;
  /** Milliseconds to wait for one PVE task of a plan. */
  readonly taskTimeoutMs?: number;
  readonly capabilities?: readonly Capability[];
  readonly now?: () => Date;
  /** Called by `close`, after the assistant has let go of everything. */
  readonly onClose?: () => Promise<void>;
}

/** Milliseconds for which one picture of the cluster serves questions that only need names (status, interpret). */
const inventoryAgeMs = 5_000;

/** The assistant at work in this process, for one person on one cluster. Tells at once about plans that died half way. */
export function createAssistant(options: AssistantOptions): Assistant {
  const { client, database, demo, version } = options;
  const now = options.now ?? (() => new Date());
  const capabilities = options.capabilities ?? released;
  const conversations = conversationsIn(database);
  const access = planAccess(client, database);
  recoverInterrupted(database, { now });

  let last: { readonly at: number; readonly inventory: Promise<Inventory> } | undefined;
  const readFresh = (signal?: AbortSignal, emit?: Emit): Promise<Inventory> => {
    const inventory = readInventory(client, {
      demo,
      ...(signal === undefined ? {} : { signal }),
      ...(emit === undefined ? {} : { onProgress: (progress) => emit({ type: 'progress', ...progress }) }),
    });
    last = { at: Date.now(), inventory };
    inventory.catch(() => {
      last = undefined;
    });
    return inventory;
  };
  const recent = (): Promise<Inventory> =>
    last !== undefined && Date.now() - last.at < inventoryAgeMs ? last.inventory : readFresh();

  const workOptions = (inventory: Inventory, { signal, skill }: TurnOptions) => ({
    client,
    database,
    inventory,
    signal,
    now,
    capabilities,
    skill: skill ?? options.skill ?? 'intermediate',
  });

  /** A stale plan, computed again by the capability that made it. */
  const replan = async (plan: Plan, signal: AbortSignal): Promise<Plan | null> => {
    const capability = capabilities.find(({ name }) => name === plan.capability);
    if (capability?.replan === undefined) return null;
    return capability.replan(plan, {
      ...workOptions(await readFresh(signal), { signal }),
      userid: client.userid,
      progress: () => undefined,
      consult: () =>
        Promise.reject(
          new ProxmoxAiError('not-available', 'Nobody is consulted while a plan is computed again.'),
        ),
    });
  };

  const runOptions = (planId: string, signal: AbortSignal, emit: Emit): ExecuteOptions => ({
    database,
    planId,
    client,
    signal,
    now,
    onEvent: emit,
    replan: (plan) => replan(plan, signal),
    ...(options.taskTimeoutMs === undefined ? {} : { taskTimeoutMs: options.taskTimeoutMs }),
    // The demo listens on another port at every start; its store lies beside its state, so its plans are its own.
    ...(demo ? { sameTarget: () => true } : {}),
  });

  return {
    userid: client.userid,
    target: client.target,
    demo,
    interpret: async (text, context) =>
      interpret(text, { inventory: await recent(), ...(context && { context }) }),

    ask: (text, turn) =>
      runEvents(async (emit, signal) => {
        emit({ type: 'started', text });
        const inventory = await readFresh(signal, emit);
        const context = { ...conversations.contextOf(turn.conversation), ...turn.context };
        const interpretation = interpret(text, { inventory, context });
        emit({ type: 'interpreted', interpretation });
        let answer = '';
        const collect: Emit = (event) => {
          if (event.type === 'markdown') answer += event.delta;
          emit(event);
        };
        try {
          if (interpretation.disposition === 'ask' || interpretation.disposition === 'refuse') {
            answer = interpretation.questions.join('\n');
            const unclear = interpretation.requests.some(({ intent }) => intent === 'other');
            emit({
              type: 'question',
              questions: interpretation.questions,
              choices: unclear ? [...suggestions(text, inventory)] : [],
            });
            return;
          }
          for (const request of interpretation.requests) {
            await work(request, collect, { ...workOptions(inventory, { ...turn, signal }) });
          }
        } finally {
          conversations.remember(turn.conversation, {
            interpretation,
            guests: inventory.guests,
            answer,
            at: now(),
          });
        }
      }, turn.signal),

    carryOut: (request, turn) =>
      runEvents(async (emit, signal) => {
        const parsed = requestSchema.safeParse(request);
        if (!parsed.success) {
          throw new ProxmoxAiError('usage', 'The request is not one of the request language.', {
            hint: `Intents: ${intentNames.join(', ')}.`,
          });
        }
        emit({ type: 'started', text: '' });
        const inventory = await readFresh(signal, emit);
        await work(parsed.data, emit, workOptions(inventory, { ...turn, signal }));
      }, turn.signal),

    plans: async (filter) => {
      if (await access.maySeeAll()) return listPlans(database, filter);
      // The limit is of what may be seen, so everything is looked at first.
      const own = listPlans(database, { ...filter, limit: Number.MAX_SAFE_INTEGER }).filter(access.isOwn);
      return own.slice(0, filter.limit ?? own.length);
    },
    plan: (id) => access.seen(id),
    planDiff: async (id) => renderDiff((await access.seen(id)).plan),
    approve: async (id, typedNames) => {
      const { plan } = await access.seen(id);
      return approvePlan({ database, planId: plan.id, person: client.userid, typedNames, now });
    },
    reject: async (id, reason) => {
      const record = await access.seen(id);
      await access.requireMayReject(record);
      return rejectPlan({ database, planId: record.plan.id, person: client.userid, reason, now });
    },

    apply: (planId, { signal: outer }) =>
      runEvents(async (emit, signal) => {
        const { status } = await access.seen(planId);
        const goOn = status === 'failed' || status === 'interrupted';
        await (goOn ? resumePlan : executePlan)(runOptions(planId, signal, emit));
      }, outer),

    rollbackPreview: async (id) => {
      const { plan } = await access.seen(id);
      const { irreversible, typed } = previewRollback(database, plan.id);
      return {
        irreversible: irreversible.map((step) => ({
          step: step.id,
          title: step.title,
          reason: step.irreversible ?? 'it has no inverse',
        })),
        typed: Object.fromEntries(typed.map((object) => [object, plan.typedNames[object] ?? object])),
      };
    },
    rollback: (planId, { signal: outer, ...choices }) =>
      runEvents(async (emit, signal) => {
        const { plan } = await access.seen(planId);
        await rollbackPlan({ ...runOptions(plan.id, signal, emit), ...choices });
      }, outer),

    ledger: async ({ planId, limit }) => {
      const id = planId === undefined ? undefined : (await access.seen(planId)).plan.id;
      if (id === undefined && !(await access.maySeeAll())) {
        throw new ProxmoxAiError('pve-denied', `${client.userid} may not read the whole ledger.`, {
          hint: 'It needs Sys.Audit on /; with --plan ID your own plans can be read.',
        });
      }
      return listLedger(database, {
        ...(id === undefined ? {} : { planId: id }),
        ...(limit === undefined ? {} : { limit }),
      });
    },
    verifyLedger: () => Promise.resolve().then(() => verifyLedger(database)),
    status: async () => {
      const inventory = await recent();
      return {
        version,
        demo,
        target: client.target,
        userid: client.userid,
        pveVersion: inventory.version.version,
        nodes: inventory.nodes.length,
        guests: inventory.guests.length,
        pendingPlans: listPlans(database, { status: 'pending', limit: 1000 }).length,
        interruptedPlans: listPlans(database, { status: 'interrupted', limit: 100 }).map(
          ({ plan }) => plan.id,
        ),
        interpreter: 'sentence-forms',
        gaps: inventory.gaps.map(({ what, reason }) => `${what}: ${reason}`),
      };
    },
    close: async () => {
      await options.onClose?.();
    },
  };
}
