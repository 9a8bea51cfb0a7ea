import type { Deployment } from './deployment.ts';

/** Stacks that are never deleted: records, pictures, people who sign in, and what registered cameras hold on to. */
export const keptStacks = ['storage', 'identity', 'devices'] as const;

/** The others, first those that others use. The web ACL comes apart from them: it is in another region. */
export const madeAgainStacks = ['recognition', 'ingest', 'dashboard', 'api', 'observability'] as const;

/** One call of the CDK's command line. */
export interface Step {
  readonly title: string;
  readonly args: readonly string[];
}

/** Where outputs of the steps are written. */
export interface PlanFiles {
  readonly assembly: string;
  readonly edgeOutputs: string;
  readonly outputs: string;
}

/** What is known only after the first steps, or by asking the account. */
export interface Found {
  /** An output of the edge stack. */
  readonly webAclArn: string;
  /** Of AWS IoT: `….iot.{region}.amazonaws.com`. */
  readonly liveEndpoint: string;
}

/** Before anything that the web ACL's name is needed for. */
export function firstSteps({ prefix }: Deployment, { assembly, edgeOutputs }: PlanFiles): Step[] {
  const app = ['--app', assembly];
  return [
    { title: 'Prepare the account for the CDK, in both regions', args: ['bootstrap', ...app] },
    {
      title: 'The web ACL, in us-east-1',
      args: ['deploy', ...app, '--require-approval', 'never', '--outputs-file', edgeOutputs, `${prefix}-edge`],
    },
  ];
}

/** @param isSure whether nobody is to be asked about permissions that grow. */
export function mainSteps(deployment: Deployment, files: PlanFiles, found: Found, isSure: boolean): Step[] {
  const { prefix } = deployment;
  const app = ['--app', files.assembly];
  const stacks = [...keptStacks, ...madeAgainStacks].map((name) => `${prefix}-${name}`);
  const parameters = [
    ['WebAclArn', found.webAclArn],
    ['LiveEndpoint', found.liveEndpoint],
  ].flatMap(([name, value]) => ['--parameters', `${prefix}-dashboard:${name}=${value}`]);
  const approval = ['--require-approval', isSure ? 'never' : 'broadening'];
  return [
    { title: 'What will change', args: ['diff', ...app, ...stacks] },
    {
      title: 'All other stacks',
      args: ['deploy', ...app, ...parameters, ...approval, '--outputs-file', files.outputs, ...stacks],
    },
  ];
}

/**
 * What is taken down; the kept stacks stay as they are, and the next deployment finds them. The web ACL goes last, by itself: AWS WAF deletes
 * none that a distribution uses, and the CDK knows of no dependency across regions by which it would wait.
 */
export function destroySteps({ prefix }: Deployment, { assembly }: PlanFiles): Step[] {
  const destroy = ['destroy', '--app', assembly, '--force'];
  const stacks = madeAgainStacks.map((name) => `${prefix}-${name}`);
  return [
    { title: 'Take down what holds no data', args: [...destroy, ...stacks] },
    { title: 'The web ACL, in us-east-1', args: [...destroy, `${prefix}-edge`] },
  ];
}
