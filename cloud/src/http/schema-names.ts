import { z } from '@hono/zod-openapi';
import { ApiKey, ApiKeyCreated, ApiKeyInput, Me } from '@rollcall/contract/access';
import { Attendance } from '@rollcall/contract/attendance';
import { AuditEntry } from '@rollcall/contract/audit';
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
  Consent,
  DaySummary,
  Device,
  DeviceInput,
  Door,
  DoorInput,
  FaceQuality,
  ForgetReceipt,
  Group,
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

/** Gives the contract's schemas their names in the description, where each is then told once. Again it changes nothing. */
export function nameSchemas(): void {
  for (const [id, schema] of Object.entries(named)) {
    if (!z.globalRegistry.has(schema)) z.globalRegistry.add(schema, { id });
  }
}
