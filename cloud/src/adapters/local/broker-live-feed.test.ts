import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Role } from '@rollcall/contract/access';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import type { LiveEvent } from '@rollcall/contract/live-event';
import { Denied } from '@rollcall/kit/app-error';
import { systemClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { UnsecuredJWT } from 'jose';
import mqtt from 'mqtt';
import { generate } from 'mqtt-packet';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import type { Identity } from '../../ports/identity.ts';
import { BrokerLiveFeed } from './broker-live-feed.ts';
import { goodbyeOf } from './site-broker-for-tests.ts';

const [main, other] = [OrganizationId.parse('main'), OrganizationId.parse('other')];
const attendance: LiveEvent = { kind: 'attendance', date: '2026-01-05' };
const device: LiveEvent = { kind: 'device', deviceId: DeviceId.parse('camera-1') };

const Claims = z.object({ role: Role, org: OrganizationId });

/** Verifies nothing: the real one is tested where it is. */
const identity: Identity = {
  verify: (token) => {
    try {
      const claims = Claims.parse(UnsecuredJWT.decode(token).payload);
      return Promise.resolve({ subject: 'x', name: 'x', organizationId: claims.org, role: claims.role, doorId: null });
    } catch {
      return Promise.reject(new Denied('not a token', { code: 'unauthenticated' }));
    }
  },
};

function tokenOf(role: Role, org = 'main', seconds = 600): string {
  return new UnsecuredJWT({ role, org }).setExpirationTime(Math.floor(Date.now() / 1000) + seconds).encode();
}

describe('the live feed', () => {
  const feed = new BrokerLiveFeed({ prefix: 'rollcall', identity, clock: systemClock, log: silentLog });
  const clients: mqtt.MqttClient[] = [];
  let server: Server;
  let url: string;

  beforeAll(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    url = `ws://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    feed.attach(server);
    await feed.start();
  });
  afterAll(async () => {
    for (const client of clients) client.end(true);
    await Promise.all([feed.stop(), feed.stop()]);
    server.closeAllConnections();
    server.close();
  });

  async function browser(password: string, options: mqtt.IClientOptions = {}) {
    const client = mqtt.connect(`${url}/mqtt`, {
      username: 'token',
      password,
      clientId: 'all the same',
      protocolVersion: 5,
      reconnectPeriod: 0,
      ...options,
    });
    clients.push(client);
    const heard: unknown[] = [];
    client.on('message', (topic, payload) => heard.push([topic, JSON.parse(payload.toString())]));
    await new Promise((resolve, reject) => client.once('connect', resolve).once('error', reject));
    return { client, heard };
  }

  it.each([5, 4] as const)(
    'tells browsers of an organization what happened there (MQTT version %i)',
    async (version) => {
      const { client, heard } = await browser(tokenOf('viewer'), { protocolVersion: version });
      const elsewhere = await browser(tokenOf('owner', 'other'), { protocolVersion: version });
      await client.subscribeAsync('rollcall/main/live/#');
      await elsewhere.client.subscribeAsync('rollcall/other/live/#');
      await feed.publish(other, attendance);
      await feed.publish(main, device);
      await vi.waitFor(() => expect(heard).toEqual([['rollcall/main/live/device', device]]));
      expect(elsewhere.heard).toEqual([['rollcall/other/live/attendance', attendance]]);
    },
  );

  it.each(['rollcall/other/live/#', 'rollcall/+/live/#', '#', 'rollcall/main/camera-1/ack', '$SYS/#'])(
    'does not let a browser subscribe to %s',
    async (filter) => {
      const { client } = await browser(tokenOf('owner'));
      await expect(client.subscribeAsync(filter)).rejects.toThrow('Not authorized');
    },
  );

  it('lets browsers publish nothing', async () => {
    const { client } = await browser(tokenOf('owner'));
    await expect(client.publishAsync('rollcall/main/live/device', '{}', { qos: 1 })).rejects.toMatchObject({
      code: 135,
    });
  });

  it('tells operators of devices alone, and kiosks nothing', async () => {
    const { client, heard } = await browser(tokenOf('operator'));
    await client.subscribeAsync('rollcall/main/live/#');
    await expect(client.subscribeAsync('rollcall/main/live/sighting')).rejects.toThrow('Not authorized');
    await feed.publish(main, attendance);
    await feed.publish(main, device);
    await vi.waitFor(() => expect(heard).toEqual([['rollcall/main/live/device', device]]));
    await expect(browser(tokenOf('kiosk'))).rejects.toMatchObject({ code: 135 });
  });

  it('refuses who has no valid token', async () => {
    await expect(browser('not a token')).rejects.toMatchObject({ code: 134 });
    await expect(browser('')).rejects.toMatchObject({ code: 134 });
  });

  it('ends with the token', async () => {
    const { client } = await browser(tokenOf('viewer', 'main', 1));
    expect(await goodbyeOf(client)).toMatchObject({ reasonCode: 160 });
  });

  it('keeps browsers with the same client id apart, and survives names that every object has', async () => {
    const [first, second] = [await browser(tokenOf('viewer')), await browser(tokenOf('viewer'))];
    await browser(tokenOf('viewer'), { clientId: 'constructor' });
    await first.client.unsubscribeAsync('constructor').catch(() => {});
    await second.client.subscribeAsync('rollcall/main/live/#');
    await feed.publish(main, attendance);
    await vi.waitFor(() => expect(second.heard).toHaveLength(1));
    expect(first.client.connected).toBe(true);
  });

  it('leaves out what a browser does not read, and goes on for the others', async () => {
    const lazy = new WebSocket(`${url}/mqtt`, 'mqtt');
    await once(lazy, 'open');
    const [password, subscriptions] = [
      Buffer.from(tokenOf('viewer')),
      [{ topic: 'rollcall/main/live/#', qos: 0 as const }],
    ];
    lazy.send(
      generate({ cmd: 'connect', clientId: 'lazy', username: 'token', password, protocolVersion: 4, clean: true }),
    );
    await once(lazy, 'message');
    lazy.send(generate({ cmd: 'subscribe', messageId: 1, subscriptions }));
    await once(lazy, 'message');
    lazy.pause();

    const eager = await browser(tokenOf('viewer'));
    await eager.client.subscribeAsync('rollcall/main/live/device');
    const big: LiveEvent = { kind: 'attendance', date: 'x'.repeat(100_000) };
    // 100 MB; the kernel keeps some 10 for it.
    for (let count = 0; count < 1_000; count++)
      await Promise.race([feed.publish(main, big), new Promise(setImmediate)]);
    await feed.publish(main, device);
    await vi.waitFor(() => expect(eager.heard).toHaveLength(1));
    let bytes = 0;
    let last = '';
    lazy.on('message', (data: Buffer) => {
      bytes += data.length;
      last = data.subarray(-200).toString();
    });
    lazy.resume();
    await vi.waitFor(async () => {
      await feed.publish(main, device);
      expect(last).toContain('camera-1');
    });
    expect(bytes).toBeLessThan(50_000_000);
    lazy.terminate();
  });

  it('is at its path alone, and shuts out what is no MQTT', async () => {
    await expect(once(new WebSocket(`${url}/elsewhere`, 'mqtt'), 'open')).rejects.toThrow('404');
    const socket = new WebSocket(`${url}/mqtt`, 'mqtt');
    await once(socket, 'open');
    socket.send(Buffer.alloc(100_000, 255));
    await once(socket, 'close');
    const { client } = await browser(tokenOf('viewer'));
    expect(client.connected).toBe(true);
  });
});
