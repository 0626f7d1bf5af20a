import type { DemoEndpoint } from '../endpoint.ts';

export const accessEndpoints: readonly DemoEndpoint[] = [];
