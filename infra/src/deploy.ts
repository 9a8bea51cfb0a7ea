import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Misconfigured } from '@rollcall/kit/app-error';
import { assemble, assemblyFolder } from './assemble.ts';
import { dashboardFiles } from './dashboard-files.ts';
import { describeDeployment } from './describe-deployment.ts';
import { deployOptions } from './deploy-options.ts';
import { type Found, firstSteps, mainSteps, type PlanFiles } from './deployment-plan.ts';
import { iotEndpoint } from './iot-endpoint.ts';
import { commandOf, runCdk } from './run-cdk.ts';
import { runProgram } from './run-program.ts';
import { apiOutputs, webAclArn } from './stack-outputs.ts';
import { uploadDashboard } from './upload-dashboard.ts';

const toBeFound: Found = { webAclArn: '<web ACL of the step before>', liveEndpoint: '<endpoint of AWS IoT>' };

/** `pnpm deploy:aws`: everything, from an empty account on, and again after each change. See docs/aws.md. */
await runProgram(async () => {
  const { deployment, isDryRun, isSure } = deployOptions(process.argv.slice(2));
  const built = fileURLToPath(new URL('../../cloud/dashboard/dist', import.meta.url));
  if (!existsSync(join(built, 'index.html')))
    throw new Misconfigured('the dashboard is not built: run it by `pnpm deploy:aws`');
  const plan: PlanFiles = {
    assembly: assemblyFolder,
    edgeOutputs: join(assemblyFolder, 'outputs-edge.json'),
    outputs: join(assemblyFolder, 'outputs.json'),
  };
  const stacks = await assemble(deployment);
  const files = dashboardFiles(built);

  if (isDryRun) {
    const steps = [...firstSteps(deployment, plan), ...mainSteps(deployment, plan, toBeFound, isSure)];
    const commands = steps.map(({ title, args }) => `* ${title}: ${commandOf(args)}`);
    const upload = `* The dashboard: ${files.length} files into its bucket, then /index.html anew`;
    process.stdout.write(
      [...describeDeployment(deployment, stacks), '', 'Would run:', ...commands, upload, ''].join('\n'),
    );
  } else {
    for (const step of firstSteps(deployment, plan)) await runCdk(step);
    const found = {
      webAclArn: webAclArn(plan.edgeOutputs, deployment.prefix),
      liveEndpoint: await iotEndpoint(deployment.region),
    };
    for (const step of mainSteps(deployment, plan, found, isSure)) await runCdk(step);
    const outputs = apiOutputs(plan.outputs, deployment.prefix);
    await uploadDashboard(files, outputs, deployment.region);
    process.stdout.write(
      `\nRollcall is at ${outputs.PublicUrl}. Next: an organization and its first owner, see docs/aws.md.\n`,
    );
  }
});
