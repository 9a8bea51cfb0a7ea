import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{agent,cloud,infra,shared,test,benchmarks}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/.types/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    coverage: {
      provider: 'v8',
      include: ['agent/src/**', 'cloud/src/**', 'shared/*/src/**'],
      reporter: ['text-summary', 'json-summary'],
    },
  },
});
