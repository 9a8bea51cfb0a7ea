import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** They show doors and screens in real time, or measure: nothing else runs beside them. */
const alone = [
  'agent/src/*.test.ts',
  'agent/src/cameras/{*-camera,live*,run-program}.test.ts',
  'agent/src/doctor/**/*.test.ts',
  'benchmarks/{jpeg-stream,process-usage}.test.ts',
  'test/src/{broker,browser,site}/**/*.test.ts',
];
const generated = ['**/node_modules/**', '**/dist/**', '**/.types/**'];

export default defineConfig({
  test: {
    // Only to end what hangs: a machine may be many times slower than ours, and so may its disk.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    setupFiles: 'test/src/patient-waits.ts',
    coverage: {
      provider: 'v8',
      include: ['agent/src/**', 'cloud/src/**', 'shared/*/src/**'],
      reporter: ['text-summary', 'json-summary'],
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'rollcall',
          include: ['{agent,benchmarks,cloud,shared,test}/**/*.test.ts'],
          exclude: [...generated, ...alone],
          globalSetup: 'test/src/lambda/bundles-of-a-run.ts',
          // Most of them wait, for timers or for processes of their own.
          maxWorkers: Math.min(2, availableParallelism()),
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'alone', include: alone, exclude: generated, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        test: {
          name: 'infra',
          include: ['infra/**/*.test.ts'],
          exclude: generated,
          // They look at templates that nobody changes: the CDK, loaded once for all of them, is most of their time.
          isolate: false,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
