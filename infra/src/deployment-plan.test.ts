import { rules } from '@rollcall/cloud/manifest';
import { describe, expect, it } from 'vitest';
import { deploymentOf } from './deployment.ts';
import { destroySteps, firstSteps, keptStacks, madeAgainStacks, mainSteps } from './deployment-plan.ts';
import { describeDeployment, keptResources } from './describe-deployment.ts';
import { commandOf } from './run-cdk.ts';
import { synthesizeForTests } from './stacks-for-tests.ts';

const { deployment, stacks } = synthesizeForTests({ stage: 'prod' });
const files = { assembly: 'cdk.out', edgeOutputs: 'edge.json', outputs: 'out.json' };
const found = { webAclArn: 'arn:aws:wafv2:x', liveEndpoint: 'abc-ats.iot.eu-west-1.amazonaws.com' };
const named = (name: string) => `${deployment.prefix}-${name}`;

describe('the plan of a deployment', () => {
  it('has every stack in it, once', () => {
    const planned = [...keptStacks, ...madeAgainStacks, 'edge'].map(named);
    expect(new Set(planned)).toEqual(new Set(Object.values(stacks).map((stack) => stack.stackName)));
    const words = [...firstSteps(deployment, files), ...mainSteps(deployment, files, found, false)].flatMap(
      ({ args }) => (args[0] === 'deploy' ? args.filter((word) => planned.includes(word)) : []),
    );
    expect(words.toSorted()).toEqual(planned.toSorted());
  });

  it('tells the dashboard of the web ACL and of the live feed, and asks before permissions grow unless told that it is sure', () => {
    const [, deploy] = mainSteps(deployment, files, found, false);
    expect(deploy?.args).toContain('rollcall-dashboard:WebAclArn=arn:aws:wafv2:x');
    expect(deploy?.args).toContain('rollcall-dashboard:LiveEndpoint=abc-ats.iot.eu-west-1.amazonaws.com');
    expect(deploy?.args).toContain('broadening');
    expect(mainSteps(deployment, files, found, true)[1]?.args).toContain('never');
  });

  it('can be typed', () => {
    expect(commandOf(['deploy', '--app', 'my folder'])).toBe("cdk deploy --app 'my folder'");
  });
});

describe('taking it down', () => {
  it('spares what holds data, what people sign in by and what devices hold on to', () => {
    const [step] = destroySteps(deployment, files);
    for (const name of keptStacks) expect(step?.args).not.toContain(named(name));
    for (const name of madeAgainStacks) expect(step?.args).toContain(named(name));
  });

  it('ends with the web ACL, which AWS deletes only when no distribution uses it any more', () => {
    const steps = destroySteps(deployment, files).map(({ args }) => args);
    expect(steps.map((args) => args.includes(named('dashboard')))).toEqual([true, false]);
    expect(steps.map((args) => args.includes(named('edge')))).toEqual([false, true]);
    for (const args of steps) for (const name of keptStacks) expect(args).not.toContain(named(name));
  });

  it('is refused for those by CloudFormation itself', () => {
    const kept = new Set<string>(keptStacks.map(named));
    for (const stack of Object.values(stacks)) {
      expect(stack.terminationProtection ?? false).toBe(kept.has(stack.stackName));
    }
  });

  it('lists what is kept: records, pictures, dead letters, their key and the users', () => {
    const kept = keptResources(stacks).join('\n');
    for (const type of ['DynamoDB::Table', 'S3::Bucket', 'SQS::Queue', 'KMS::Key', 'Cognito::UserPool']) {
      expect(kept).toContain(`AWS::${type}`);
    }
  });
});

describe('the dry run', () => {
  it('says what would be deployed, where', () => {
    const words = describeDeployment(deploymentOf({ stage: 'prod' }), stacks).join('\n');
    expect(words).toContain('Rollcall, prod, as rollcall in eu-west-1');
    expect(words).toMatch(/rollcall-edge \(us-east-1\): 1 WAFv2::WebACL/);
    expect(words).toMatch(new RegExp(`rollcall-ingest.*${rules.length + 1} IoT::TopicRule`));
  });
});
