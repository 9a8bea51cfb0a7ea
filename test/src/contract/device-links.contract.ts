import type { DeviceLinks } from '@rollcall/cloud/ports/device-links';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../site/start-site.ts';

/** A driver, and devices of the organization `main` that connect. */
export interface DeviceLinksDriver {
  readonly links: DeviceLinks;
  /** A device that is registered, and connects. */
  readonly connect: (id: DeviceId) => Promise<void>;
  readonly isConnected: (id: DeviceId) => boolean;
  readonly stop: () => Promise<void>;
}

const [main, other] = [OrganizationId.parse('main'), OrganizationId.parse('other')];
const [one, two, away] = ['camera-1', 'camera-2', 'camera-3'].map((id) => DeviceId.parse(id));

/** The connections of devices, wherever they are. */
export function deviceLinksContract(name: string, open: () => Promise<DeviceLinksDriver>): void {
  describe(`links of devices: ${name}`, () => {
    let driver: DeviceLinksDriver;
    beforeAll(async () => {
      driver = await open();
    });
    afterAll(() => driver.stop());

    it('are known of the organization’s own devices, and end for the one that is dropped', async () => {
      if (!one || !two || !away) throw new Error('expected three devices');
      const { links, connect, isConnected } = driver;
      for (const id of [one, two]) await connect(id);
      const all = [one, two, away];
      await until('both', async () => (await links.online(main, all)).size === 2);
      expect([...(await links.online(main, all))].toSorted()).toEqual([one, two]);
      expect([...(await links.online(main, [two, away]))]).toEqual([two]);
      expect([...(await links.online(other, all))]).toEqual([]);
      // Neither another organization's, nor one that is not there.
      await links.drop(other, one);
      await links.drop(main, away);
      expect([one, two].map(isConnected)).toEqual([true, true]);
      await links.drop(main, one);
      await until('its end', () => !isConnected(one));
      expect(isConnected(two)).toBe(true);
      await links.drop(main, one);
    });
  });
}
