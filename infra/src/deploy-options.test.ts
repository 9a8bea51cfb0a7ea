import { describe, expect, it } from 'vitest';
import { optionsFrom } from './command-line.ts';
import { deployOptions } from './deploy-options.ts';

describe('the options of a deployment', () => {
  it('are those of the stacks, and whether to look or to leap', () => {
    const options = deployOptions([
      '--',
      '--stage',
      'prod',
      '--alarm-email',
      'ops@example.org',
      '--rekognition-tps',
      '5',
      '--dry-run',
    ]);
    expect(options).toMatchObject({
      isDryRun: true,
      isSure: false,
      deployment: { stage: 'prod', prefix: 'rollcall', alarmEmail: 'ops@example.org', rekognitionTps: 5 },
    });
  });

  it('are refused when they do not fit, with the reason', () => {
    expect(() => deployOptions(['--stage', 'staging'])).toThrow(/stage/);
    expect(() => deployOptions(['--stagee', 'dev'])).toThrow(/stagee/);
  });

  it('can be said to `pnpm synth` as to the CDK', () => {
    expect(optionsFrom(['-c', 'stage=prod', '-c', 'region=us-east-1'])).toEqual({ stage: 'prod', region: 'us-east-1' });
    expect(() => optionsFrom(['-c', 'stage'])).toThrow(/key=value/);
  });
});
