import { AppError, InvalidInput, Misconfigured, misconfiguredExitCode } from '@rollcall/kit/app-error';
import { CommanderError } from 'commander';
import type { Io } from './io.ts';
import { createProgram } from './program.ts';

/** Runs one command. @returns its exit code: 0 done, 1 not (all) done, 78 not configured; what was refused is said in words. */
export async function runCommand(args: readonly string[], io: Io): Promise<number> {
  let code = 0;
  const program = createProgram(io, (given) => {
    code = given;
  });
  for (const command of [program, ...program.commands.flatMap((one) => [one, ...one.commands])]) {
    command.exitOverride().copyInheritedSettings(program);
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    if (!(error instanceof AppError)) throw error;
    io.err(`${error.message}\n`);
    if (error instanceof InvalidInput) for (const { path, message } of error.errors) io.err(`  ${path}: ${message}\n`);
    return error instanceof Misconfigured ? misconfiguredExitCode : 1;
  }
}
