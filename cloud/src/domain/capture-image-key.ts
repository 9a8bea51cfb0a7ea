import { CaptureId, OrganizationId } from '@rollcall/contract/ids';
import type { Instant } from '@rollcall/contract/instant';
import type { ImageKey } from '../ports/image-store.ts';

/** Where a capture's picture is: by the UTC day on which it came, so that what is past its retention goes by the folder. */
export function captureImageKey(org: OrganizationId, at: Instant, id: CaptureId): ImageKey {
  return `${captureFolder(org, at.slice(0, 10))}/${id}.jpg`;
}

/** How the key of an uploaded picture ends, and no other: S3 can tell of these alone, since it knows the ends of keys but no wildcards. */
export const uploadSuffix = '.upload.jpg';

/** The same for a picture that somebody uploads. */
export function uploadImageKey(org: OrganizationId, at: Instant, id: CaptureId): ImageKey {
  return `${captureFolder(org, at.slice(0, 10))}/${id}${uploadSuffix}`;
}

/** Folder of the pictures that came on one UTC day. */
export function captureFolder(org: OrganizationId, day: string): string {
  return `${org}/captures/${day}`;
}

/** Whose picture is at `key`; undefined when it is not a capture's. */
export function captureOfImageKey(key: ImageKey): { org: OrganizationId; id: CaptureId } | undefined {
  const [, folder, name] = /^([^/]+)\/captures\/[^/]+\/([^/.]+)(?:\.upload)?\.jpg$/.exec(key) ?? [];
  const org = OrganizationId.safeParse(folder);
  const id = CaptureId.safeParse(name);
  return org.success && id.success ? { org: org.data, id: id.data } : undefined;
}
