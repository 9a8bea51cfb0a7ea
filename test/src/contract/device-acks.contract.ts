import type { DeviceAcks } from '@rollcall/cloud/ports/device-acks';
import type { Ack } from '@rollcall/contract/capture';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../site/start-site.ts';

/** A driver, and what devices of the organization `main` hear on their own topic. */
export interface DeviceAcksDriver {
  readonly acks: DeviceAcks;
  readonly listen: (id: DeviceId) => Promise<readonly Ack[]>;
  readonly stop: () => Promise<void>;
}

const [main, other] = [OrganizationId.parse('main'), OrganizationId.parse('other')];
const [one, two, away] = ['hall:camera_1', 'camera-2', 'camera-3'].map((id) => DeviceId.parse(id));

/** How devices hear that what they sent is kept, whoever tells them. */
export function deviceAcksContract(name: string, open: () => Promise<DeviceAcksDriver>): void {
  describe(`acks to devices: ${name}`, () => {
    let driver: DeviceAcksDriver;
    beforeAll(async () => {
      driver = await open();
    });
    afterAll(() => driver.stop());

    it('come to the device that sent it, and to no other, whatever they say', async () => {
      if (!one || !two || !away) throw new Error('expected three devices');
      const [first, second] = [await driver.listen(one), await driver.listen(two)];
      const stored = { id: '01KD0000000000000000000000', status: 'stored' } as const;
      const refused = { id: '01KD0000000000000000000001', status: 'refused', reason: 'no JPEG' } as const;
      await driver.acks.publishAck(main, one, stored);
      // A device of that name elsewhere, and one that is not there: neither is this one.
      await driver.acks.publishAck(other, one, refused);
      await driver.acks.publishAck(main, away, refused);
      await driver.acks.publishAck(main, two, refused);
      await until('both', () => first.length > 0 && second.length > 0);
      expect([first, second]).toEqual([[stored], [refused]]);
    });
  });
}
