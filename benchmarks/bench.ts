import { Command } from 'commander';
import type { Benchmark } from './benchmark.ts';
import { bundles } from './bundles.ts';
import { calls } from './calls.ts';
import { cuts } from './cuts.ts';
import { door } from './door.ts';
import { faces } from './faces.ts';
import { gate } from './gate.ts';
import { motion } from './motion.ts';
import { outbox } from './outbox.ts';
import { passages } from './passages.ts';
import { path } from './path.ts';
import { publishResult } from './publish-result.ts';

const benchmarks: readonly Benchmark[] = [motion, passages, faces, gate, path, calls, bundles, cuts, outbox, door];

const program = new Command('bench').description('Measures, prints, and writes what it found to benchmarks/results.');
program.option('--json', 'print the result as JSON').action(async (options: { json?: boolean }) => {
  const all: Record<string, unknown> = {};
  for (const benchmark of benchmarks) all[benchmark.name] = await run(benchmark, {}, options.json);
  if (options.json) console.log(JSON.stringify(all));
});
for (const benchmark of benchmarks) {
  const command = program.command(benchmark.name).description(benchmark.summary);
  benchmark.configure?.(command);
  command.option('--json', 'print the result as JSON');
  command.action(async (_: unknown, { parent }: Command) => {
    const { json, ...options } = command.opts<{ json?: boolean } & Record<string, string | undefined>>();
    const asJson = json ?? parent?.opts<{ json?: boolean }>().json;
    const result = await run(benchmark, options, asJson);
    if (asJson) console.log(JSON.stringify(result));
  });
}
await program.parseAsync();

async function run(
  benchmark: Benchmark,
  options: Record<string, string | undefined>,
  asJson?: boolean,
): Promise<unknown> {
  const report = await benchmark.run(options);
  if (report.publish !== false) await publishResult(benchmark, report);
  if (!asJson) console.log(`\n# ${benchmark.name}\n\n${report.markdown}`);
  return report.json;
}
