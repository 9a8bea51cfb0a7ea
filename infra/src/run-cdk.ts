import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Unavailable } from '@rollcall/kit/app-error';
import type { Step } from './deployment-plan.ts';

/** Runs a step by the pinned command line of the CDK, before the eyes of whoever started it. @throws Unavailable when it fails. */
export async function runCdk({ title, args }: Step): Promise<void> {
  process.stdout.write(`\n## ${title}\n\n$ ${commandOf(args)}\n\n`);
  const child = spawn(process.execPath, [cdkProgram(), ...args, '--no-notices'], { stdio: 'inherit' });
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0)
    throw new Unavailable(`"${title}" ended with ${code}: see above, then run the same again; what is done is skipped`);
}

/** The step as one could type it. */
export function commandOf(args: readonly string[]): string {
  return ['cdk', ...args].map((word) => (/[^\w./:=@-]/.test(word) ? `'${word}'` : word)).join(' ');
}

function cdkProgram(): string {
  return join(dirname(createRequire(import.meta.url).resolve('aws-cdk/package.json')), 'bin', 'cdk');
}
