import { Heartbeat } from '@rollcall/contract/heartbeat';
import type { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { InvalidInput } from '@rollcall/kit/app-error';
import { instantOf } from '@rollcall/kit/clock';
import type { Log } from '@rollcall/kit/log';
import { parse } from '@rollcall/kit/parse';
import type { ImageKey, ImageStore } from '../ports/image-store.ts';
import type { LiveFeed } from '../ports/live-feed.ts';
import type { RuleMessage } from '../ports/rule-message.ts';
import type { DeviceStore } from '../store/device-store.ts';
import { jsonOf } from './device-message.ts';
import { isJpeg, pictureOf } from './picture-bytes.ts';

export interface RecordHeartbeatPorts {
  readonly devices: DeviceStore;
  readonly images: ImageStore;
  readonly liveFeed: LiveFeed;
  readonly log: Log;
  /** Told of each heartbeat that is kept, for those who count. */
  readonly onCamera?: (camera: Heartbeat['camera']) => void;
}

/** Where a device's last picture is. */
export function stillKey(org: OrganizationId, id: DeviceId): ImageKey {
  return `${org}/devices/${id}/still.jpg`;
}

/** Keeps a device's health and its last picture. One that does not fit is logged and let go: another follows in a minute. */
export async function recordHeartbeat(ports: RecordHeartbeatPorts, message: RuleMessage): Promise<void> {
  const { org, deviceId } = message;
  let heartbeat: Heartbeat;
  let still: Uint8Array | undefined;
  try {
    heartbeat = parse(Heartbeat, jsonOf(message.payload), 'the heartbeat');
    still = heartbeat.still === undefined ? undefined : stillOf(heartbeat.still);
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    ports.log.warn('heartbeat-refused', { deviceId, bytes: message.payload.length, reason: error.message });
    return;
  }
  if (still) await ports.images.put(stillKey(org, deviceId), still);
  const at = instantOf(message.receivedAt);
  const { still: _, ...health } = heartbeat;
  await ports.devices.change(org, deviceId, (device) => ({
    ...device,
    health,
    lastSeenAt: at,
    stillAt: still ? at : device.stillAt,
  }));
  ports.onCamera?.(health.camera);
  await ports.liveFeed.publish(org, { kind: 'device', deviceId });
}

function stillOf(base64: string): Uint8Array {
  const still = pictureOf(base64);
  // It is served as image/jpeg: nothing else may hide in it.
  if (!isJpeg(still)) throw new InvalidInput('still: expected a JPEG');
  return still;
}
