import type { DemoEndpoint } from '../endpoint.ts';

export const firewallEndpoints: readonly DemoEndpoint[] = [];
