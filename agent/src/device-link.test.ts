import { DeviceId } from '@rollcall/contract/ids';
import { Denied } from '@rollcall/kit/app-error';
import { ManualClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { ManualTimer } from '@rollcall/kit/timer';
import * as fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../test/eventually.ts';
import { TestCa } from '../test/test-certificates.ts';
import type { DeviceIdentity } from './adapters/device-identity.ts';
import { DeviceLink } from './device-link.ts';
import { isDue } from './domain/certificate-life.ts';

const hourMs = 3_600_000;
let ca: TestCa;
let links: DeviceLink[] = [];

beforeAll(async () => {
  ca = await TestCa.make();
});
afterEach(async () => {
  await Promise.all(links.map((link) => link.stop()));
  links = [];
});

/** Certificates of tests count from 2020 to the end of 2049: two thirds of that are over in 2039. */
async function started(options: { at: string; synced?: boolean; renews?: boolean; bornDue?: boolean }) {
  const clock = new ManualClock(options.at);
  const timer = new ManualTimer();
  const issue = async (): Promise<DeviceIdentity> => ({
    device: DeviceId.parse('camera-1'),
    ...(await ca.client('camera-1')),
    ...(options.bornDue && { bornDue: true }),
  });
  const connected: string[] = [];
  const log: string[] = [];
  let asked: string | undefined;
  const renewal = {
    settle: (identity: DeviceIdentity) => Promise.resolve({ identity }),
    renew: async () => {
      log.push('renew');
      if (options.renews === false) throw new Denied('the template is gone');
      return { ...(await issue()), bornDue: true };
    },
  };
  const first = await issue();
  const link = new DeviceLink({
    identify: () => Promise.resolve(first),
    renewal,
    files: { renewalAsked: () => Promise.resolve(asked) },
    connect: ({ certificatePem }) => {
      connected.push(certificatePem);
      log.push('connect');
      return { stop: () => Promise.resolve(void log.push('stop')) };
    },
    clock,
    clockSynced: () => options.synced ?? true,
    timer,
    log: silentLog,
    random: () => 0.5,
  });
  links.push(link);
  void link.run();
  await eventually(() => expect(log).toEqual(['connect']));
  const pass = async (hours: number) => {
    for (let hour = 0; hour < hours; hour++) {
      timer.advance(hourMs);
      // What was woken runs.
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { link, first, log, connected, pass, ask: (certificate: string) => (asked = certificate) };
}

describe('the connection of a device', () => {
  test('comes back with another certificate when little is left of its life, and only then', async () => {
    const young = await started({ at: '2038-01-01T00:00:00.000Z' });
    await young.pass(50);
    expect(young.log).toEqual(['connect']);
    const old = await started({ at: '2041-01-01T00:00:00.000Z' });
    await old.pass(2);
    await eventually(() => expect(old.log).toEqual(['connect', 'stop', 'renew', 'connect']));
    expect(old.connected[1]).not.toBe(old.first.certificatePem);
    // The clock says the same of the new one, and is not asked again.
    await old.pass(50);
    expect(old.log).toHaveLength(4);
  });

  test('does not go by a clock that nobody keeps, nor by one that is known to be wrong', async () => {
    for (const doubt of [{ synced: false }, { bornDue: true }]) {
      const device = await started({ at: '2048-01-01T00:00:00.000Z', ...doubt });
      await device.pass(50);
      expect(device.log).toEqual(['connect']);
    }
  });

  test('comes back with the same one when renewing fails, says so, and tries again ever later', async () => {
    const device = await started({ at: '2041-01-01T00:00:00.000Z', renews: false });
    await device.pass(2);
    await eventually(() => expect(device.log.slice(0, 4)).toEqual(['connect', 'stop', 'renew', 'connect']));
    expect(device.connected[1]).toBe(device.first.certificatePem);
    expect(device.link.health()).toEqual({
      expiresAt: '2049-12-31T00:00:00.000Z',
      problem: 'the certificate could not be renewed: the template is gone',
    });
    await device.pass(24);
    const inADay = device.log.filter((what) => what === 'renew').length;
    expect(inADay).toBeGreaterThan(1);
    expect(inADay).toBeLessThan(8);
  });

  test('renews when it is asked, whatever the clock says, once for each time', async () => {
    const device = await started({ at: '2026-01-01T00:00:00.000Z', synced: false, renews: false });
    device.ask(device.first.certificatePem);
    device.link.renewSoon();
    await eventually(() => expect(device.log).toEqual(['connect', 'stop', 'renew', 'connect']));
    await device.pass(5);
    expect(device.log).toHaveLength(4);
  });

  test('says when its certificate is over, if the clock is to be believed', async () => {
    const device = await started({ at: '2050-06-01T00:00:00.000Z', renews: false });
    expect(device.link.health()?.problem).toMatch(/ended at 2049-12-31.*prepare it anew/);
    const unsure = await started({ at: '2050-06-01T00:00:00.000Z', synced: false });
    expect(unsure.link.health()?.problem).toBeUndefined();
  });
});

test('a certificate that was made just now is not due, however short its life, by a clock that is right', () => {
  const life = fc.record({ notBefore: fc.nat(), days: fc.integer({ min: 1, max: 10_000 }) });
  fc.assert(
    fc.property(life, fc.double({ min: 0, max: 1, noNaN: true }), ({ notBefore, days }, share) => {
      const notAfter = notBefore + days * 86_400_000;
      expect(isDue({ notBefore, notAfter }, notBefore)).toBe(false);
      const now = notBefore + share * (notAfter - notBefore);
      expect(isDue({ notBefore, notAfter }, now)).toBe(notAfter - now < (notAfter - notBefore) / 3);
      expect(isDue({ notBefore, notAfter }, notAfter)).toBe(true);
    }),
  );
});
