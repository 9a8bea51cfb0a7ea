import { readFileSync } from 'node:fs';

/** What one process used. */
export interface ProcessUsage {
  /** As the kernel calls it: `ffmpeg`. */
  readonly name: string;
  /** User and system time of all its threads. Exact to 10 ms. */
  readonly cpuMs: number;
  readonly residentBytes: number;
}

const ticksPerSecond = 100;
const pageBytes = 4_096;

/** What a process used until now, from Linux’s accounting; undefined when there is none. Source: proc(5), `/proc/pid/stat`. */
export function usageOf(pid: number | undefined): ProcessUsage | undefined {
  const stat = read(`/proc/${pid}/stat`);
  // The name is in parentheses and may have any character in it.
  const [, name, rest = ''] = /^\d+ \((.*)\) (.*)$/s.exec(stat ?? '') ?? [];
  if (name === undefined) return undefined;
  const fields = rest.split(' ').map(Number);
  const [user = 0, system = 0, resident = 0] = [fields[11], fields[12], fields[21]];
  return { name, cpuMs: ((user + system) * 1_000) / ticksPerSecond, residentBytes: resident * pageBytes };
}

/** The processes that `pid` started and that run, and what those started. */
export function childrenOf(pid: number | undefined): number[] {
  const own = (read(`/proc/${pid}/task/${pid}/children`) ?? '').split(' ').filter(Boolean).map(Number);
  return own.concat(own.flatMap(childrenOf));
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
