import type { LiveFeed } from '@rollcall/cloud/ports/live-feed';
import type { Role } from '@rollcall/contract/access';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { LiveEvent } from '@rollcall/contract/live-event';
import { UnsecuredJWT } from 'jose';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../site/start-site.ts';

/** A feed, and where browsers hear it. */
export interface LiveFeedDriver {
  readonly feed: LiveFeed;
  /** `ws://…`; tokens are believed. */
  readonly url: string;
  readonly username: string;
  /** From now on nothing can be told. */
  readonly goAway: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const [main, other] = [OrganizationId.parse('main'), OrganizationId.parse('other')];
const attendance = { kind: 'attendance', date: '2026-01-05' } as const;
const device = { kind: 'device', deviceId: DeviceId.parse('camera-1') } as const;

/** What open dashboards are told, whoever tells them. */
export function liveFeedContract(name: string, open: () => Promise<LiveFeedDriver>): void {
  describe(`the live feed: ${name}`, () => {
    let driver: LiveFeedDriver;
    const close: (() => Promise<unknown>)[] = [];
    beforeAll(async () => {
      driver = await open();
    });
    afterAll(async () => {
      for (const end of close) await end();
      await driver.stop();
    });

    /** What a browser hears that asks for all of its organization. */
    const listen = async (org: OrganizationId, role: Role): Promise<LiveEvent[]> => {
      const token = new UnsecuredJWT({ org, role }).setSubject('user-1').setExpirationTime('10m').encode();
      const { url, username } = driver;
      const clientId = `live-user-1-${close.length}`;
      const client = await connectAsync(url, {
        username,
        password: token,
        clientId,
        protocolVersion: 5,
        reconnectPeriod: 0,
      });
      close.push(() => client.endAsync(true));
      const heard: LiveEvent[] = [];
      client.on('message', (_, payload) => heard.push(LiveEvent.parse(JSON.parse(payload.toString()))));
      await client.subscribeAsync(`rollcall/${org}/live/${role === 'operator' ? 'device' : '#'}`);
      return heard;
    };

    it('tells each event to every browser of the organization, in order', async () => {
      const [one, another] = [await listen(main, 'owner'), await listen(main, 'viewer')];
      for (const event of [attendance, device]) await driver.feed.publish(main, event);
      for (const heard of [one, another]) {
        await until('both events', () => heard.length === 2);
        expect(heard).toEqual([attendance, device]);
      }
    });

    it('tells another organization’s browsers nothing, and operators of devices alone', async () => {
      const [theirs, operators] = [await listen(other, 'owner'), await listen(main, 'operator')];
      for (const event of [attendance, device]) await driver.feed.publish(main, event);
      await driver.feed.publish(other, attendance);
      await until('their own', () => theirs.length > 0 && operators.length > 0);
      expect([theirs, operators]).toEqual([[attendance], [device]]);
    });

    it('is best effort: what nobody can be told fails nothing', async () => {
      const told = (org: OrganizationId) => driver.feed.publish(org, attendance).then(() => 'told, or not');
      expect(await told(OrganizationId.parse('nobody'))).toBe('told, or not');
      await driver.goAway();
      expect(await told(main)).toBe('told, or not');
    });
  });
}
