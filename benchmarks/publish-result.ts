import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import type { Benchmark, Report } from './benchmark.ts';

/** Writes a report to `results/<name>.md`, under the machine, the commit and the date that it holds for. */
export async function publishResult(benchmark: Benchmark, report: Report): Promise<void> {
  const folder = new URL('./results/', import.meta.url);
  await mkdir(folder, { recursive: true });
  const lines = [
    `# ${benchmark.name}`,
    '',
    benchmark.summary,
    '',
    `${machine()}, Node ${process.versions.node}; commit ${commit()}; ${new Date().toISOString().slice(0, 10)}`,
    '',
    report.markdown.trim(),
    '',
  ];
  await writeFile(new URL(`${benchmark.name}.md`, folder), lines.join('\n'));
}

function machine(): string {
  const cores = cpus();
  return `${cores.length} × ${cores[0]?.model.trim() ?? 'unknown processor'}, ${process.platform} ${process.arch}`;
}

/** With a `+` when what was measured is not what was committed. */
function commit(): string {
  try {
    const dirty = git('status', '--porcelain', '--untracked-files=no', '--', 'agent', 'cloud', 'shared') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${dirty ? '+' : ''}`;
  } catch {
    return 'unknown';
  }
}

function git(...options: string[]): string {
  return execFileSync('git', options, { encoding: 'utf8', stdio: 'pipe' }).trim();
}
