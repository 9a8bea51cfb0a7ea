import type { DeviceShadows } from '@rollcall/cloud/ports/device-shadows';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { beforeEach, describe, expect, it } from 'vitest';

/** A driver, and the other side of its shadows. */
export interface ShadowDriver {
  readonly shadows: DeviceShadows;
  /** What the device says. */
  readonly report: (id: DeviceId, reported: object) => Promise<void>;
}

/** What the configuration of devices is kept by, whichever edition it is. */
export function deviceShadowsContract(name: string, open: () => Promise<ShadowDriver>): void {
  const org = OrganizationId.parse('main');
  let nth = 0;

  describe(`shadows of devices: ${name}`, () => {
    let driver: ShadowDriver;
    let id: DeviceId;
    beforeEach(async () => {
      driver = await open();
      id = DeviceId.parse(`camera-${++nth}`);
    });

    it('are not there until one side writes', async () => {
      expect(await driver.shadows.get(org, id)).toBeUndefined();
      await driver.report(id, { a: 1 });
      expect(await driver.shadows.get(org, id)).toEqual({ desired: {}, reported: { a: 1 }, version: 1 });
    });

    it('merge what is wanted, and remove by null', async () => {
      const { shadows } = driver;
      await shadows.setDesired(org, id, { a: 1, b: { c: [1, 2], d: 1 } }, undefined);
      await shadows.setDesired(org, id, { a: null, b: { c: [3] } }, 1);
      expect(await shadows.get(org, id)).toEqual({
        desired: { b: { c: [3], d: 1 } },
        reported: undefined,
        version: 2,
      });
    });

    it('lose nothing that the other side wrote meanwhile', async () => {
      const { shadows } = driver;
      await shadows.setDesired(org, id, { a: 1 }, undefined);
      await driver.report(id, { a: 1 });
      await expect(shadows.setDesired(org, id, { a: 2 }, 1)).rejects.toMatchObject({
        name: 'Conflict',
        code: 'version-conflict',
      });
      expect(await shadows.get(org, id)).toMatchObject({ desired: { a: 1 }, version: 2 });
    });

    it('take no more than 8 KB of both sides together', async () => {
      await driver.report(id, { a: 'x'.repeat(5_000) });
      await expect(driver.shadows.setDesired(org, id, { b: 'x'.repeat(4_000) }, 1)).rejects.toMatchObject({
        name: 'InvalidInput',
        code: 'too-large',
      });
    });

    it('are deleted, and deleting what is not there is fine', async () => {
      const { shadows } = driver;
      await shadows.setDesired(org, id, { a: 1 }, undefined);
      await shadows.delete(org, id);
      await shadows.delete(org, id);
      expect(await shadows.get(org, id)).toBeUndefined();
    });
  });
}
