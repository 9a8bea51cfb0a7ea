import type { OpenAPIHono } from '@hono/zod-openapi';
import { PersonId, PhotoId } from '@rollcall/contract/ids';
import { enrollPhoto } from '../domain/enroll-photo.ts';
import { forgetEvidence } from '../domain/forget-evidence.ts';
import type { ForgetPersonDeps } from '../domain/forget-person.ts';
import type { RecognitionPorts } from '../domain/recognition-ports.ts';
import type { AuditStore } from '../store/audit-store.ts';
import { type ApiDeps, createApi } from './api.ts';
import type { ApiEnv } from './api-env.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { type AttendanceDeps, attendanceRoutes } from './attendance.ts';
import { auditRoutes } from './audit.ts';
import { createAudit } from './audit-log.ts';
import { type CapturesDeps, captureRoutes } from './captures.ts';
import { type DeviceConfigDeps, deviceConfigRoutes } from './device-config.ts';
import { type DeviceJobsDeps, deviceJobRoutes } from './device-jobs.ts';
import { type DeviceClaimsDeps, deviceClaimRoutes } from './device-claims.ts';
import { type DevicesDeps, deviceRoutes } from './devices.ts';
import { type DoorsDeps, doorRoutes } from './doors.ts';
import { type GroupsDeps, groupRoutes } from './groups.ts';
import { type HealthDeps, healthRoutes } from './health.ts';
import { type MeDeps, meRoutes } from './me.ts';
import { type OrganizationDeps, organizationRoutes } from './organization.ts';
import { type PeopleDeps, peopleRoutes } from './people.ts';
import { type PhotosDeps, photoRoutes } from './photos.ts';
import { type SightingsDeps, sightingRoutes } from './sightings.ts';
import { siteRoutes } from './sites.ts';

type ResourceDeps = OrganizationDeps &
  MeDeps &
  PeopleDeps &
  PhotosDeps &
  GroupsDeps &
  HealthDeps &
  CapturesDeps &
  SightingsDeps &
  AttendanceDeps &
  DevicesDeps &
  DeviceClaimsDeps &
  DeviceJobsDeps &
  DeviceConfigDeps &
  DoorsDeps;

/** What the use-cases need of each other, made by `bindUseCases`. */
type Bound = 'audit' | 'forgetEvidence' | 'learn' | 'newPersonId' | 'newPhotoId';

/** All that the API needs: stores, ports, clock, `newId` (ULIDs). The rest is made of these. */
export type AppDeps = ApiDeps & Omit<ResourceDeps, Bound> & RecognitionPorts & { readonly auditStore: AuditStore };

/**
 * The whole API, for any host: Node, Lambda, or `app.request()` in a test.
 * @param more routes of one edition alone, such as where pictures are uploaded to.
 */
export function createApp(deps: AppDeps, more: readonly OpenAPIHono<ApiEnv>[] = []): OpenAPIHono<ApiEnv> {
  const all = bindUseCases(deps);
  return createApi(deps, [
    healthRoutes(all),
    meRoutes(all),
    peopleRoutes(all),
    photoRoutes(all),
    groupRoutes(all),
    captureRoutes(all),
    sightingRoutes(all),
    attendanceRoutes(all),
    siteRoutes(all),
    doorRoutes(all),
    deviceRoutes(all),
    deviceClaimRoutes(all),
    deviceJobRoutes(all),
    deviceConfigRoutes(all),
    organizationRoutes(all),
    apiKeyRoutes(all),
    auditRoutes(all),
    ...more,
  ]);
}

/** The same for what runs without a request: forgetting that is resumed, photos that are swept. */
export function bindUseCases(deps: AppDeps): AppDeps & Pick<ResourceDeps, Bound> & ForgetPersonDeps {
  const ids = {
    newPersonId: () => PersonId.parse(deps.newId()),
    newPhotoId: () => PhotoId.parse(deps.newId()),
  };
  return {
    ...deps,
    ...ids,
    audit: createAudit({ store: deps.auditStore, clock: deps.clock, newId: deps.newId }),
    forgetEvidence: (org, personId) => forgetEvidence(deps, org, personId),
    learn: async (org, personId, picture) => {
      await enrollPhoto({ ...deps, ...ids }, org, personId, picture);
    },
  };
}
