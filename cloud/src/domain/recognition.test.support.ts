import type { Ack, FaceSummary, ShotScore } from '@rollcall/contract/capture';
import { CaptureId, DeviceId, DoorId, OrganizationId, PassageId, PersonId } from '@rollcall/contract/ids';
import type { LiveEvent } from '@rollcall/contract/live-event';
import type { OrganizationPatch } from '@rollcall/contract/organization';
import { instantOf, ManualClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { ManualTimer } from '@rollcall/kit/timer';
import { ulid } from 'ulid';
import { MemoryTable } from '../adapters/local/memory-table.ts';
import { createRecognition } from '../handlers/recognition.ts';
import type { ImageStore } from '../ports/image-store.ts';
import type { Table } from '../ports/table.ts';
import { GroupStore } from '../store/group-store.ts';
import { OrganizationStore } from '../store/organization-store.ts';
import { PeopleStore } from '../store/people-store.ts';
import { BreakableTable } from './breakable-table.test.support.ts';
import { type DrawnFace, DrawingEngine, drawing } from './drawing-engine.test.support.ts';
import { defaultThresholds } from './match-policy.ts';
import { MemoryImages } from './memory-images.test.support.ts';

export const main = OrganizationId.parse('main');
export const door1 = DoorId.parse('door-1');
export const camera1 = DeviceId.parse('camera-1');

/** What a site of tests is kept in. @default memory */
export interface KeptIn {
  readonly table?: (clock: ManualClock) => Table;
  readonly images?: (clock: ManualClock) => ImageStore;
}

/** A site with one door and one camera, with a clock and a timer that stand. @param keptIn then `images` stays empty. */
export function testSite(start = '2026-01-05T07:00:00.000Z', keptIn: KeptIn = {}) {
  const clock = new ManualClock(start);
  const timer = new ManualTimer();
  const table = new BreakableTable(keptIn.table?.(clock) ?? new MemoryTable({ clock }));
  const engine = new DrawingEngine();
  const images = new MemoryImages();
  const events: LiveEvent[] = [];
  const acks: Ack[] = [];
  const people = new PeopleStore(table);
  const organizations = new OrganizationStore(table, { timeZone: 'Europe/Berlin', thresholds: defaultThresholds });
  let ids = 0;
  // The same in each run, so that two runs can be compared.
  const newId = () => ulid(clock.now() + ++ids, () => (ids * 0.618034) % 1);
  const newRecognition = () =>
    createRecognition({
      table,
      people,
      organizations,
      images: keptIn.images?.(clock) ?? images,
      engine,
      liveFeed: { publish: async (_org, event) => void events.push(event) },
      acks: { publishAck: async (_org, _device, ack) => void acks.push(ack) },
      doorNames: async () => new Map([[door1, 'Door 1']]),
      doorOf: async () => door1,
      organizationIds: async () => [main],
      workers: 1,
      clock,
      log: silentLog,
      timer,
    });
  let recognition = newRecognition();

  const register = async (name: string, extra: { groups?: string[]; createdAt?: string } = {}) => {
    const id = PersonId.parse(newId());
    const at = extra.createdAt ?? '2026-01-01T00:00:00.000Z';
    const groups = extra.groups ?? [];
    const record = { id, externalId: name, name, groups, method: 'face' as const, consent: null, photos: [] };
    await people.create(main, { ...record, createdAt: at, updatedAt: at });
    await new GroupStore(table).enter(main, { id, name, groups });
    return id;
  };

  /** A capture as a device sends it. @returns the payload's ids. */
  const send = async (
    faces: readonly DrawnFace[],
    over: {
      passageId?: PassageId;
      captureId?: CaptureId;
      takenAt?: string;
      clockSynced?: boolean;
      image?: Uint8Array;
      deviceId?: DeviceId;
      shot?: Partial<ShotScore>;
      face?: FaceSummary;
    } = {},
  ) => {
    const captureId = over.captureId ?? CaptureId.parse(newId());
    const passageId = over.passageId ?? PassageId.parse(newId());
    const message = {
      v: 1,
      captureId,
      passageId,
      takenAt: over.takenAt ?? instantOf(clock.now()),
      clockSynced: over.clockSynced ?? true,
      shot: { score: 0.5, sharpness: 0.5, size: 0.5, light: 0.5, sequence: 1, ...over.shot },
      ...(over.face ? { face: over.face } : {}),
      image: Buffer.from(over.image ?? drawing(faces)).toString('base64'),
    };
    await deliver('accept-capture', message, over.deviceId);
    return { captureId, passageId };
  };

  const deliver = (rule: 'accept-capture' | 'accept-passage', message: unknown, deviceId = camera1) => {
    const payload = message instanceof Uint8Array ? message : new TextEncoder().encode(JSON.stringify(message));
    return recognition.rules[rule]({ org: main, deviceId, payload, receivedAt: clock.now() });
  };

  const end = (passageId: PassageId, captures: readonly CaptureId[]) =>
    deliver('accept-passage', {
      v: 1,
      passageId,
      openedAt: instantOf(clock.now()),
      closedAt: instantOf(clock.now()),
      clockSynced: true,
      frames: 9,
      captures,
      ended: 'quiet',
    });

  /** The process ends and another one starts on the same table. */
  const restart = async () => {
    await recognition.stop();
    recognition = newRecognition();
    await recognition.start();
  };

  /** Waits until nothing is queued. */
  const idle = async () => {
    while (recognition.queue.length > 0) await new Promise((resolve) => setImmediate(resolve));
  };

  const configure = (patch: OrganizationPatch) => organizations.change(main, patch);

  return {
    get recognition() {
      return recognition;
    },
    ports: recognition.ports,
    groups: new GroupStore(table),
    clock,
    timer,
    table,
    engine,
    images,
    events,
    acks,
    people,
    organizations,
    newId,
    register,
    send,
    deliver,
    end,
    idle,
    restart,
    configure,
  };
}
