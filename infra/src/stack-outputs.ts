import { readFileSync } from 'node:fs';
import { parse } from '@rollcall/kit/parse';
import { z } from 'zod';

/** What the CDK writes with `--outputs-file`: by stack, by name. */
const Outputs = z.record(z.string(), z.record(z.string(), z.string()));

/** What the API's stack tells. */
const ApiOutputs = z.object({
  PublicUrl: z.url(),
  FilesBucket: z.string(),
  DistributionId: z.string(),
  Issuer: z.url(),
  SignInUrl: z.url(),
  ClientId: z.string(),
  UserPoolId: z.string(),
});
export type ApiOutputs = z.infer<typeof ApiOutputs>;

export function apiOutputs(file: string, prefix: string): ApiOutputs {
  return parse(ApiOutputs, outputsOf(file, `${prefix}-api`), `the outputs of ${prefix}-api`);
}

export function webAclArn(file: string, prefix: string): string {
  return parse(z.object({ WebAclArn: z.string() }), outputsOf(file, `${prefix}-edge`), `the outputs of ${prefix}-edge`)
    .WebAclArn;
}

function outputsOf(file: string, stack: string): Record<string, string> | undefined {
  return parse(Outputs, JSON.parse(readFileSync(file, 'utf8')), file)[stack];
}
