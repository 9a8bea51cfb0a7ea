import { TimeZone } from '@rollcall/contract/instant';
import { defaultPrefix } from '@rollcall/contract/topics';
import { loadConfig } from '@rollcall/kit/load-config';
import { z } from 'zod';

const environment = { prefix: 'ROLLCALL', values: process.env };

/**
 * What every function is told, as environment variables `ROLLCALL_{KEY}`. Region and credentials are Lambda's own variables, which
 * the SDK reads; `AWS_ENDPOINT_URL_…` redirects its clients.
 */
export const CloudConfig = z.strictObject({
  prefix: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,19}$/, 'expected 1 to 20 of a-z, 0-9 and _, a letter first')
    .default(defaultPrefix)
    .describe('Prefix of topics, rules, face collections and function names: one per stage in an AWS account'),
  table: z.string().min(3).max(255).describe('Name of the DynamoDB table of records'),
  pictures: z.string().min(3).max(63).describe('Name of the S3 bucket of pictures'),
  iotEndpoint: z
    .url()
    .optional()
    .describe('Data endpoint of AWS IoT (iot:Data-ATS), https://…; needed by who publishes'),
  timeZone: TimeZone.default('UTC').describe('IANA zone of organizations that have not set theirs'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Least level that is logged'),
});
export type CloudConfig = Readonly<z.infer<typeof CloudConfig>>;

/** Whose access tokens count. */
const tokens = {
  issuer: z.url().describe('Issuer of access tokens: https://cognito-idp.{region}.amazonaws.com/{user pool}'),
  clientIds: z
    .string()
    .transform((text) => text.split(',').map((id) => id.trim()))
    .pipe(z.array(z.string().min(1)).min(1))
    .describe('App clients of the user pool whose tokens count, separated by commas'),
};

/** What the API is told besides. */
export const ApiConfig = CloudConfig.extend({
  ...tokens,
  liveUrl: z.url({ protocol: /^wss$/ }).describe('Where browsers hear the live feed: wss://{endpoint of AWS IoT}/mqtt'),
  frontDoorSecret: z.string().min(1).describe('ARN of the secret by which CloudFront shows itself, in Secrets Manager'),
  publicUrl: z.url().describe('Where browsers reach the API and the dashboard, https://…'),
});
export type ApiConfig = Readonly<z.infer<typeof ApiConfig>>;

/** What `live-authorizer` is told. */
export const LiveConfig = CloudConfig.pick({ prefix: true, logLevel: true }).extend({
  ...tokens,
  iotArn: z
    .string()
    .regex(/^arn:[a-z-]+:iot:[a-z0-9-]+:\d{12}$/, 'expected arn:{partition}:iot:{region}:{account}')
    .describe('With what the ARNs of topics and clients of this account begin, in its region'),
});
export type LiveConfig = Readonly<z.infer<typeof LiveConfig>>;

/** What `replay` is told. */
export const ReplayConfig = CloudConfig.pick({ prefix: true, logLevel: true }).extend({
  deadLetters: z.url().describe('URL of the SQS queue in which dead letters end'),
});
export type ReplayConfig = Readonly<z.infer<typeof ReplayConfig>>;

/** The environment by a schema. @throws Misconfigured with every problem in one message; the function does not start then. */
export function fromEnvironment<S extends z.ZodObject>(schema: S): Readonly<z.output<S>> {
  return loadConfig(schema, { environment });
}
