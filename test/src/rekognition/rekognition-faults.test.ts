import { createRekognitionClient } from '@rollcall/cloud/adapters/aws/rekognition-calls';
import { OrganizationId } from '@rollcall/contract/ids';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { portrait } from '../contract/face-pictures.ts';
import { type EmulatorForTests, startEmulator } from './start-emulator.ts';

const org = OrganizationId.parse('main');
let test: EmulatorForTests;
let picture: Buffer;

beforeAll(async () => {
  test = await startEmulator();
  picture = await portrait({ row: 0, column: 0 });
  // The collection is there, and the picture has been read.
  await test.newEngine().search(org, picture);
});
afterEach(() => {
  test.emulator.throttle = undefined;
  test.emulator.latencyMs = 0;
  test.emulator.resetCounts();
});
afterAll(() => test.stop());

describe('RekognitionEngine, when the service is slow, throttles or fails', () => {
  it.each(['ThrottlingException', 'InternalServerError'] as const)('tries again after %s', async (error) => {
    test.emulator.failNext(error);
    const faces = await test.newEngine({ client: newClient() }).search(org, picture);
    expect(faces).toHaveLength(1);
    expect(test.emulator.refused).toBe(1);
  });

  it('is unavailable when that does not help', async () => {
    test.emulator.failNext('ProvisionedThroughputExceededException', 2);
    const client = newClient({ maxAttempts: 2 });
    const search = test.newEngine({ client }).search(org, picture);
    await expect(search).rejects.toMatchObject({ code: 'unavailable', retryable: true });
  });

  it('gets through a throttle of so many a second', async () => {
    test.emulator.throttle = { perSecond: 3, error: 'ProvisionedThroughputExceededException' };
    const throttled = test.newEngine({ client: newClient({ maxAttempts: 10 }), concurrency: 4 });
    const answers = await Promise.all(Array.from({ length: 5 }, () => throttled.search(org, picture)));
    expect(answers.every((faces) => faces.length === 1)).toBe(true);
    expect(test.emulator.refused).toBeGreaterThan(0);
  });

  it('holds so many calls at once, and no more', async () => {
    test.emulator.latencyMs = 100;
    const few = test.newEngine({ client: newClient(), concurrency: 2 });
    await Promise.all(Array.from({ length: 6 }, () => few.search(org, picture)));
    expect(test.emulator.mostAtOnce).toBe(2);
  });

  it('gives up in time', async () => {
    test.emulator.latencyMs = 5_000;
    const hasty = test.newEngine({ client: newClient(), deadlineMs: 200 });
    await expect(hasty.search(org, picture)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is unavailable when nobody answers, and misconfigured when it may not ask', async () => {
    const nowhere = newClient({ endpoint: 'http://127.0.0.1:9', maxAttempts: 1 });
    await expect(test.newEngine({ client: nowhere }).search(org, picture)).rejects.toMatchObject({
      code: 'unavailable',
    });
    const stranger = newClient({ credentials: { ...test.emulator.key, secretAccessKey: 'guessed' }, maxAttempts: 1 });
    await expect(test.newEngine({ client: stranger }).search(org, picture)).rejects.toMatchObject({
      code: 'misconfigured',
    });
  });
});

/** A client of its own: throttling slows down the client that it meets. */
function newClient(more: Parameters<typeof createRekognitionClient>[0] = {}) {
  const { emulator } = test;
  return createRekognitionClient({
    region: 'us-east-1',
    endpoint: emulator.endpoint,
    credentials: emulator.key,
    ...more,
  });
}
