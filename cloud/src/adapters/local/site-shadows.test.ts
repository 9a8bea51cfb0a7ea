import { DeviceId } from '@rollcall/contract/ids';
import { configShadowTopic } from '@rollcall/contract/topics';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { org, startTestBroker, type TestBroker } from './site-broker-for-tests.ts';

const camera = DeviceId.parse('camera-1');
const base = configShadowTopic(camera);

describe('the config shadow of a device on the site’s broker', () => {
  let test: TestBroker;
  let client: MqttClient;
  const heard: { topic: string; body: unknown }[] = [];
  beforeAll(async () => {
    test = await startTestBroker();
    client = await test.connect(await test.device(camera), camera);
    client.on('message', (topic, payload) => heard.push({ topic, body: JSON.parse(payload.toString()) }));
    await client.subscribeAsync([`${base}/get/+`, `${base}/update/+`, `${base}/delete/+`], { qos: 1 });
  });
  afterAll(() => test.stop());
  beforeEach(async () => {
    await test.broker.shadows.delete(org, camera);
    heard.length = 0;
  });

  /** The answer to a request, and what else is told on the way. */
  const ask = async (request: string, body: unknown) => {
    const payload = Buffer.isBuffer(body) ? body : body === undefined ? '' : JSON.stringify(body);
    heard.length = 0;
    await client.publishAsync(`${base}/${request}`, payload, { qos: 1 });
    return vi.waitFor(() => {
      const answer = heard.find(({ topic }) => /\/(accepted|rejected)$/.test(topic));
      if (!answer) throw new Error('no answer yet');
      return { outcome: answer.topic.slice(base.length + 1), body: answer.body };
    });
  };
  const told = (topic: string) =>
    vi.waitFor(() => {
      const message = heard.find((one) => one.topic === `${base}/${topic}`);
      if (!message) throw new Error(`nothing on ${topic} yet`);
      return message.body;
    });

  it('is made by the first update, and read with what differs', async () => {
    const update = { state: { desired: { a: 1, b: { c: [1] } }, reported: { a: 1 } }, clientToken: 'mine' };
    expect(await ask('update', update)).toMatchObject({
      outcome: 'update/accepted',
      body: {
        state: update.state,
        version: 1,
        clientToken: 'mine',
        metadata: { reported: { a: { timestamp: expect.any(Number) } } },
      },
    });
    expect(await told('update/delta')).toMatchObject({ state: { b: { c: [1] } }, version: 1, clientToken: 'mine' });
    expect(await told('update/documents')).toMatchObject({ current: { state: update.state, version: 1 } });
    expect(await ask('get', undefined)).toMatchObject({
      outcome: 'get/accepted',
      body: { state: { ...update.state, delta: { b: { c: [1] } } }, version: 1 },
    });
  });

  it('tells no delta when the device is as it is wanted', async () => {
    await ask('update', { state: { desired: { a: 1 } } });
    await ask('update', { state: { reported: { a: 1 } } });
    await told('update/documents');
    expect(heard.some(({ topic }) => topic.endsWith('/delta'))).toBe(false);
    const read = await ask('get', {});
    expect(read.body).not.toHaveProperty('state.delta');
  });

  it('goes on counting after it was deleted', async () => {
    await ask('update', { state: { desired: { a: 1 } } });
    expect(await ask('delete', {})).toMatchObject({ outcome: 'delete/accepted', body: { version: 1 } });
    expect(await ask('get', {})).toMatchObject({ outcome: 'get/rejected', body: { code: 404 } });
    expect(await ask('delete', {})).toMatchObject({ outcome: 'delete/rejected', body: { code: 404 } });
    expect(await ask('update', { state: { desired: { a: 1 } } })).toMatchObject({ body: { version: 3 } });
  });

  it.each([
    ['no JSON', Buffer.from('{"state":'), 400, 'Invalid JSON'],
    ['no object', Buffer.from('[1]'), 400, 'Invalid JSON'],
    ['no UTF-8', Buffer.from([0xff, 0xfe]), 415, 'UTF-8'],
    ['no state', { clientToken: 't' }, 400, 'Missing required node: state'],
    ['a state that is no object', { state: 5, clientToken: 't' }, 400, 'State node must be an object'],
    [
      'a section that is no object',
      { state: { desired: [] }, clientToken: 't' },
      400,
      'Desired node must be an object',
    ],
    ['another section', { state: { wished: {} }, clientToken: 't' }, 400, 'State contains an invalid node'],
    [
      'null in an array',
      { state: { desired: { a: [null] } }, clientToken: 't' },
      400,
      'State contains an invalid node',
    ],
    [
      'too many levels',
      { state: { desired: { a: { b: { c: { d: { e: { f: {} } } } } } } }, clientToken: 't' },
      400,
      'too many levels',
    ],
    ['a version that is none', { state: {}, version: 'one', clientToken: 't' }, 400, 'Invalid version'],
    ['another version', { state: { desired: { a: 1 } }, version: 7, clientToken: 't' }, 409, 'Version conflict'],
    [
      'more than 8 KB',
      { state: { desired: { a: 'x'.repeat(8_200) } }, clientToken: 't' },
      413,
      'exceeds the maximum size',
    ],
  ])('refuses %s, and goes on', async (_, body, code, message) => {
    const refused = await ask('update', body);
    expect(refused).toMatchObject({
      outcome: 'update/rejected',
      body: { code, message: expect.stringContaining(message) },
    });
    expect(await ask('update', { state: { desired: { a: 1 } } })).toMatchObject({ outcome: 'update/accepted' });
  });

  it('gives the client token back with a refusal', async () => {
    const refused = await ask('update', { state: 5, clientToken: 't' });
    expect(refused).toMatchObject({ outcome: 'update/rejected', body: { clientToken: 't' } });
    const tooLarge = await ask('update', { state: { desired: { a: 'x'.repeat(9_000) } }, clientToken: 't' });
    expect(tooLarge).toMatchObject({ body: { clientToken: 't', code: 413 } });
    const deep = JSON.parse(`${'['.repeat(4_000)}${']'.repeat(4_000)}`);
    expect(await ask('update', { state: { desired: { deep } } })).toMatchObject({ body: { code: 400 } });
  });

  it('refuses a client token that is none, without giving it back', async () => {
    const refused = await ask('get', { clientToken: 'x'.repeat(65) });
    expect(refused).toMatchObject({ outcome: 'get/rejected', body: { code: 400, message: 'Invalid clientToken' } });
    expect(refused.body).not.toHaveProperty('clientToken');
  });

  it('is nobody else’s: not another device’s, not the one without a name, not one of another name', async () => {
    const other = await test.connect(await test.device('camera-2'), 'camera-2');
    for (const topic of [
      `${base}/get`,
      '$aws/things/camera-2/shadow/get',
      '$aws/things/camera-2/shadow/name/other/get',
    ]) {
      await expect(other.publishAsync(topic, '', { qos: 1 })).rejects.toMatchObject({ code: 135 });
    }
    for (const filter of [
      `${base}/#`,
      '$aws/things/camera-2/shadow/#',
      '$aws/things/+/shadow/name/config/get/accepted',
    ]) {
      await expect(other.subscribeAsync(filter, { qos: 1 })).rejects.toThrow('Not authorized');
    }
    // Answers are the service's to give.
    await expect(client.publishAsync(`${base}/get/accepted`, '{}', { qos: 1 })).rejects.toMatchObject({ code: 135 });
  });

  it('takes what is wanted from the other side, and tells the device', async () => {
    const { shadows } = test.broker;
    await shadows.setDesired(org, camera, { a: 1 }, undefined);
    expect(await told('update/delta')).toMatchObject({ state: { a: 1 }, version: 1 });
    expect(await shadows.get(org, camera)).toEqual({ desired: { a: 1 }, reported: undefined, version: 1 });
    await expect(shadows.setDesired(org, camera, { a: 2 }, 9)).rejects.toMatchObject({ code: 'version-conflict' });
    await shadows.setDesired(org, camera, { a: null }, 1);
    expect(await shadows.get(org, camera)).toEqual({ desired: {}, reported: undefined, version: 2 });
  });
});
