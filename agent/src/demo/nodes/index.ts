import type { DemoEndpoint } from '../endpoint.ts';

export const nodesEndpoints: readonly DemoEndpoint[] = [];
