import { ApiConfig, CloudConfig, LiveConfig, ReplayConfig } from '@rollcall/cloud/handlers/aws/config';
import { functions } from '@rollcall/cloud/manifest';
import { loadConfig } from '@rollcall/kit/load-config';
import type { z } from 'zod';
import { describe, expect, it } from 'vitest';
import { synthesizeForTests } from './stacks-for-tests.ts';
import { templateText } from './template-text.ts';

const { deployment, of } = synthesizeForTests();

/** What each function asks its environment for; the rest asks for `CloudConfig`. */
const schemas: Readonly<Record<string, z.ZodObject | undefined>> = {
  api: ApiConfig,
  claims: CloudConfig.pick({ prefix: true, logLevel: true }),
  replay: ReplayConfig,
  'live-authorizer': LiveConfig,
  'token-claims': CloudConfig.pick({ prefix: true, logLevel: true }),
};

describe('what functions are told', () => {
  it.each(functions)('is all that $name asks for, and nothing that it does not know', ({ name }) => {
    const schema = schemas[name] ?? CloudConfig;
    const properties = of('AWS::Lambda::Function').find(
      (one) => one.properties.FunctionName === `${deployment.prefix}-${name}`,
    )?.properties;
    const values = filled(properties.Environment.Variables);
    expect(loadConfig(schema, { environment: { prefix: 'ROLLCALL', values } })).toMatchObject({
      prefix: deployment.prefix,
    });
    const known = Object.keys(schema.shape).map(
      (key) => `ROLLCALL_${key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`,
    );
    expect(known).toEqual(expect.arrayContaining(Object.keys(values)));
  });
});

/** Variables as they are after CloudFormation has put its own values in. */
function filled(variables: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, templateText(value, valueOf)]));
}

function valueOf(reference: string): string {
  if (reference === 'AWS::Partition') return 'aws';
  return reference.includes('DeadLetters') ? 'https://sqs.eu-west-1.amazonaws.com/1/letters' : '000000000000';
}
