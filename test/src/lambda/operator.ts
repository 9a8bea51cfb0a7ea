import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../../cloud/src/cli/main.ts', import.meta.url));

/** What a command came to. */
export interface CommandEnd {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `rollcall …`, as a process of its own. */
export function rollcall(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd?: string,
): Promise<CommandEnd> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main, ...args], { env, cwd }, (_, out, err) =>
      resolve({ code: child.exitCode ?? 0, out, err }),
    );
  });
}
