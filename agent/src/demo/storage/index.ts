import type { DemoEndpoint } from '../endpoint.ts';

export const storageEndpoints: readonly DemoEndpoint[] = [];
