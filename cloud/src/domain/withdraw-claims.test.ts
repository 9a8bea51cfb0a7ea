import { OrganizationId } from '@rollcall/contract/ids';
import { Unavailable } from '@rollcall/kit/app-error';
import { ManualClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { describe, expect, it } from 'vitest';
import { MemoryTable } from '../adapters/local/memory-table.ts';
import { CertificateStore } from '../store/certificate-store.ts';
import { createClaim, listClaims, revokeClaim } from './device-claims.ts';
import { withdrawClaims } from './withdraw-claims.ts';

const org = OrganizationId.parse('main');
const dayMs = 86_400_000;

function setup() {
  const clock = new ManualClock();
  const withdrawn: string[] = [];
  const faults: Error[] = [];
  let made = 0;
  const claims = {
    issue: () => {
      made += 1;
      const fingerprint = `${made}`.repeat(64);
      return Promise.resolve({ fingerprint, certificatePem: 'certificate', privateKeyPem: 'key' });
    },
    withdraw: (fingerprint: string) => {
      const fault = faults.shift();
      if (fault) return Promise.reject(fault);
      withdrawn.push(fingerprint);
      return Promise.resolve();
    },
    target: { caPem: null, template: 'rollcall', mqtt: { hosts: ['broker'], port: 8883, prefix: 'rollcall' } },
  };
  const ports = { certificates: new CertificateStore(new MemoryTable({ clock })), claims, clock, log: silentLog };
  return { ports, clock, withdrawn, faults };
}

describe('a claim', () => {
  it('is taken back where it was issued once it ended, and stays in the list', async () => {
    const { ports, clock, withdrawn } = setup();
    const short = await createClaim(ports, org, { name: 'short', days: 1 });
    await createClaim(ports, org, { name: 'long', days: 30 });
    await withdrawClaims(ports, org);
    expect(withdrawn).toEqual([]);
    clock.advance(2 * dayMs);
    await withdrawClaims(ports, org);
    await withdrawClaims(ports, org);
    expect(withdrawn).toEqual([short.id]);
    expect((await listClaims(ports, org, { limit: 10 })).items).toHaveLength(2);
  });

  it('that was revoked while its issuer was away is taken back later', async () => {
    const { ports, clock, withdrawn, faults } = setup();
    const { id } = await createClaim(ports, org, { name: 'lost', days: 30 });
    faults.push(new Unavailable('the issuer is away'), new Unavailable('the issuer is away'));
    await expect(revokeClaim(ports, org, id)).rejects.toThrow('away');
    clock.advance(15_000);
    await withdrawClaims(ports, org);
    expect(withdrawn).toEqual([]);
    await withdrawClaims(ports, org);
    await withdrawClaims(ports, org);
    expect(withdrawn).toEqual([id]);
  });
});
