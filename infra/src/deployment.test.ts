import { describe, expect, it } from 'vitest';
import { deploymentOf } from './deployment.ts';

describe('a deployment', () => {
  it('is a dev stage with a prefix of its own when nothing is said', () => {
    expect(deploymentOf()).toMatchObject({ stage: 'dev', prefix: 'rollcalldev', region: 'eu-west-1' });
    expect(deploymentOf({ stage: 'prod' }).prefix).toBe('rollcall');
  });

  it('names every problem at once', () => {
    const wrong = { stage: 'staging', region: 'Ireland', prefix: 'a_b' };
    expect(() => deploymentOf(wrong)).toThrow(/3 problem[^]*stage[^]*region[^]*prefix/);
  });

  it('wants a certificate with a domain', () => {
    expect(() => deploymentOf({ domain: 'attend.example.org' })).toThrow(/certificate/);
  });
});
