import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { addStacks, type Stacks } from './add-stacks.ts';
import type { Bundles } from './bundles.ts';
import { type Deployment, deploymentOf } from './deployment.ts';
import { synthesize } from './synthesize.ts';

/** Something in place of each bundle: enough for templates. */
const emptyBundles: Bundles = {
  code: () => Code.fromInline('exports.handler = () => { throw new Error("not bundled"); };'),
  sharp: () => Code.fromAsset(fileURLToPath(new URL('.', import.meta.url))),
};

/** Whatever CloudFormation takes. */
type Properties = ReturnType<Template['toJSON']>[string];

/** One resource of a template. */
export interface Resource {
  /** Id of its stack, without the deployment's prefix. */
  readonly stack: string;
  readonly id: string;
  readonly type: string;
  readonly properties: Properties;
  readonly deletionPolicy: string | undefined;
}

export interface Synthesized {
  readonly deployment: Deployment;
  readonly stacks: Stacks;
  readonly resources: readonly Resource[];
  readonly of: (type: string) => readonly Resource[];
}

const synthesized = new Map<string, Synthesized>();

/** The templates of a whole deployment, as cdk-nag lets them pass; made once for all tests that ask for the same. */
export function synthesizeForTests(options: Record<string, unknown> = {}): Synthesized {
  const asked = JSON.stringify(options);
  const known = synthesized.get(asked) ?? synthesizeOnce(options);
  synthesized.set(asked, known);
  return known;
}

function synthesizeOnce(options: Record<string, unknown>): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), 'rollcall-synth-'));
  try {
    const deployment = deploymentOf(options);
    let stacks: Stacks | undefined;
    synthesize(outdir, (app) => {
      stacks = addStacks(app, deployment, emptyBundles);
    });
    if (!stacks) throw new Error('nothing was added');
    const resources = Object.values(stacks).flatMap((stack) => resourcesOf(stack));
    return { deployment, stacks, resources, of: (type) => resources.filter((one) => one.type === type) };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function resourcesOf(stack: Stack): Resource[] {
  const { Resources: resources = {} } = Template.fromStack(stack).toJSON();
  return Object.keys(resources).map((id) => ({
    stack: stack.stackName.replace(/^[a-z0-9]+-/, ''),
    id,
    type: resources[id].Type,
    properties: resources[id].Properties,
    deletionPolicy: resources[id].DeletionPolicy,
  }));
}
