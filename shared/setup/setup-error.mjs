/** Set-up cannot go on; the message says what to do. Anything else that is thrown is a bug. */
export class SetupError extends Error {
  /**
   * @param {string} message what is wrong and what to do about it
   * @param {number} [exitCode] of the process
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.name = 'SetupError';
    this.exitCode = exitCode;
  }
}

/**
 * Runs an entry point and ends the process with its exit code; a SetupError is told in words, without a stack.
 * @param {() => Promise<number>} main
 */
export async function endWith(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`\n${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}
