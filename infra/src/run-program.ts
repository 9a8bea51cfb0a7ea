import { AppError, Misconfigured } from '@rollcall/kit/app-error';

/** Runs a program to its end: what is wrong with how it was called, or with the account, is said in words; bugs crash. */
export async function runProgram(program: () => Promise<void>): Promise<void> {
  try {
    await program();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    process.stderr.write(`${error.message}\n`);
    // EX_CONFIG of sysexits.h.
    process.exitCode = error instanceof Misconfigured ? 78 : 1;
  }
}
