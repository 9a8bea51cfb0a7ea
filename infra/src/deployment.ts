import { defaultPrefix } from '@rollcall/contract/topics';
import { loadConfig } from '@rollcall/kit/load-config';
import { Duration } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { z } from 'zod';

/** What is deployed, and where: `-c key=value` of the CDK, or options of `pnpm deploy:aws`. */
export const DeploymentOptions = z.strictObject({
  stage: z
    .enum(['dev', 'prod'])
    .default('dev')
    .describe('dev: cheap and quick to read; prod: alarms for night and day'),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'expected a region such as eu-west-1')
    .default('eu-west-1')
    .describe('region of everything but the web ACL, which CloudFront wants in us-east-1'),
  prefix: z
    .string()
    // Rule names know no "-", bucket and host names no "_".
    .regex(/^[a-z][a-z0-9]{0,19}$/, 'expected 1 to 20 of a-z and 0-9, a letter first')
    .optional()
    .describe('of topics, rules, face collections and names; default: rollcall, and rollcalldev for dev'),
  domain: z
    .string()
    .regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'expected a host name')
    .optional()
    .describe('where people reach the dashboard and the API; default: a name of CloudFront’s'),
  certificate: z
    .string()
    .regex(/^arn:aws:acm:us-east-1:\d{12}:certificate\/[\w-]+$/, 'expected the ARN of a certificate in us-east-1')
    .optional()
    .describe('ACM certificate for `domain`'),
  timeZone: z.string().default('UTC').describe('IANA zone of organizations that have not set theirs'),
  alarmEmail: z.email().optional().describe('who is told of alarms; they confirm by a mail that they get'),
  monthlyBudget: z.coerce
    .number()
    .positive()
    .optional()
    .describe('US dollars a month; alarmEmail is told at 50 and 90 % of it, and when the forecast is over it'),
  frontDoorVersion: z
    .uuid()
    .optional()
    .describe('version of the front door’s secret that CloudFront is to show; default: the newest when it is deployed'),
  rekognitionTps: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(50)
    .describe(
      'granted SearchUsersByImage calls per second in the region: bounds how many captures are recognized at once',
    ),
});

export type DeploymentOptions = z.input<typeof DeploymentOptions>;

/** The options with what follows from them. */
export type Deployment = Readonly<Omit<z.output<typeof DeploymentOptions>, 'prefix'>> & {
  readonly prefix: string;
  readonly isProduction: boolean;
  readonly logRetention: RetentionDays;
};

/** Of `dev`: what the whole test suite, and whoever tries it, gets. @throws Misconfigured with every problem in one message. */
export function deploymentOf(options: Record<string, unknown> = {}): Deployment {
  const config = loadConfig(wholeOptions, { options });
  const isProduction = config.stage === 'prod';
  return {
    ...config,
    prefix: config.prefix ?? (isProduction ? defaultPrefix : `${defaultPrefix}${config.stage}`),
    isProduction,
    logRetention: isProduction ? RetentionDays.THREE_MONTHS : RetentionDays.TWO_WEEKS,
  };
}

const wholeOptions = DeploymentOptions.refine((o) => (o.domain === undefined) === (o.certificate === undefined), {
  path: ['certificate'],
  message: 'expected a certificate with a domain, and none without',
}).refine((o) => o.monthlyBudget === undefined || o.alarmEmail !== undefined, {
  path: ['alarmEmail'],
  message: 'expected who is told, with a monthly budget',
});

/** How long a device's message is tried before it becomes a dead letter: the agent keeps it and sends it again by itself. */
export const messageAge = Duration.hours(6);
