import type { DemoContext } from '../endpoint.ts';
import type { DemoState, NodeState } from '../state.ts';
import { die } from '../refuse.ts';
import { textOrEmpty } from '../params.ts';

/** The node that answers: PVE's `localhost`. */
export const localNode = (state: DemoState): string =>
  Object.values(state.nodes).find((node) => node.online)?.name ?? die('no node is online');

/** Node names in PVE's order. */
export const nodeNames = (state: DemoState): string[] => Object.keys(state.nodes).sort();

/** The node that the path names; `localhost` is the answering one, an unknown name is PVE's lookup failure. */
export const nodeOf = ({ state, params }: DemoContext): NodeState => {
  const asked = textOrEmpty(params, 'node');
  const name = asked === 'localhost' ? localNode(state) : asked;
  return (
    (Object.hasOwn(state.nodes, name) ? state.nodes[name] : undefined) ??
    die(
      `hostname lookup '${name}' failed - failed to get address info for: ${name}: Name or service not known`,
    )
  );
};
