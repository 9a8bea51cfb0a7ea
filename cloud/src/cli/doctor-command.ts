import type { Command } from 'commander';
import { checkHealth, type Finding } from './check-health.ts';
import type { Io } from './io.ts';
import type { GlobalOptions } from './target.ts';

const marks = { ok: 'ok  ', warn: 'look', fail: 'FAIL' } as const;

/** `doctor`. */
export function addDoctorCommand(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('doctor')
    .description('check this machine and the server, and say what to do about what is wrong')
    .action(async (_, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const findings: Finding[] = [];
      for await (const finding of checkHealth(options, io)) {
        findings.push(finding);
        if (!options.json) io.out(`${marks[finding.state]}  ${finding.what.padEnd(8)}  ${finding.words}\n`);
      }
      if (options.json) io.out(`${JSON.stringify(findings, null, 2)}\n`);
      if (findings.some(({ state }) => state === 'fail')) exit(1);
    });
}
