import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    coverage: {
      provider: 'v8',
      include: ['agent/src/**', 'cloud/src/**', 'shared/*/src/**'],
      reporter: ['text-summary', 'json-summary'],
    },
    projects: [
      { extends: true, test: { name: 'rollcall', ...filesIn('{agent,cloud,shared,test,benchmarks}') } },
      // They look at templates that nobody changes: the CDK, loaded once for all of them, is most of their time.
      { extends: true, test: { name: 'infra', isolate: false, ...filesIn('infra') } },
    ],
  },
});

function filesIn(folders: string) {
  return { include: [`${folders}/**/*.test.ts`], exclude: ['**/node_modules/**', '**/dist/**', '**/.types/**'] };
}
