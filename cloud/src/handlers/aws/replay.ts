import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { InvalidInput } from '@rollcall/kit/app-error';
import { parse } from '@rollcall/kit/parse';
import { z } from 'zod';
import { awsClientSettings } from '../../adapters/aws/aws-client-settings.ts';
import { awsError } from '../../adapters/aws/aws-error.ts';
import { fromEnvironment, ReplayConfig } from './config.ts';
import { functionBasis, lambdaHandler } from './invocation.ts';
import { replayTarget } from './replay-target.ts';

const Request = z.object({
  /** Dead letters, at most. */
  limit: z.int().min(1).max(10_000).default(1_000),
});

interface Replayed {
  /** Handed to their functions again. */
  readonly replayed: number;
  /** Left in the queue, with the reason of the first. */
  readonly left: number;
  readonly reason?: string;
}

const config = fromEnvironment(ReplayConfig);
const basis = functionBasis('replay', config);
const sqs = new SQSClient(awsClientSettings({ requestTimeoutMs: 5_000 }));
const lambda = new LambdaClient(awsClientSettings({ requestTimeoutMs: 10_000 }));
const QueueUrl = config.deadLetters;
/** s for which a letter that was received is hidden: what is left over is seen again after it, and not within this invocation. */
const hiddenSeconds = 360;
/** ms before the end of this invocation at which nothing more is begun. */
const reserveMs = 20_000;

/**
 * Hands dead letters to the functions that they were meant for, and deletes them once those have them. Asynchronously, so that what fails
 * again comes back here. What cannot be replayed stays where it is, to be looked at.
 */
export const handler = lambdaHandler(basis, async (event, context): Promise<Replayed> => {
  const { limit } = parse(Request, event ?? {}, 'the request');
  let replayed = 0;
  const reasons: string[] = [];
  while (replayed + reasons.length < limit && context.getRemainingTimeInMillis() > reserveMs) {
    const letters = await receive(Math.min(10, limit - replayed - reasons.length));
    if (letters.length === 0) break;
    const outcomes = await Promise.all(letters.map((letter) => replay(letter)));
    const left = outcomes.flatMap((reason) => reason ?? []);
    reasons.push(...left);
    replayed += outcomes.length - left.length;
  }
  const [reason] = reasons;
  basis.log.info('dead-letters-replayed', { replayed, left: reasons.length, reason });
  return { replayed, left: reasons.length, ...(reason === undefined ? {} : { reason }) };
});

async function receive(count: number): Promise<Message[]> {
  const request = new ReceiveMessageCommand({
    QueueUrl,
    MaxNumberOfMessages: count,
    MessageSystemAttributeNames: ['SentTimestamp'],
    VisibilityTimeout: hiddenSeconds,
    // Long enough that all servers of the queue are asked: an empty answer is the end.
    WaitTimeSeconds: 2,
  });
  return (await answer(() => sqs.send(request))).Messages ?? [];
}

/** @returns why it was left, if it was. */
async function replay({ Body = '', Attributes, ReceiptHandle }: Message): Promise<string | undefined> {
  try {
    const { functionName, payload } = replayTarget(config.prefix, Body, Number(Attributes?.SentTimestamp ?? 0));
    const Payload = new TextEncoder().encode(JSON.stringify(payload));
    await answer(() =>
      lambda.send(new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', Payload })),
    );
    await answer(() => sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })));
    return undefined;
  } catch (error) {
    if (error instanceof InvalidInput) return error.message;
    throw error;
  }
}

async function answer<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw awsError(error, 'the replay of dead letters');
  }
}
