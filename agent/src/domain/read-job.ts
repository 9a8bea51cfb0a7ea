import { JobDocument, JobId } from '@rollcall/contract/device-job';
import { fieldErrors } from '@rollcall/kit/parse';
import { z } from 'zod';
import type { OfferedJob } from '../ports/job-queue.ts';
import type { JobHandlers } from './job-handler.ts';

/** A job that fits its schema. */
export interface ReadJob {
  readonly jobId: JobId;
  readonly document: JobDocument;
}

/** A job that one of `handlers` can do; in words why it is none. */
export function readJob({ jobId, document }: OfferedJob, handlers: JobHandlers): ReadJob | string {
  const id = JobId.safeParse(jobId);
  if (!id.success) return 'jobId: expected a ULID, a dash and a kind';
  const kind = z.object({ kind: z.string() }).safeParse(document).data?.kind;
  if (kind === undefined) return 'the document does not fit: kind: expected text';
  if (!Object.hasOwn(handlers, kind)) return `this agent knows no job of the kind ${kind.slice(0, 40)}`;
  const read = JobDocument.safeParse(document);
  if (read.success) return { jobId: id.data, document: read.data };
  const errors = fieldErrors(read.error).map(({ path, message }) => `${path}: ${message}`);
  return `the document does not fit: ${errors.join('; ')}`;
}
