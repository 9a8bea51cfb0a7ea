import { CaptureId, type DoorId, type OrganizationId, PassageId } from '@rollcall/contract/ids';
import type { CaptureCreated } from '@rollcall/contract/sighting';
import { type Clock, instantOf } from '@rollcall/kit/clock';
import type { ImageStore } from '../ports/image-store.ts';
import type { CaptureStore } from '../store/capture-store.ts';
import { uploadImageKey } from './capture-image-key.ts';

export interface RequestUploadPorts {
  readonly captures: CaptureStore;
  readonly images: ImageStore;
  readonly clock: Clock;
  /** ULIDs. */
  readonly newId: () => string;
}

/** ms for which a picture may be uploaded. */
const uploadMs = 5 * 60_000;
/** Bytes of an uploaded picture, at most: the same as of a photo. */
export const maxUploadBytes = 10 * 1024 * 1024;

/** Opens a capture for a picture that its caller uploads: a passage of its own. The URL may be relative to the API's address. */
export async function requestUpload(
  ports: RequestUploadPorts,
  org: OrganizationId,
  from: { readonly doorId: DoorId | null; readonly createdBy: string },
): Promise<CaptureCreated> {
  const now = ports.clock.now();
  const at = instantOf(now);
  const id = CaptureId.parse(ports.newId());
  const imageKey = uploadImageKey(org, at, id);
  const expiresAt = now + uploadMs;
  const target = await ports.images.uploadUrl(imageKey, { expiresAt, maxBytes: maxUploadBytes });
  await ports.captures.create(org, {
    id,
    source: 'upload',
    deviceId: null,
    ...from,
    passageId: PassageId.parse(id),
    takenAt: at,
    clockTrusted: true,
    receivedAt: at,
    imageKey,
    status: 'awaiting',
    tracks: [],
    uploadUntil: instantOf(expiresAt),
  });
  const { url, method, headers } = target;
  return { id, captureId: id, upload: { url, method, headers: { ...headers }, expiresAt: instantOf(expiresAt) } };
}
