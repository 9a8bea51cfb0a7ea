import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { CheckReport } from '@rollcall/contract/check-report';
import { DeviceJob, JobCancel, JobDocument, JobId } from '@rollcall/contract/device-job';
import { DeviceId } from '@rollcall/contract/ids';
import { PageQuery, pageOf } from '@rollcall/contract/page';
import { cancelJob, type JobPorts, listJobs, readJob, readReport, requestJob } from '../domain/request-job.ts';
import type { ApiEnv } from './api-env.ts';
import { apiRoute, jsonAnswer, jsonBody, newRoutes } from './api-route.ts';
import type { Audit } from './audit-log.ts';

export interface DeviceJobsDeps extends JobPorts {
  readonly audit: Audit;
}

/** `/v1/devices/{id}/jobs`: asks a device to do something, from afar and when it is there, and reads what came of it. */
export function deviceJobRoutes(deps: DeviceJobsDeps): OpenAPIHono<ApiEnv> {
  return newRoutes()
    .openapi(request, async (c) => {
      const principal = c.get('principal');
      const { id } = c.req.valid('param');
      const job = await requestJob(deps, principal.organizationId, id, c.req.valid('json'));
      await deps.audit(principal, 'device.job-requested', `device/${id}`, { jobId: job.id, kind: job.kind });
      return c.json(job, 201, { Location: `/v1/devices/${id}/jobs/${job.id}` });
    })
    .openapi(list, async (c) => {
      const { id } = c.req.valid('param');
      const { items, nextCursor } = await listJobs(deps, c.get('principal').organizationId, id, c.req.valid('query'));
      return c.json({ items: [...items], nextCursor }, 200);
    })
    .openapi(read, async (c) => {
      const { id, jobId } = c.req.valid('param');
      return c.json(await readJob(deps, c.get('principal').organizationId, id, jobId), 200);
    })
    .openapi(report, async (c) => {
      const principal = c.get('principal');
      const { id, jobId } = c.req.valid('param');
      const { report: kept, body } = await readReport(deps, principal.organizationId, id, jobId);
      await deps.audit(principal, 'device.report-viewed', `device/${id}`, { jobId, contentType: kept.contentType });
      return c.body(new Uint8Array(body), 200, {
        'Content-Type': kept.contentType,
        'Last-Modified': new Date(kept.at).toUTCString(),
        ...(kept.encoding && { 'Content-Encoding': kept.encoding }),
      });
    })
    .openapi(cancel, async (c) => {
      const principal = c.get('principal');
      const { id, jobId } = c.req.valid('param');
      const { force } = c.req.valid('json');
      const job = await cancelJob(deps, principal.organizationId, id, jobId, force);
      await deps.audit(principal, 'device.job-canceled', `device/${id}`, { jobId, kind: job.kind });
      return c.json(job, 200);
    });
}

const tags = ['Devices'];
const DeviceParams = z.object({ id: DeviceId });
const JobParams = DeviceParams.extend({ jobId: JobId });
const oneJob = jsonAnswer(DeviceJob, 'The job');

const request = apiRoute({
  method: 'post',
  path: '/v1/devices/{id}/jobs',
  tags,
  summary:
    'Ask a device to do something: `restart`, `logs`, `snapshot`, `check`, `rotate`, `update`. It does so when it is there',
  allow: ['operator'],
  refusals: ['device-not-active'],
  request: { params: DeviceParams, body: jsonBody(JobDocument) },
  responses: { 201: jsonAnswer(DeviceJob, 'The job, `QUEUED`') },
});

const list = apiRoute({
  method: 'get',
  path: '/v1/devices/{id}/jobs',
  tags,
  summary: 'List jobs of a device, newest first; they are kept for 90 days',
  allow: ['viewer', 'operator'],
  request: { params: DeviceParams, query: PageQuery },
  responses: { 200: jsonAnswer(pageOf(DeviceJob), 'A page of jobs') },
});

const read = apiRoute({
  method: 'get',
  path: '/v1/devices/{id}/jobs/{jobId}',
  tags,
  summary: 'Read how far a job is',
  allow: ['viewer', 'operator'],
  request: { params: JobParams },
  responses: { 200: oneJob },
});

const report = apiRoute({
  method: 'get',
  path: '/v1/devices/{id}/jobs/{jobId}/report',
  tags,
  summary: 'What a job brought: the log, the picture, or what was measured of faces. Viewing is audited',
  allow: ['operator'],
  request: { params: JobParams },
  responses: {
    200: {
      description:
        'A JPEG of `snapshot`; lines of JSON of `logs`, packed by gzip; what was measured of faces, of `check`',
      content: {
        'image/jpeg': { schema: z.string().meta({ format: 'binary' }) },
        'application/x-ndjson': { schema: z.string() },
        'application/json': { schema: CheckReport },
      },
    },
  },
});

const cancel = apiRoute({
  method: 'post',
  path: '/v1/devices/{id}/jobs/{jobId}/cancel',
  tags,
  summary: 'Cancel a job that waits; with `force` also one that the device is at',
  allow: ['operator'],
  refusals: ['job-running', 'job-over'],
  request: { params: JobParams, body: jsonBody(JobCancel) },
  responses: { 200: oneJob },
});
