import { z } from 'zod';
import { Instant } from './instant.ts';

/** What somebody did or looked at. Ids only: an entry outlives the person whom it is about. */
export const AuditEntry = z.object({
  id: z.string(),
  at: Instant,
  /** User or API key. */
  subject: z.string(),
  /** `photo.viewed`, `person.forgotten`, `organization.changed`, … */
  action: z.string(),
  /** `person/01J…`, `sighting/…`, … */
  target: z.string(),
  details: z.record(z.string(), z.string()),
});
export type AuditEntry = z.infer<typeof AuditEntry>;
