import { z } from 'zod';
import { JobId, JobKind } from './device-job.ts';
import { ReportId } from './ids.ts';
import { Instant } from './instant.ts';

/** What a report may hold. */
export const ReportType = z.enum(['image/jpeg', 'application/x-ndjson', 'application/json']);
export type ReportType = z.infer<typeof ReportType>;

/**
 * What a job brought, as a device publishes it on its rule `report`: JSON, QoS 1, at most 128 KB. Acked like a capture, by its id; the same
 * one again changes nothing. Organization and device come from the topic, never from here.
 */
export const ReportMessage = z.strictObject({
  v: z.literal(1),
  reportId: ReportId,
  jobId: JobId,
  kind: JobKind,
  at: Instant,
  contentType: ReportType,
  /** How the bytes of `body` are packed. */
  encoding: z.literal('gzip').optional(),
  /** base64 */
  body: z.base64().min(4),
});
export type ReportMessage = z.infer<typeof ReportMessage>;
