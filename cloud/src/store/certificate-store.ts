import { DeviceClaimId } from '@rollcall/contract/device-claim';
import { DeviceId, type OrganizationId } from '@rollcall/contract/ids';
import { Instant } from '@rollcall/contract/instant';
import type { Page } from '@rollcall/contract/page';
import { z } from 'zod';
import type { Item, Key, Table } from '../ports/table.ts';

const ClaimRecord = z.object({
  kind: z.literal('claim'),
  fingerprint: DeviceClaimId,
  createdAt: Instant,
  revoked: z.boolean(),
  name: z.string().default('this site'),
  /** Null: never. (`expiresAt` is the table’s word for when an item goes.) */
  endsAt: Instant.nullable().default(null),
  /** Taken back where it was issued. */
  withdrawn: z.boolean().default(false),
});
/** Shared by devices that have no certificate of their own yet; good for provisioning alone. */
export type ClaimRecord = Readonly<z.infer<typeof ClaimRecord>>;

const CertificateRecord = z.discriminatedUnion('kind', [
  /** Whose it is. Whether it still counts is in the device's record. `renewAt`: when the device should have asked for its next one. */
  z.object({
    kind: z.literal('device'),
    fingerprint: z.string(),
    createdAt: Instant,
    deviceId: DeviceId,
    renewAt: Instant.optional(),
  }),
  ClaimRecord,
]);
export type CertificateRecord = Readonly<z.infer<typeof CertificateRecord>>;

/** A certificate of a device that is to be renewed. */
export type DueCertificate = Extract<CertificateRecord, { kind: 'device' }>;

/**
 * What was issued and then registered: SHA-256 fingerprint (lower-case hex) → whose it is. Index 1 holds claims, the newest last; index 2
 * the certificates of devices that end, by when they are to be renewed, and claims that are to be taken back, by when they end.
 */
export class CertificateStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async get(org: OrganizationId, fingerprint: string): Promise<CertificateRecord | undefined> {
    const item = await this.#table.get(key(org, fingerprint));
    return item && CertificateRecord.parse(item);
  }

  async put(org: OrganizationId, certificate: z.input<typeof CertificateRecord>): Promise<void> {
    await this.#table.put(toItem(org, CertificateRecord.parse(certificate)));
  }

  async delete(org: OrganizationId, fingerprint: string): Promise<void> {
    await this.#table.delete(key(org, fingerprint));
  }

  /** The newest first. */
  async claims(org: OrganizationId, query: { limit: number; cursor?: string | undefined }): Promise<Page<ClaimRecord>> {
    const page = await this.#table.query({
      partition: `${org}#claims`,
      index: 1,
      order: 'descending',
      limit: query.limit,
      ...(query.cursor === undefined ? {} : { cursor: query.cursor }),
    });
    return { items: page.items.map((item) => ClaimRecord.parse(item)), nextCursor: page.cursor ?? null };
  }

  /** Certificates of devices that were to be renewed before `now`, the longest overdue first. */
  async toRenew(org: OrganizationId, now: Instant, limit: number): Promise<DueCertificate[]> {
    const page = await this.#table.query({
      partition: `${org}#certificates-to-renew`,
      index: 2,
      range: { to: now },
      limit,
    });
    return page.items.flatMap((item) => {
      const certificate = CertificateRecord.parse(item);
      return certificate.kind === 'device' ? [certificate] : [];
    });
  }

  /** Claims that were revoked, or that ended before `now`, and are still to be taken back where they were issued. */
  async claimsToWithdraw(org: OrganizationId, now: Instant, limit: number): Promise<ClaimRecord[]> {
    const page = await this.#table.query({
      partition: `${org}#claims-to-withdraw`,
      index: 2,
      range: { to: now },
      limit,
    });
    return page.items.map((item) => ClaimRecord.parse(item));
  }
}

function toItem(org: OrganizationId, certificate: CertificateRecord): Item {
  const { fingerprint } = certificate;
  return { ...certificate, ...key(org, fingerprint), ...indexesOf(org, certificate) };
}

function indexesOf(org: OrganizationId, certificate: CertificateRecord) {
  const { kind, fingerprint, createdAt } = certificate;
  if (kind === 'claim') {
    const { revoked, withdrawn, endsAt } = certificate;
    const due = withdrawn ? null : revoked ? createdAt : endsAt;
    return {
      i1pk: `${org}#claims`,
      i1sk: `${createdAt}#${fingerprint}`,
      ...(due === null ? {} : { i2pk: `${org}#claims-to-withdraw`, i2sk: `${due}#${fingerprint}` }),
    };
  }
  const { renewAt } = certificate;
  return renewAt ? { i2pk: `${org}#certificates-to-renew`, i2sk: `${renewAt}#${fingerprint}` } : {};
}

function key(org: OrganizationId, fingerprint: string): Key {
  return { pk: `${org}#certificate#${fingerprint}`, sk: 'certificate' };
}
