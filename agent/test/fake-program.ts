import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Puts a program of this name into a folder that is to be the first of PATH: a Node script of this body, with `args` for its arguments. */
export async function fakeProgram(folder: string, name: string, body: string): Promise<void> {
  const script = `#!${process.execPath}
const { writeSync, readFileSync, writeFileSync } = require('node:fs');
const args = process.argv.slice(2);
${body}
`;
  const file = join(folder, name);
  await writeFile(file, script);
  await chmod(file, 0o755);
}

/** Whether a process is there, as its id says, or a zombie. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
