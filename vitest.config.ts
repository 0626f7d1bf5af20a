import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['agent/src/**/*.test.ts', 'test/architecture/**/*.test.ts', 'test/integration/**/*.test.ts'],
    globalSetup: ['test/setup/build.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    pool: 'forks',
    env: { NO_COLOR: '1', TZ: 'UTC' },
  },
});
