import { assemble, assemblyFolder } from './assemble.ts';
import { optionsFrom } from './command-line.ts';
import { deploymentOf } from './deployment.ts';
import { runProgram } from './run-program.ts';

/** `pnpm synth [-c stage=prod] [-c region=…]`: the templates of the cloud edition, with what its functions run, in `infra/cdk.out`. */
await runProgram(async () => {
  const stacks = await assemble(deploymentOf(optionsFrom(process.argv.slice(2))));
  process.stdout.write(`${Object.keys(stacks).length} stacks in ${assemblyFolder}\n`);
});
