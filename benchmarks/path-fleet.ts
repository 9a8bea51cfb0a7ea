import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DeviceIdentity, IdentityFiles } from '@rollcall/agent/adapters/device-identity';
import { provision } from '@rollcall/agent/adapters/fleet-provisioning';
import { IotPublisher } from '@rollcall/agent/adapters/iot-publisher';
import { CaptureMessage } from '@rollcall/contract/capture';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { defaultPrefix } from '@rollcall/contract/topics';
import { silentLog } from '@rollcall/kit/log';
import { systemTimer } from '@rollcall/kit/timer';
import { ulid } from 'ulid';
import { doorPictures } from './door-pictures.ts';

/** What the process is told: the broker, who its devices are, and what each sends. */
export interface FleetOrder {
  readonly host: string;
  readonly port: number;
  readonly caPem: string;
  readonly claim: { readonly certificatePem: string; readonly privateKeyPem: string };
  readonly devices: readonly string[];
  readonly capturesEach: number;
}

export type FleetReport = { readonly kind: 'ready' } | FleetDone;

export interface FleetDone {
  readonly kind: 'done';
  readonly captureIds: readonly string[];
  /** Sent again because no ack came in time. */
  readonly resends: number;
  readonly ms: number;
}

/** As the agent's delivery: so many on their way, so long for an ack. */
const inFlight = 2;
const ackMs = 10_000;

process.once('message', (order: FleetOrder) => void run(order));

async function run(order: FleetOrder): Promise<void> {
  const pictures = (await doorPictures()).map((picture) => Buffer.from(picture).toString('base64'));
  const identities = await provisionAll(order);
  const devices = await Promise.all(identities.map((identity) => connect(order, identity)));
  send({ kind: 'ready' });
  await new Promise((resolve) => process.once('message', resolve));
  const started = performance.now();
  const sent = await Promise.all(
    devices.map((device, index) => publishAll(device, order.capturesEach, (n) => at(pictures, index + n))),
  );
  const ms = performance.now() - started;
  const captureIds = sent.flatMap((one) => one.captureIds);
  send({ kind: 'done', captureIds, resends: sent.reduce((sum, one) => sum + one.resends, 0), ms });
  await Promise.all(devices.map((device) => device.stop()));
  process.disconnect();
}

async function provisionAll({ host, port, caPem, claim, devices }: FleetOrder): Promise<DeviceIdentity[]> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-fleet-'));
  const identities: DeviceIdentity[] = [];
  const queue = [...devices];
  const worker = async () => {
    for (let serial = queue.pop(); serial !== undefined; serial = queue.pop()) {
      const files = new IdentityFiles(join(folder, serial));
      const options = { mqtt: { host, port, caPem, ...claim }, template: 'rollcall', log: silentLog };
      identities.push(await provision({ ...options, serial: DeviceId.parse(serial), files }));
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  await rm(folder, { recursive: true, force: true });
  return identities;
}

async function connect({ host, port, caPem }: FleetOrder, identity: DeviceIdentity): Promise<IotPublisher> {
  const { device, certificatePem, privateKeyPem } = identity;
  const publisher = new IotPublisher({
    mqtt: { host, port, caPem, certificatePem, privateKeyPem },
    prefix: defaultPrefix,
    org: identity.org ?? OrganizationId.parse('main'),
    device,
    timer: systemTimer,
    log: silentLog,
  });
  const online = new Promise<void>((resolve) => publisher.onOnline((is) => is && resolve()));
  publisher.start();
  await online;
  return publisher;
}

async function publishAll(device: IotPublisher, count: number, picture: (n: number) => string) {
  const acked = new Map<string, () => void>();
  device.onAck((ack) => acked.get(ack.id)?.());
  const captureIds: string[] = [];
  let resends = 0;
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const message = captureOf(picture(next++));
      const payload = Buffer.from(JSON.stringify(message));
      const ack = new Promise<void>((resolve) => acked.set(message.captureId, resolve));
      for (let isAcked = false; !isAcked; ) {
        await device.publish('capture', payload).catch(() => {});
        isAcked = await Promise.race([ack.then(() => true), after(ackMs).then(() => false)]);
        if (!isAcked) resends++;
      }
      captureIds.push(message.captureId);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return { captureIds, resends };
}

function captureOf(image: string): CaptureMessage {
  return CaptureMessage.parse({
    v: 1,
    captureId: ulid(),
    passageId: ulid(),
    takenAt: new Date().toISOString(),
    clockSynced: true,
    shot: { score: 0.5, sharpness: 0.5, size: 0.5, light: 0.5, sequence: 1 },
    image,
  });
}

function at<T>(values: readonly T[], index: number): T {
  const value = values[index % values.length];
  if (value === undefined) throw new Error('there are no pictures to send');
  return value;
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function send(report: FleetReport): void {
  process.send?.(report);
}
