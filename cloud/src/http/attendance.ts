import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { Attendance, AttendanceQuery } from '@rollcall/contract/attendance';
import { DaySummary, DaySummaryQuery } from '@rollcall/contract/day-summary';
import { Day } from '@rollcall/contract/instant';
import { PageQuery, pageOf } from '@rollcall/contract/page';
import { InvalidInput } from '@rollcall/kit/app-error';
import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import { attendanceRows } from '../domain/attendance-rows.ts';
import type { RegisterPorts } from '../domain/day-register.ts';
import { listAttendance } from '../domain/list-attendance.ts';
import { personAttendance } from '../domain/person-attendance.ts';
import { summarizeDay } from '../domain/summarize-day.ts';
import type { ApiEnv } from './api-env.ts';
import { apiRoute, jsonAnswer, newRoutes } from './api-route.ts';
import { csvOf } from './attendance-csv.ts';
import type { Audit } from './audit-log.ts';
import { PersonParams } from './people.ts';
import { textStream } from './text-stream.ts';

export interface AttendanceDeps extends RegisterPorts {
  readonly audit: Audit;
}

/** `GET /v1/attendance`, as JSON by pages or as CSV as a whole, `…/summary`, and `/v1/people/{id}/attendance`. */
export function attendanceRoutes(deps: AttendanceDeps): OpenAPIHono<ApiEnv> {
  return newRoutes()
    .openapi(summary, async (c) => {
      const org = c.get('principal').organizationId;
      return c.json(await summarizeDay(deps, org, c.req.valid('query').date), 200);
    })
    .openapi(ofPerson, async (c) => {
      const { limit, cursor, ...range } = c.req.valid('query');
      const { id } = c.req.valid('param');
      const page = await personAttendance(deps, c.get('principal').organizationId, id, range, { limit, cursor });
      return c.json({ items: [...page.items], nextCursor: page.nextCursor }, 200);
    })
    .openapi(list, async (c) => {
      const principal = c.get('principal');
      const { limit, cursor, format, ...filter } = c.req.valid('query');
      if (formatOf(c, format) === 'json') {
        const page = await listAttendance(deps, principal.organizationId, filter, { limit, cursor });
        return c.json({ items: [...page.items], nextCursor: page.nextCursor }, 200);
      }
      const body = await textStream(csvOf(attendanceRows(deps, principal.organizationId, filter)));
      await deps.audit(principal, 'attendance.exported', 'attendance', stringsOf(filter));
      return c.body(body, 200, {
        'Content-Type': 'text/csv; charset=utf-8; header=present',
        'Content-Disposition': 'attachment; filename="attendance.csv"',
      });
    });
}

/** What the caller wants: `format` if given, else the best of Accept. @throws InvalidInput `not-acceptable` */
function formatOf(c: Context<ApiEnv>, format: string | undefined): 'json' | 'csv' {
  const found =
    format ??
    accepts(c, {
      header: 'Accept',
      supports: ['json', 'csv'],
      default: 'json',
      match: (given) => {
        const wanted = given.filter((one) => one.q > 0).sort((a, b) => b.q - a.q);
        return wanted.map((one) => formats[one.type.toLowerCase()]).find(Boolean) ?? 'none of these';
      },
    });
  if (found === 'json' || found === 'csv') return found;
  throw new InvalidInput(`expected json or csv, got ${format ?? c.req.header('accept')}`, { code: 'not-acceptable' });
}

const formats: Readonly<Record<string, 'json' | 'csv'>> = {
  'application/json': 'json',
  'application/*': 'json',
  '*/*': 'json',
  'text/csv': 'csv',
  'text/*': 'csv',
};

function stringsOf(filter: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(filter).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

const tags = ['Attendance'];

const summary = apiRoute({
  method: 'get',
  path: '/v1/attendance/summary',
  tags,
  summary: 'One day at a glance',
  allow: ['viewer'],
  request: { query: DaySummaryQuery },
  responses: { 200: jsonAnswer(DaySummary, 'How many people stand how, and when they came') },
});

/** Pages go on at the day of the last row. */
const PersonDays = z.object({
  ...PageQuery.shape,
  cursor: Day.optional(),
  from: Day.optional(),
  to: Day.optional(),
});

const ofPerson = apiRoute({
  method: 'get',
  path: '/v1/people/{id}/attendance',
  tags,
  summary: 'Read the register of one person, newest day first',
  allow: ['viewer'],
  request: { params: PersonParams, query: PersonDays },
  responses: { 200: jsonAnswer(pageOf(Attendance), 'A page of days with a mark') },
});

const list = apiRoute({
  method: 'get',
  path: '/v1/attendance',
  tags,
  summary: 'Read the register of a day or of several',
  description:
    'As JSON by pages; as CSV (`Accept: text/csv` or `?format=csv`) all of it, whatever `limit` says (audited).',
  allow: ['viewer'],
  refusals: ['not-acceptable'],
  request: { query: AttendanceQuery.safeExtend(PageQuery.shape) },
  responses: {
    200: {
      description: 'A page of the register, or all of it as CSV',
      content: { 'application/json': { schema: pageOf(Attendance) }, 'text/csv': { schema: z.string() } },
    },
  },
});
