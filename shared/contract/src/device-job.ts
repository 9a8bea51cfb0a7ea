import { z } from 'zod';
import { DeviceId } from './ids.ts';
import { Instant } from './instant.ts';

/** `<ulid>-<kind>`: unique in an AWS account, sorted by when it was asked for, and its kind is known without its document. */
export const JobId = z
  .string()
  .regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}-[a-z]{2,20}$/, 'expected a ULID, a dash and a kind')
  .brand<'JobId'>();
export type JobId = z.infer<typeof JobId>;

/** What a device is asked to do, as `POST /v1/devices/{id}/jobs` takes it and as it reaches the device: the job's document. */
export const JobDocument = z.discriminatedUnion('kind', [
  /** End, and be started again by whoever keeps the agent running. */
  z.strictObject({ kind: z.literal('restart') }),
  /** Send the last lines of its own log. */
  z.strictObject({ kind: z.literal('logs'), lines: z.int().min(1).max(5_000).default(500) }),
  /** Send what the camera sees now. */
  z.strictObject({ kind: z.literal('snapshot') }),
  /** Look at faces for so many seconds, and say which could be used and why others could not: `CheckReport`. */
  z.strictObject({ kind: z.literal('check'), seconds: z.int().min(3).max(60).default(10) }),
  /** Get another certificate, and go on with that. */
  z.strictObject({ kind: z.literal('rotate') }),
  /** Send what waits, forget everything, and end for good. Asked for by decommissioning a device, not by itself. */
  z.strictObject({ kind: z.literal('wipe') }),
  /** Run another release of the agent: what is at `url`, if it is signed, and for as long as it works. */
  z.strictObject({
    kind: z.literal('update'),
    version: z.string().regex(/^\d{1,5}\.\d{1,5}\.\d{1,5}$/, 'expected a version such as 1.2.3'),
    /** The folder on a web server that holds the release’s files. */
    url: z
      .url({ protocol: /^https?$/ })
      .max(500)
      // What is asked is for all to read who may look at devices, and names of files follow it.
      .regex(/^https?:\/\/[^@?#]+$/i, 'expected a folder on a web server, without user, password, ? and #'),
    /** Also to an older one than runs. */
    downgrade: z.boolean().default(false),
  }),
]);
export type JobDocument = z.infer<typeof JobDocument>;

export type JobKind = JobDocument['kind'];

/** The kinds that there are. */
export const JobKind = z.enum(JobDocument.options.map((option) => option.shape.kind.value));

/** The document of one kind. */
export type JobDocumentOf<K extends JobKind> = Extract<JobDocument, { kind: K }>;

/** How far a job came on a device. Source: "Job execution states", AWS IoT developer guide. */
export const JobStatus = z.enum([
  'QUEUED',
  'IN_PROGRESS',
  'SUCCEEDED',
  'FAILED',
  'REJECTED',
  'TIMED_OUT',
  'CANCELED',
  /** The device was taken away while it waited. */
  'REMOVED',
]);
export type JobStatus = z.infer<typeof JobStatus>;

/** Whether nothing follows. */
export function isJobOver(status: JobStatus): boolean {
  return status !== 'QUEUED' && status !== 'IN_PROGRESS';
}

/** Characters of a value of `JobDetails`, at most. Source: "JobExecutionState", AWS IoT API reference. */
export const maxJobDetailLength = 1_024;

/**
 * What a device says about a job (AWS calls it `statusDetails`): `reason` in words when it failed or was rejected, and whatever else its
 * kind tells. Limits of keys and values are those of AWS IoT; no more than ten of them is ours.
 */
export const JobDetails = z
  .record(
    z.string().regex(/^[a-zA-Z0-9:_-]{1,128}$/, 'expected 1 to 128 of letters, digits, : _ -'),
    z
      .string()
      .min(1)
      .max(maxJobDetailLength)
      .regex(/^\P{C}+$/u, 'expected no control characters'),
  )
  .refine((details) => Object.keys(details).length <= 10, 'expected at most 10 entries');
export type JobDetails = z.infer<typeof JobDetails>;

/** What came back from a job besides its details; its bytes are at `/v1/devices/{deviceId}/jobs/{id}/report`. */
export const JobReport = z.object({ contentType: z.string(), bytes: z.int(), at: Instant });
export type JobReport = z.infer<typeof JobReport>;

/** A job of one device. */
export const DeviceJob = z.object({
  id: JobId,
  deviceId: DeviceId,
  kind: JobKind,
  status: JobStatus,
  details: JobDetails,
  queuedAt: Instant,
  /** When the device took it up. */
  startedAt: Instant.nullable(),
  updatedAt: Instant,
  /** Null as long as none came: it may come a little later than the end of the job. */
  report: JobReport.nullable(),
});
export type DeviceJob = z.infer<typeof DeviceJob>;

/** Of `POST /v1/devices/{id}/jobs/{jobId}/cancel`. */
export const JobCancel = z.strictObject({
  /** Also when the device is at it: what it has done stays done. */
  force: z.boolean().default(false),
});
export type JobCancel = z.infer<typeof JobCancel>;
