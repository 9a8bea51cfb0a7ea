/** What the command line has to do with the outside, so that tests can be the outside. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where relative paths start. */
  readonly cwd: string;
  readonly out: (text: string) => void;
  /** Errors and progress. */
  readonly err: (text: string) => void;
  /** Whether somebody watches `err`. */
  readonly watched: boolean;
  /** ms since the epoch. */
  readonly now: () => number;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
}

/** This process. pnpm runs scripts in the root of the clone; `INIT_CWD` is where the command was typed. */
export const processIo: Io = {
  env: process.env,
  cwd: process.env['INIT_CWD'] ?? process.cwd(),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  watched: process.stderr.isTTY,
  now: () => Date.now(),
  fetch,
};
