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

/** Where a browser hears what just happened in its organization: MQTT 3.1.1 over WebSocket, with an access token as password. */
export const LiveAccess = z.object({
  /** Of the WebSocket: `wss://…`, or a path on the origin that the page came from. */
  url: z.string(),
  username: z.string(),
  /** A client id is this, and something of its own after it: a connection ends an older one of the same id. */
  clientIdPrefix: z.string(),
  /** What to subscribe to: all that the role may hear. Payload: `LiveEvent`. */
  topicFilter: z.string(),
  /** Seconds that the token must still be good for; one that ends sooner is refused. */
  minTokenSeconds: z.int().nonnegative(),
});
export type LiveAccess = z.infer<typeof LiveAccess>;

/** Who the caller is: `GET /v1/me`. */
export const Me = z.object({
  subject: z.string(),
  name: z.string(),
  role: Role,
  organizationId: z.string(),
  doorId: DoorId.nullable(),
  /** Null for a role that has no live feed. */
  live: LiveAccess.nullable(),
});
export type Me = z.infer<typeof Me>;
