import type { DemoEndpoint } from '../endpoint.ts';

export const guestsEndpoints: readonly DemoEndpoint[] = [];
