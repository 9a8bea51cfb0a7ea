import type { AgentConfig } from '@rollcall/contract/agent-config';
import { examine } from './examine.ts';
import type { Finding } from './finding.ts';
import { drawsSixels, sixelOf, writePng } from './show-picture.ts';

export interface DoctorOptions {
  readonly config: Readonly<AgentConfig>;
  /** For the picture; otherwise the terminal shows it, or else a file in the folder for such. */
  readonly picture?: string;
  /** One JSON document in place of lines. */
  readonly json?: boolean;
}

const signs = { ok: '✓', warning: '!', problem: '✗' } as const;

/** `rollcall-agent doctor`: says line by line what works and what does not, and shows what the camera sees. @returns the exit code. */
export async function doctor(options: DoctorOptions): Promise<number> {
  // Between two pictures or answers nothing else may keep the process alive.
  const alive = setInterval(() => {}, 60_000);
  try {
    return await tell(options);
  } finally {
    clearInterval(alive);
  }
}

async function tell({ config, picture, json = false }: DoctorOptions): Promise<number> {
  const findings: Finding[] = [];
  const examination = examine(config);
  let next = await examination.next();
  for (; !next.done; next = await examination.next()) {
    findings.push(next.value);
    if (!json) process.stdout.write(lineOf(next.value));
  }
  const frame = next.value;
  const isWell = findings.every(({ verdict }) => verdict !== 'problem');
  const draws = frame && !json && picture === undefined && (await drawsSixels(process.stdin, process.stdout));
  const file = frame && !draws ? await writePng(frame.image, picture) : undefined;
  if (json) process.stdout.write(`${JSON.stringify({ isWell, findings, picture: file ?? null }, null, 2)}\n`);
  else if (frame && draws) process.stdout.write(`${await sixelOf(frame.image)}\n`);
  else if (file !== undefined) process.stdout.write(`  What the camera sees: ${file}\n`);
  return isWell ? 0 : 1;
}

function lineOf({ check, verdict, says, todo }: Finding): string {
  const hint = todo === undefined ? '' : `    → ${todo}\n`;
  return `${signs[verdict]} ${check.padEnd(12)} ${says}\n${hint}`;
}
