import { z } from 'zod';
import { ApiKeyId, DoorId } from './ids.ts';
import { Instant } from './instant.ts';

/** `operator`: devices only; `kiosk`: hand in captures at its door and read their answers, nothing else. */
export const Role = z.enum(['owner', 'admin', 'viewer', 'operator', 'kiosk']);
export type Role = z.infer<typeof Role>;

export const ApiKeyInput = z
  .strictObject({
    name: z.string().trim().min(1).max(80),
    role: Role.exclude(['owner']).default('admin'),
    /** A kiosk's key is bound to its door. */
    doorId: DoorId.optional(),
  })
  .refine((k) => k.role !== 'kiosk' || k.doorId, { path: ['doorId'], message: 'expected the door of the kiosk' });
export type ApiKeyInput = z.infer<typeof ApiKeyInput>;

export const ApiKey = z.object({
  id: ApiKeyId,
  name: z.string(),
  role: Role,
  doorId: DoorId.nullable(),
  createdAt: Instant,
  lastUsedAt: Instant.nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;

/** The key itself is shown once, here. */
export const ApiKeyCreated = ApiKey.extend({ key: z.string() });
export type ApiKeyCreated = z.infer<typeof ApiKeyCreated>;

/** Who the caller is: `GET /v1/me`. */
export const Me = z.object({
  subject: z.string(),
  name: z.string(),
  role: Role,
  organizationId: z.string(),
  doorId: DoorId.nullable(),
});
export type Me = z.infer<typeof Me>;
