import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where `bundled` keeps what it makes. */
    readonly bundles: string;
  }
}

/** One folder for the bundles of a run of the tests, made anew when files change under a vitest that watches. @returns what removes it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-bundles-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  project.provide('bundles', folder);
  project.onTestsRerun(remove);
  return remove;
}
