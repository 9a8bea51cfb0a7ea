import { DeviceId } from '@rollcall/contract/ids';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeviceRecord } from '../store/device-store.ts';
import { cameWith, certificatesOf, isAdmitted, withNext, withoutCertificates } from './device-certificates.ts';

const fresh: DeviceRecord = {
  id: DeviceId.parse('SN-1'),
  doorId: null,
  state: 'active',
  certificate: 'c0',
  nextCertificate: null,
  oldCertificates: [],
  lastSeenAt: null,
  health: null,
  stillAt: null,
  replacedBy: null,
  decommission: null,
  settings: null,
};

/** What can happen, in any order: another certificate is issued, the device comes with any that was ever issued, it is allowed anew. */
const steps = fc.array(
  fc.oneof(
    fc.constant({ kind: 'issue' as const }),
    fc.record({ kind: fc.constant('come' as const), with: fc.nat(5) }),
    fc.constant({ kind: 'start over' as const }),
  ),
  { maxLength: 20 },
);

type Step =
  | { readonly kind: 'issue' }
  | { readonly kind: 'start over' }
  | { readonly kind: 'come'; readonly with: number };

function after(list: readonly Step[]) {
  const issued = ['c0'];
  let device = fresh;
  for (const step of list) {
    if (step.kind === 'issue') {
      issued.push(`c${issued.length}`);
      device = withNext(device, issued.at(-1) ?? '');
    } else if (step.kind === 'start over') device = withoutCertificates(device);
    else {
      const certificate = issued[step.with] ?? '';
      if (isAdmitted(device, certificate)) device = cameWith(device, certificate);
    }
  }
  return { device, issued };
}

describe('the certificates of a device', () => {
  it('each count, or are to be taken back, and never both', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const { device, issued } = after(list);
        const counts = issued.filter((certificate) => isAdmitted(device, certificate));
        expect(counts.length).toBeLessThanOrEqual(2);
        expect(new Set([...counts, ...device.oldCertificates])).toEqual(new Set(issued));
        expect(device.oldCertificates.filter((certificate) => counts.includes(certificate))).toEqual([]);
        expect(new Set(certificatesOf(device)).size).toBe(certificatesOf(device).length);
      }),
    );
  });

  it('leave a device that renews with one that works, whichever it comes with', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 8 }), (comes) => {
        let device = fresh;
        for (const [n, hasCome] of comes.entries()) {
          const before = device.certificate ?? '';
          device = withNext(device, `next ${n}`);
          expect([isAdmitted(device, before), isAdmitted(device, `next ${n}`)]).toEqual([true, true]);
          device = cameWith(device, hasCome ? `next ${n}` : before);
          expect(isAdmitted(device, hasCome ? `next ${n}` : before)).toBe(true);
          expect(isAdmitted(device, before)).toBe(!hasCome);
        }
      }),
    );
  });

  it.each(['revoked', 'decommissioned'] as const)('count for nothing once it is %s', (state) => {
    expect(isAdmitted({ ...fresh, state }, 'c0')).toBe(false);
    expect(isAdmitted({ ...fresh, state: 'decommissioning' }, 'c0')).toBe(true);
  });
});
