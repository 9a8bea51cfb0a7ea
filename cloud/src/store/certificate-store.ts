import { DeviceId, type OrganizationId } from '@rollcall/contract/ids';
import { Instant } from '@rollcall/contract/instant';
import { z } from 'zod';
import type { Key, Table } from '../ports/table.ts';

const CertificateRecord = z.discriminatedUnion('kind', [
  /** Whose it is. Whether it still counts is in the device's record, which names its one valid certificate. */
  z.object({ kind: z.literal('device'), fingerprint: z.string(), createdAt: Instant, deviceId: DeviceId }),
  /** Shared by devices that have none of their own yet; good for provisioning alone. */
  z.object({ kind: z.literal('claim'), fingerprint: z.string(), createdAt: Instant, revoked: z.boolean() }),
]);
export type CertificateRecord = Readonly<z.infer<typeof CertificateRecord>>;

/** What the site's CA issued and was then registered: SHA-256 fingerprint (lower-case hex) → whose it is. */
export class CertificateStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async get(org: OrganizationId, fingerprint: string): Promise<CertificateRecord | undefined> {
    const item = await this.#table.get(key(org, fingerprint));
    return item && CertificateRecord.parse(item);
  }

  async put(org: OrganizationId, certificate: CertificateRecord): Promise<void> {
    await this.#table.put({ ...certificate, ...key(org, certificate.fingerprint) });
  }

  async delete(org: OrganizationId, fingerprint: string): Promise<void> {
    await this.#table.delete(key(org, fingerprint));
  }
}

function key(org: OrganizationId, fingerprint: string): Key {
  return { pk: `${org}#certificate#${fingerprint}`, sk: 'certificate' };
}
