import type { DemoEndpoint } from '../endpoint.ts';

export const clusterEndpoints: readonly DemoEndpoint[] = [];
