import type { LiveAccess, Me } from '@rollcall/contract/access';
import type { LiveEvent } from '@rollcall/contract/live-event';
import { openLiveConnection } from '@rollcall/dashboard/live/live-connection';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IotWebSocket } from '../aws/iot-websocket.ts';
import { portrait } from '../contract/face-pictures.ts';
import { captureMessage } from '../site/door-messages.ts';
import { askApi } from './cloud-api.ts';
import { type CloudOrganization, makeOrganization, ruleEvent } from './cloud-organization.ts';
import { type Cloud, startCloud } from './start-cloud.ts';
import type { TokenClaims } from './token-issuer.ts';

const iotArn = 'arn:aws:iot:eu-central-1:000000000000';

describe('the live feed of a browser, through the bundles', () => {
  let cloud: Cloud;
  let north: CloudOrganization;
  let camera: Awaited<ReturnType<CloudOrganization['addCamera']>>;
  let iot: IotWebSocket;
  let endpoint: string;
  beforeAll(async () => {
    cloud = await startCloud();
    north = await makeOrganization(cloud, 'north');
    await makeOrganization(cloud, 'south');
    camera = await north.addCamera('SN-1');
    await north.enroll('Ada', await portrait({ row: 0, column: 0 }));
    iot = new IotWebSocket({
      iotArn,
      authorizers: { 'rollcall-live': (event) => cloud.invoke('live-authorizer', event) },
    });
    endpoint = await iot.start();
    cloud.iot.onPublish = ({ topic, payload }) => void iot.publish(topic, payload);
  });
  afterAll(async () => {
    await iot.stop();
    await cloud.stop();
  });

  const liveOf = async (claims: TokenClaims): Promise<LiveAccess | null> => {
    const caller = { authorization: `Bearer ${await cloud.issuer.token(claims)}` };
    const { body } = await askApi<Me>(cloud, caller, 'GET', '/v1/me');
    return body.live;
  };

  /** The dashboard’s own code, at the emulator in place of AWS IoT. */
  async function listen(live: LiveAccess, freshToken: (least: number) => Promise<string>) {
    const events: LiveEvent[] = [];
    const first = Promise.withResolvers<boolean>();
    const heard = Promise.withResolvers<LiveEvent>();
    const states: boolean[] = [];
    let onNext: ((live: boolean) => void) | undefined;
    const connection = openLiveConnection(
      { origin: 'https://rollcall.example', live: { ...live, url: endpoint }, freshToken },
      {
        onEvent: (event) => {
          events.push(event);
          if (event.kind === 'sighting') heard.resolve(event);
        },
        onState: (state) => {
          states.push(state);
          first.resolve(state);
          onNext?.(state);
        },
      },
    );
    const isLive = await first.promise;
    const nextState = () => new Promise<boolean>((resolve) => (onNext = resolve));
    return { connection, isLive, events, states, heard: heard.promise, nextState };
  }

  it('is told to who asks for itself, and not to a kiosk', async () => {
    expect(await liveOf({ org: 'north', role: 'viewer' })).toEqual({
      url: 'wss://abc-ats.iot.eu-central-1.amazonaws.com/mqtt',
      username: 'token?x-amz-customauthorizer-name=rollcall-live',
      clientIdPrefix: 'live-user-1-',
      topicFilter: 'rollcall/north/live/#',
      minTokenSeconds: 300,
    });
    expect(await liveOf({ org: 'north', role: 'operator' })).toMatchObject({
      topicFilter: 'rollcall/north/live/device',
    });
    expect(await liveOf({ org: 'north', role: 'kiosk' })).toBeNull();
  });

  it('tells the dashboard of a sighting at a door, and comes back with a token of then', async () => {
    const claims = { org: 'north', role: 'viewer' };
    const live = await liveOf(claims);
    if (!live) throw new Error('expected a live feed');
    const asked: number[] = [];
    const feed = await listen(live, (least) => {
      asked.push(least);
      return cloud.issuer.token(claims);
    });
    expect(feed.isLive).toBe(true);
    await cloud.invoke(
      'capture',
      ruleEvent('capture', north.org, camera.id, captureMessage(await portrait({ row: 0, column: 4 }))),
    );
    expect(await feed.heard).toMatchObject({
      kind: 'sighting',
      sighting: { verdict: 'accepted', person: { name: 'Ada' } },
    });
    const lost = feed.nextState();
    iot.endAll();
    expect(await lost).toBe(false);
    expect(await feed.nextState()).toBe(true);
    expect(asked).toEqual([300, 300]);
    feed.connection.close();
  });

  it('of another organization cannot be heard, whatever is asked for', async () => {
    const live = await liveOf({ org: 'north', role: 'viewer' });
    if (!live) throw new Error('expected a live feed');
    for (const topicFilter of ['rollcall/north/live/#', 'rollcall/+/live/#', 'rollcall/north/live/sighting', '#']) {
      const spy = await listen({ ...live, topicFilter }, () => cloud.issuer.token({ org: 'south', role: 'owner' }));
      expect([topicFilter, spy.isLive]).toEqual([topicFilter, false]);
      spy.connection.close();
    }
  });

  const ask = async (claims: TokenClaims, clientId = 'live-user-1-abc') =>
    cloud.invoke('live-authorizer', connectEvent(clientId, await cloud.issuer.token(claims)));

  it('ends with the token, and lets the bearer do nothing but hear', async () => {
    const answer = await ask({ org: 'north', role: 'admin', seconds: 420 });
    expect(answer).toEqual({
      isAuthenticated: true,
      principalId: 'user1',
      policyDocuments: [
        {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: 'iot:Connect', Resource: [`${iotArn}:client/live-user-1-abc`] },
            {
              Effect: 'Allow',
              Action: 'iot:Subscribe',
              Resource: ['sighting', 'attendance', 'device', '#', '+'].map(
                (kind) => `${iotArn}:topicfilter/rollcall/north/live/${kind}`,
              ),
            },
            {
              Effect: 'Allow',
              Action: 'iot:Receive',
              Resource: ['sighting', 'attendance', 'device'].map(
                (kind) => `${iotArn}:topic/rollcall/north/live/${kind}`,
              ),
            },
          ],
        },
      ],
      disconnectAfterInSeconds: expect.toSatisfy((seconds: number) => seconds > 410 && seconds <= 420),
      refreshAfterInSeconds: expect.toSatisfy((seconds: number) => seconds > 410 && seconds <= 420),
    });
  });

  it.each<[string, TokenClaims, string?]>([
    ['a token that is over', { org: 'north', role: 'owner', seconds: -60 }],
    ['a token that ends before AWS IoT would end the connection', { org: 'north', role: 'owner', seconds: 290 }],
    ['a token that was given to another client', { org: 'north', role: 'owner', client_id: 'other' }],
    ['a kiosk', { org: 'north', role: 'kiosk' }],
    ['a role that there is not', { org: 'north', role: 'root' }],
    ['an organization that is no name of one', { org: 'north/live/#', role: 'owner' }],
    ['who comes with the client id of somebody else', { org: 'north', role: 'owner' }, 'live-user-2-abc'],
    ['who comes with the name of a device', { org: 'north', role: 'owner' }, 'SN-1'],
    ['who comes with a pattern as client id', { org: 'north', role: 'owner' }, 'live-user-1-*'],
  ])('refuses %s', async (_who, claims, clientId) => {
    expect(await ask(claims, clientId)).toMatchObject({ isAuthenticated: false, policyDocuments: [] });
  });

  it('refuses who shows nothing, or nothing of ours', async () => {
    const token = await cloud.issuer.token({ org: 'north', role: 'owner' });
    const events = [
      {},
      connectEvent('live-user-1-abc', undefined),
      connectEvent(undefined, token),
      connectEvent('live-user-1-abc', 'rk_not-a-token'),
      connectEvent('live-user-1-abc', `${token.slice(0, -6)}AAAAAA`),
    ];
    for (const event of events) {
      expect(await cloud.invoke('live-authorizer', event)).toMatchObject({ isAuthenticated: false });
    }
    const { lines } = await cloud.functionOf('live-authorizer');
    expect(lines.join('\n')).toContain('live-refused');
    expect(lines.join('\n')).not.toContain(token.slice(0, 40));
  });
});

/** As AWS IoT sends it. */
function connectEvent(clientId: string | undefined, password: string | undefined) {
  return {
    protocols: ['tls', 'http', 'mqtt'],
    protocolData: {
      mqtt: {
        username: 'token?x-amz-customauthorizer-name=rollcall-live',
        ...(password === undefined ? {} : { password: Buffer.from(password).toString('base64') }),
        ...(clientId === undefined ? {} : { clientId }),
      },
    },
  };
}
