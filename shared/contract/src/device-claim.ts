import { z } from 'zod';
import { Instant } from './instant.ts';

/** The SHA-256 fingerprint of the claim's certificate, lower-case hex. */
export const DeviceClaimId = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits')
  .brand<'DeviceClaimId'>();
export type DeviceClaimId = z.infer<typeof DeviceClaimId>;

/** Of `POST /v1/device-claims`. */
export const DeviceClaimInput = z.strictObject({
  /** The delivery or batch of devices that it is for. */
  name: z.string().trim().min(1).max(80),
  /** Days for which a device may come with it. */
  days: z.int().min(1).max(365).default(30),
});
export type DeviceClaimInput = z.infer<typeof DeviceClaimInput>;

/** A certificate that new devices come with, shared by a batch of them and good for getting one of their own, nothing else. */
export const DeviceClaim = z.object({
  id: DeviceClaimId,
  name: z.string(),
  createdAt: Instant,
  /** Null: it has no end. */
  expiresAt: Instant.nullable(),
  revoked: z.boolean(),
});
export type DeviceClaim = z.infer<typeof DeviceClaim>;

/** The claim with its key, shown once, and what a device has to know besides to come with it. */
export const DeviceClaimCreated = DeviceClaim.extend({
  certificatePem: z.string(),
  privateKeyPem: z.string(),
  /** PEM of the CA that signs the broker's certificate; null: one that every system trusts. */
  caPem: z.string().nullable(),
  org: z.string(),
  /** Fleet provisioning template. */
  template: z.string(),
  /** `hosts`: names and addresses at which devices reach the broker, the likeliest first. */
  mqtt: z.object({ hosts: z.array(z.string()).min(1), port: z.int(), prefix: z.string() }),
});
export type DeviceClaimCreated = z.infer<typeof DeviceClaimCreated>;
