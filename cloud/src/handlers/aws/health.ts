import type { Heartbeat } from '@rollcall/contract/heartbeat';
import { systemClock as clock } from '@rollcall/kit/clock';
import { recordHeartbeat } from '../../domain/record-heartbeat.ts';
import { CloudConfig, fromEnvironment } from './config.ts';
import { countCamera } from './count-camera.ts';
import { functionBasis } from './invocation.ts';
import { openIotData, openLiveFeed } from './open-messages.ts';
import { openPictures } from './open-pictures.ts';
import { openRecords } from './open-records.ts';
import { ruleHandler } from './rule-event.ts';

const config = fromEnvironment(CloudConfig);
const basis = functionBasis('health', config);
const { stores } = openRecords(config);
const ports = {
  devices: stores.devices,
  images: openPictures(config),
  liveFeed: openLiveFeed(config, openIotData(config), basis),
  log: basis.log,
  onCamera: (camera: Heartbeat['camera']) => countCamera(basis.metrics, camera),
};

/** ms after which a heartbeat is no news: Lambda tries again for hours, a replay comes days later, and others have followed. */
const staleMs = 2 * 60_000;

/** The rule `health`: keeps a device's health and its last picture. One that comes too late must not undo what came since. */
export const handler = ruleHandler(basis, stores.devices, async ({ message }) => {
  if (clock.now() - message.receivedAt <= staleMs) await recordHeartbeat(ports, message);
});
