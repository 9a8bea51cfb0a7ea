import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Misconfigured } from '@rollcall/kit/app-error';
import { assemble, assemblyFolder } from './assemble.ts';
import { keptResources } from './describe-deployment.ts';
import { deployOptions } from './deploy-options.ts';
import { destroySteps, keptStacks } from './deployment-plan.ts';
import { commandOf, runCdk } from './run-cdk.ts';
import { runProgram } from './run-program.ts';
import { apiOutputs } from './stack-outputs.ts';
import { emptyDashboard } from './upload-dashboard.ts';

/** `pnpm destroy:aws`: takes down what holds no data. Deploying again finds all that was kept. */
await runProgram(async () => {
  const { deployment, isDryRun, isSure } = deployOptions(process.argv.slice(2));
  const outputsFile = join(assemblyFolder, 'outputs.json');
  const plan = { assembly: assemblyFolder, edgeOutputs: '', outputs: outputsFile };
  const stacks = await assemble(deployment);
  const steps = destroySteps(deployment, plan);
  const kept = keptResources(stacks).map((line) => `* ${line}`);
  process.stdout.write(
    `Kept, with the stacks ${keptStacks.map((name) => `${deployment.prefix}-${name}`).join(', ')}:\n${kept.join('\n')}\n`,
  );

  if (isDryRun) {
    process.stdout.write(
      `\nWould run:\n${steps.map(({ title, args }) => `* ${title}: ${commandOf(args)}`).join('\n')}\n`,
    );
  } else {
    if (!isSure)
      throw new Misconfigured('devices and people are cut off by this: say --yes, or look at it first with --dry-run');
    // The assembly may be of another machine: then the bucket is emptied by hand, as the error of the CDK says.
    if (existsSync(outputsFile))
      await emptyDashboard(apiOutputs(outputsFile, deployment.prefix).FilesBucket, deployment.region);
    for (const step of steps) await runCdk(step);
  }
});
