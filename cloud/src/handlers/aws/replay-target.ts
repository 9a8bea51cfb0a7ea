import { parse } from '@rollcall/kit/parse';
import { InvalidInput } from '@rollcall/kit/app-error';
import { z } from 'zod';
import { type CloudFunction, functionName, functions } from '../../manifest.ts';

/** What is to be invoked again, with what. */
export interface ReplayTarget {
  readonly functionName: string;
  readonly payload: unknown;
}

/** Source: "Capturing records of Lambda asynchronous invocations", AWS Lambda developer guide. */
const FailedInvocation = z.object({
  requestContext: z.object({ functionArn: z.string() }),
  requestPayload: z.unknown(),
});

/** Source: "Error handling (error action)", AWS IoT developer guide. */
const FailedRule = z.object({
  ruleName: z.string(),
  topic: z.string(),
  base64OriginalPayload: z.base64(),
});

/** Functions that a device's message or an upload ends in, and for which to run again changes nothing that was done. */
const replayed: ReadonlySet<CloudFunction['name']> = new Set([
  'capture',
  'recognize',
  'passage',
  'health',
  'report',
  'presence',
  'upload',
]);

/**
 * Where a dead letter was meant to go: an invocation that failed too often, or a message for which a rule could invoke nothing.
 * @param sentAt ms since the epoch at which it became a dead letter. @throws InvalidInput when it is neither, or not of this deployment.
 */
export function replayTarget(prefix: string, body: string, sentAt: number): ReplayTarget {
  const letter = jsonIn(body);
  const invocation = FailedInvocation.safeParse(letter);
  if (invocation.success) {
    // arn:aws:lambda:{region}:{account}:function:{name}[:{version}]
    const name = invocation.data.requestContext.functionArn.split(':')[6] ?? '';
    return { functionName: ours(prefix, name), payload: invocation.data.requestPayload };
  }
  const rule = parse(FailedRule, letter, 'the dead letter');
  const name = rule.ruleName.startsWith(`${prefix}_`) ? rule.ruleName.slice(prefix.length + 1) : '';
  return { functionName: ours(prefix, `${prefix}-${name}`), payload: eventOf(rule, sentAt) };
}

function ours(prefix: string, name: string): string {
  const known = functions.some((one) => replayed.has(one.name) && functionName(prefix, one.name) === name);
  if (!known) throw new InvalidInput(`expected a function of ${prefix} that can run again, got ${name || 'none'}`);
  return name;
}

/** What the rule's SQL would have selected. */
function eventOf({ topic, base64OriginalPayload }: z.infer<typeof FailedRule>, receivedAt: number): unknown {
  if (topic.startsWith('$aws/events/presence/')) return jsonIn(Buffer.from(base64OriginalPayload, 'base64').toString());
  const [org, deviceId] = topic.replace(/^\$aws\/rules\/[^/]+\//, '').split('/');
  return { payload: base64OriginalPayload, org, deviceId, receivedAt };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InvalidInput('the dead letter: expected JSON', { cause });
  }
}
