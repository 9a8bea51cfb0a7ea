import { once } from 'node:events';
import { createServer } from 'node:http';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ManualClock } from '@rollcall/kit/clock';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FrontDoorSecret } from './front-door-secret.ts';

const clock = new ManualClock('2026-01-05T08:00:00.000Z');
const minute = 60_000;

describe('the secret by which CloudFront shows itself', () => {
  let values: string[];
  let isDown: boolean;
  let requests = 0;
  let client: SecretsManagerClient;
  let secret: FrontDoorSecret;
  const server = createServer((request, response) => void answer(request, response));

  /** Source: "GetSecretValue", AWS Secrets Manager API reference. */
  async function answer(request: AsyncIterable<Buffer>, response: import('node:http').ServerResponse): Promise<void> {
    requests++;
    let body = '';
    for await (const chunk of request) body += chunk.toString();
    const SecretString = values[body.includes('AWSPREVIOUS') ? 1 : 0];
    const said = SecretString === undefined ? { __type: 'ResourceNotFoundException' } : { SecretString };
    const status = isDown ? 500 : SecretString === undefined ? 400 : 200;
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(said));
  }

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    client = new SecretsManagerClient({ endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 });
  });
  afterAll(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    values = ['one'];
    isDown = false;
    secret = new FrontDoorSecret({ client, secretId: 'front-door', clock });
  });

  it('is read once for all who come', async () => {
    requests = 0;
    expect(await Promise.all(['one', 'one', 'two', ''].map((value) => secret.isShownBy(value)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(requests).toBe(2);
  });

  it('may be replaced while requests come: a new value is found within half a minute, the old one counts on', async () => {
    expect(await secret.isShownBy('one')).toBe(true);
    values = ['two', 'one'];
    expect(await secret.isShownBy('two')).toBe(false);
    clock.advance(31_000);
    expect(await secret.isShownBy('two')).toBe(true);
    expect(await secret.isShownBy('one')).toBe(true);
  });

  it('counts no more, soon after it was replaced twice', async () => {
    expect(await secret.isShownBy('one')).toBe(true);
    values = ['three', 'two'];
    clock.advance(5 * minute);
    expect(await secret.isShownBy('one')).toBe(false);
    expect(await secret.isShownBy('three')).toBe(true);
  });

  it('counts on while it cannot be read, but opens to nobody before it ever was', async () => {
    expect(await secret.isShownBy('one')).toBe(true);
    isDown = true;
    clock.advance(6 * minute);
    expect(await secret.isShownBy('one')).toBe(true);
    expect(await secret.isShownBy('two')).toBe(false);
    const unread = new FrontDoorSecret({ client, secretId: 'front-door', clock });
    await expect(unread.isShownBy('one')).rejects.toMatchObject({ name: 'Unavailable', retryable: true });
  });
});
