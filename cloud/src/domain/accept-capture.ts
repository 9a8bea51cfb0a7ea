import { type Ack, CaptureMessage } from '@rollcall/contract/capture';
import type { CaptureId, DeviceId, DoorId, OrganizationId } from '@rollcall/contract/ids';
import { InvalidInput, Unavailable } from '@rollcall/kit/app-error';
import { instantOf } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import { parse } from '@rollcall/kit/parse';
import type { DeviceAcks } from '../ports/device-acks.ts';
import type { ImageStore } from '../ports/image-store.ts';
import type { RuleMessage } from '../ports/rule-message.ts';
import type { CaptureRecord, CaptureStore } from '../store/capture-store.ts';
import { captureImageKey } from './capture-image-key.ts';
import { idOf, jsonOf } from './device-message.ts';
import { isJpeg, pictureOf } from './picture-bytes.ts';
import { trustedTime } from './trusted-time.ts';

export interface AcceptCapturePorts {
  readonly captures: CaptureStore;
  readonly images: ImageStore;
  readonly acks: DeviceAcks;
  readonly log: Log;
  /** The door to which a device is assigned. */
  readonly doorOf: (org: OrganizationId, device: DeviceId) => Promise<DoorId | null>;
  /** Whether recognition can take one more. */
  readonly hasRoom: () => boolean;
  /** A capture waits for recognition. Called again for one that is sent again while it waits. */
  readonly onPending: (org: OrganizationId, id: CaptureId) => void;
}

/**
 * Keeps a device's capture, picture first, then its record, and only then tells the device. The same capture again is told the same and
 * changes nothing. What can never be accepted is refused with the reason, if it says which capture it is.
 * @throws Unavailable, with no ack, when too many wait already: the device keeps it and sends it again.
 */
export async function acceptCapture(ports: AcceptCapturePorts, message: RuleMessage): Promise<void> {
  const ack = await accept(ports, message);
  if (ack) await ports.acks.publishAck(message.org, message.deviceId, ack);
}

async function accept(ports: AcceptCapturePorts, message: RuleMessage): Promise<Ack | undefined> {
  const { deviceId, payload } = message;
  let raw: unknown;
  try {
    raw = jsonOf(payload);
    const capture = parse(CaptureMessage, raw, 'the capture');
    const image = pictureOf(capture.image);
    if (!isJpeg(image)) throw new InvalidInput('image: expected a JPEG', { code: 'not-an-image' });
    return await keep(ports, message, capture, image);
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    ports.log.warn('capture-refused', { deviceId, bytes: payload.length, reason: error.message });
    const id = idOf(raw, 'captureId');
    return id === undefined ? undefined : { id, status: 'refused', reason: error.message };
  }
}

async function keep(
  ports: AcceptCapturePorts,
  { org, deviceId, receivedAt }: RuleMessage,
  message: CaptureMessage,
  image: Uint8Array,
): Promise<Ack> {
  const id = message.captureId;
  const before = await ports.captures.get(org, id);
  if (before) return again(ports, org, before.capture, deviceId);
  if (!ports.hasRoom()) throw new Unavailable('too many captures wait for recognition: keep it and send it again');
  const time = trustedTime(message, receivedAt);
  // By when it came: a day that is past its retention is deleted once, and what comes late must not be put into one that was.
  const imageKey = captureImageKey(org, instantOf(receivedAt), id);
  const [doorId] = await Promise.all([ports.doorOf(org, deviceId), ports.images.put(imageKey, image)]);
  const created = await ports.captures.create(org, {
    id,
    source: 'device',
    deviceId,
    doorId,
    createdBy: null,
    passageId: message.passageId,
    ...time,
    receivedAt: instantOf(receivedAt),
    imageKey,
    ...(message.region ? { region: message.region } : {}),
    shot: message.shot,
    ...(message.face ? { face: message.face } : {}),
    status: 'pending',
    tracks: [],
  });
  if (created) {
    ports.onPending(org, id);
    return { id, status: 'stored' };
  }
  // The same message twice at the same instant.
  const other = await ports.captures.get(org, id);
  if (!other) throw new Unavailable(`capture ${id} was there and is gone: send it again`);
  return again(ports, org, other.capture, deviceId);
}

/** What was stored before. Whether its recognition came to an end is not known to who sends it again: say that it waits. */
function again(ports: AcceptCapturePorts, org: OrganizationId, capture: CaptureRecord, deviceId: DeviceId): Ack {
  if (capture.deviceId === deviceId) {
    if (capture.status === 'pending') ports.onPending(org, capture.id);
    return { id: capture.id, status: 'stored' };
  }
  return { id: capture.id, status: 'refused', reason: 'captureId: there is another capture with this id' };
}
