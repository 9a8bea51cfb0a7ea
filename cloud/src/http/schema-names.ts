import type { OpenAPIHono } from '@hono/zod-openapi';
import { ApiKey, ApiKeyCreated, ApiKeyInput, LiveAccess, Me } from '@rollcall/contract/access';
import { Attendance } from '@rollcall/contract/attendance';
import { AuditEntry } from '@rollcall/contract/audit';
import { CheckReport } from '@rollcall/contract/check-report';
import { DaySummary } from '@rollcall/contract/day-summary';
import { Group } from '@rollcall/contract/group';
import { Organization, OrganizationPatch } from '@rollcall/contract/organization';
import {
  Consent,
  FaceQuality,
  ForgetReceipt,
  Person,
  PersonInput,
  PersonPatch,
  Photo,
} from '@rollcall/contract/person';
import { DeviceJob } from '@rollcall/contract/device-job';
import { DeviceClaim, DeviceClaimCreated, DeviceClaimInput } from '@rollcall/contract/device-claim';
import { DeviceConfigStatus, DeviceSettings } from '@rollcall/contract/device-config';
import { Device, DeviceInput, Door, DoorInput, Site } from '@rollcall/contract/place';
import { Problem } from '@rollcall/contract/problem';
import { CaptureCreated, CaptureRequest, CaptureStatus, ResolveInput, Sighting } from '@rollcall/contract/sighting';

const named = {
  ApiKey,
  ApiKeyCreated,
  ApiKeyInput,
  Attendance,
  AuditEntry,
  CaptureCreated,
  CaptureRequest,
  CaptureStatus,
  CheckReport,
  Consent,
  DaySummary,
  Device,
  DeviceClaim,
  DeviceClaimCreated,
  DeviceClaimInput,
  DeviceConfigStatus,
  DeviceInput,
  DeviceJob,
  DeviceSettings,
  Door,
  DoorInput,
  FaceQuality,
  ForgetReceipt,
  Group,
  LiveAccess,
  Me,
  Organization,
  OrganizationPatch,
  Person,
  PersonInput,
  PersonPatch,
  Photo,
  Problem,
  ResolveInput,
  Sighting,
  Site,
};

/** Tells the description the names of the contract's schemas. */
export function nameSchemas(registry: OpenAPIHono['openAPIRegistry']): void {
  // A copy, made now: what was made before OpenAPI was added to zod cannot be registered.
  for (const [name, schema] of Object.entries(named)) registry.register(name, schema.clone());
}

/**
 * `value` with a reference wherever it spells a named schema out. The generator refers to a schema only by the very object that was
 * registered, and the contract's objects know nothing of OpenAPI.
 */
export function withReferences(value: unknown, schemas: Readonly<Record<string, unknown>>): unknown {
  const names = new Map(Object.entries(schemas).map(([name, schema]) => [JSON.stringify(schema), name]));
  const replace = (part: unknown, isTop: boolean): unknown => {
    if (typeof part !== 'object' || part === null) return part;
    const name = isTop ? undefined : names.get(JSON.stringify(part));
    if (name) return { $ref: `#/components/schemas/${name}` };
    if (Array.isArray(part)) return part.map((one) => replace(one, false));
    return Object.fromEntries(Object.entries(part).map(([key, one]) => [key, replace(one, false)]));
  };
  return replace(value, true);
}
