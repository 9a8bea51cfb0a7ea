import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { synthesizeForTests } from './stacks-for-tests.ts';

const { stacks, of } = synthesizeForTests();
const all = Object.values(stacks);

describe('the stacks of a deployment', () => {
  it('carry tags by which their costs are told apart, down to each thing that takes tags', () => {
    const types = [
      'AWS::DynamoDB::Table',
      'AWS::S3::Bucket',
      'AWS::Lambda::Function',
      'AWS::SQS::Queue',
      'AWS::KMS::Key',
    ];
    for (const { id, properties } of types.flatMap(of)) {
      expect([id, properties.Tags]).toEqual([
        id,
        expect.arrayContaining([
          { Key: 'application', Value: 'rollcall' },
          { Key: 'stage', Value: 'dev' },
        ]),
      ]);
    }
  });

  it('are in the region that was asked for, but for what CloudFront wants in us-east-1', () => {
    const { stacks: elsewhere } = synthesizeForTests({ region: 'ap-south-1' });
    const regions = Object.entries(elsewhere).map(([name, { region }]) => [name, region]);
    expect(regions.filter(([, region]) => region !== 'ap-south-1')).toEqual([['edge', 'us-east-1']]);
  });

  it('hold on to nothing of each other that is replaced with each version: CloudFormation would not let go of it', () => {
    const exported = all.flatMap((stack) => {
      const { Outputs: outputs = {}, Resources: resources } = Template.fromStack(stack).toJSON();
      const values = Object.values<{ Value: object; Export?: object }>(outputs).filter((one) => one.Export);
      return values.flatMap(({ Value }) => {
        const [, id = ''] = /"(?:Ref|Fn::GetAtt)":\[?"(\w+)"/.exec(JSON.stringify(Value)) ?? [];
        return resources[id]?.Type ?? [];
      });
    });
    expect(exported).toContain('AWS::Lambda::Function');
    expect(exported.filter((type) => /LayerVersion|Lambda::Version|ApiGatewayV2::Deployment/.test(type))).toEqual([]);
  });

  it('leave no finding of cdk-nag acknowledged without a reason in words', () => {
    const reasons = all
      .flatMap((stack) => stack.node.findAll())
      .flatMap(({ node }) => node.metadata)
      .filter(({ type }) => type === 'aws:cdk:acknowledged-rules')
      .flatMap(({ data }) => Object.entries<string>(data));
    expect(reasons.some(([rule]) => rule.includes('AwsSolutions-IAM5'))).toBe(true);
    for (const [rule, reason] of reasons)
      expect([rule, reason]).toEqual([rule, expect.stringMatching(/^\S+( \S+){3,}/)]);
    // Each wildcard by itself: nobody acknowledges all of them at once.
    for (const [rule] of reasons.filter(([one]) => one.includes('IAM5'))) expect(rule).toMatch(/IAM5\[Resource::.+\]/);
  });
});
