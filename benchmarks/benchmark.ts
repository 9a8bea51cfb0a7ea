import type { Command } from 'commander';

/** What a benchmark found: for people and for programs. */
export interface Report {
  /** Tables and what to know about them, Markdown. */
  readonly markdown: string;
  /** What `--json` prints. */
  readonly json: unknown;
  /** False when it was run on something of the caller's: then it is no result of the project. @default true */
  readonly publish?: boolean;
}

/** One benchmark: a file of its own, listed in `bench.ts`. */
export interface Benchmark {
  readonly name: string;
  readonly summary: string;
  /** Adds the options of its own. */
  configure?(command: Command): void;
  run(options: Readonly<Record<string, string | undefined>>): Promise<Report>;
}
