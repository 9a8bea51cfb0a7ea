import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Stacks } from './add-stacks.ts';
import type { Deployment } from './deployment.ts';

/** What would be deployed, for whoever looks before they leap. */
export function describeDeployment({ prefix, stage, region, domain }: Deployment, stacks: Stacks): string[] {
  const rows = Object.values(stacks).map((stack) => `* ${stack.stackName} (${stack.region}): ${resourceCounts(stack)}`);
  return [
    `Rollcall, ${stage}, as ${prefix} in ${region}, at ${domain ?? 'a name of CloudFront’s'}`,
    '',
    'Stacks:',
    ...rows,
    '',
    'Kept when it is taken down:',
    ...keptResources(stacks).map((line) => `* ${line}`),
  ];
}

/** All that outlives its stack, and all of the stacks that are never deleted that holds data. */
export function keptResources(stacks: Stacks): string[] {
  return Object.values(stacks).flatMap((stack) =>
    resourcesOf(stack)
      .filter(({ deletionPolicy }) => deletionPolicy === 'Retain')
      .map(({ id, type }) => `${stack.stackName}: ${type} ${id}`),
  );
}

/** By what people know them as: `12 Lambda functions` is told apart from roles. */
function resourceCounts(stack: Stack): string {
  const counts = new Map<string, number>();
  for (const { type } of resourcesOf(stack)) counts.set(type, (counts.get(type) ?? 0) + 1);
  const many = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([type, count]) => `${count} ${type.replace('AWS::', '')}`);
  return many.join(', ');
}

function resourcesOf(stack: Stack) {
  const { Resources: resources = {} } = Template.fromStack(stack).toJSON();
  return Object.keys(resources).map((id): { id: string; type: string; deletionPolicy?: string } => ({
    id,
    type: resources[id].Type,
    deletionPolicy: resources[id].DeletionPolicy,
  }));
}
