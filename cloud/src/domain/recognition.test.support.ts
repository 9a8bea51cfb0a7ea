import type { Ack } from '@rollcall/contract/capture';
import { CaptureId, DeviceId, DoorId, OrganizationId, PassageId, PersonId } from '@rollcall/contract/ids';
import type { LiveEvent } from '@rollcall/contract/live-event';
import type { OrganizationPatch } from '@rollcall/contract/organization';
import { InvalidInput, Unavailable } from '@rollcall/kit/app-error';
import { instantOf, ManualClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { ManualTimer } from '@rollcall/kit/timer';
import { ulid } from 'ulid';
import { z } from 'zod';
import { MemoryTable } from '../adapters/local/memory-table.ts';
import { createRecognition } from '../handlers/recognition.ts';
import type { Candidate, Face, FaceEngine, SearchedFace } from '../ports/face-engine.ts';
import type { ImageStore } from '../ports/image-store.ts';
import type { Item, Key, PutCondition, Query, Table } from '../ports/table.ts';
import { GroupStore } from '../store/group-store.ts';
import { OrganizationStore } from '../store/organization-store.ts';
import { PeopleStore } from '../store/people-store.ts';
import { defaultThresholds } from './match-policy.ts';

export const main = OrganizationId.parse('main');
export const door1 = DoorId.parse('door-1');
export const camera1 = DeviceId.parse('camera-1');

const Drawing = z.array(
  z.object({
    who: z.string(),
    like: z.record(z.string(), z.number()).optional(),
    width: z.number().optional(),
    sharpness: z.number().optional(),
  }),
);
/** What a test draws: who it is really, whom the engine finds similar, and how good it is. */
export type DrawnFace = z.infer<typeof Drawing>[number];

/** A "JPEG" that the engine of tests reads: its faces as JSON behind a JPEG's first bytes. */
export function drawing(faces: readonly DrawnFace[]): Uint8Array {
  return Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, ...new TextEncoder().encode(JSON.stringify(faces))]);
}

/** Reads drawings. Several looks at a face are averaged, as vectors are. */
export class DrawingEngine implements FaceEngine {
  readonly stamp = { engine: 'drawing', version: '1' };
  /** Set to let it be away. */
  isAway = false;
  searches = 0;

  detect(image: Uint8Array): Promise<readonly Face[]> {
    return this.search(main, image).then((found) => found.map((one) => one.face));
  }

  index(): Promise<void> {
    return Promise.resolve();
  }

  search(_org: OrganizationId, image: Uint8Array): Promise<readonly SearchedFace[]> {
    this.searches++;
    if (this.isAway) return Promise.reject(new Unavailable('the engine is away'));
    try {
      const faces = Drawing.parse(JSON.parse(new TextDecoder().decode(image.subarray(4))));
      return Promise.resolve(
        faces.map((face) => ({
          face: {
            box: { x: 10, y: 10, width: face.width ?? 100, height: face.width ?? 100 },
            confidence: 99,
            pose: { yaw: 0, pitch: 0, roll: 0 },
            quality: { sharpness: face.sharpness ?? 50, brightness: 50 },
          },
          evidence: JSON.stringify(face),
          candidates: candidatesOf([face]),
        })),
      );
    } catch (cause) {
      return Promise.reject(new InvalidInput('expected a picture', { code: 'not-an-image', cause }));
    }
  }

  searchTogether(_org: OrganizationId, seen: readonly string[]): Promise<readonly Candidate[]> {
    return Promise.resolve(candidatesOf(Drawing.parse(seen.map((one) => JSON.parse(one)))));
  }

  isSamePerson(a: string, b: string): boolean {
    const [one, other] = Drawing.parse([JSON.parse(a), JSON.parse(b)]);
    return one?.who === other?.who;
  }

  delete(): Promise<number> {
    return Promise.resolve(0);
  }
}

function candidatesOf(faces: readonly DrawnFace[]): Candidate[] {
  const sums = new Map<string, number>();
  for (const face of faces) {
    for (const [id, similarity] of Object.entries(face.like ?? {})) sums.set(id, (sums.get(id) ?? 0) + similarity);
  }
  return [...sums]
    .map(([id, sum]) => ({ personId: PersonId.parse(id), similarity: sum / faces.length }))
    .sort((a, b) => b.similarity - a.similarity);
}

/** Pictures in memory. */
export class MemoryImages implements ImageStore {
  readonly pictures = new Map<string, Uint8Array>();

  put(key: string, image: Uint8Array): Promise<void> {
    this.pictures.set(key, image);
    return Promise.resolve();
  }
  get(key: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.pictures.get(key));
  }
  delete(key: string): Promise<void> {
    this.pictures.delete(key);
    return Promise.resolve();
  }
  deletePrefix(prefix: string): Promise<number> {
    const keys = [...this.pictures.keys()].filter((key) => key.startsWith(`${prefix}/`));
    for (const key of keys) this.pictures.delete(key);
    return Promise.resolve(keys.length);
  }
  uploadUrl(key: string) {
    return Promise.resolve({
      url: `/uploads/${key}`,
      method: 'PUT' as const,
      headers: { 'content-type': 'image/jpeg' },
    });
  }
}

/** A memory table that loses power at a chosen write, and can be looked at as a whole. */
export class BreakableTable implements Table {
  readonly #table: MemoryTable;
  readonly #items = new Map<string, Key>();
  /** Writes so far. */
  writes = 0;
  /** Where the power goes: at a write, before or after it took effect. From there on every write fails. */
  breakAt: { readonly write: number; readonly when: 'before' | 'after' } | undefined;
  #isBroken = false;

  constructor(table: MemoryTable) {
    this.#table = table;
  }

  get(key: Key): Promise<Item | undefined> {
    return this.#table.get(key);
  }
  getMany(keys: readonly Key[]): Promise<(Item | undefined)[]> {
    return this.#table.getMany(keys);
  }
  query(query: Query): Promise<{ readonly items: readonly Item[]; readonly cursor?: string }> {
    return this.#table.query(query);
  }
  put(item: Item, condition?: PutCondition): Promise<Item> {
    this.#items.set(`${item.pk} ${item.sk}`, { pk: item.pk, sk: item.sk });
    return this.#write(() => this.#table.put(item, condition));
  }
  batch(writes: readonly ({ readonly put: Item } | { readonly delete: Key })[]): Promise<void> {
    for (const write of writes) {
      if ('put' in write) this.#items.set(`${write.put.pk} ${write.put.sk}`, { pk: write.put.pk, sk: write.put.sk });
    }
    return this.#write(() => this.#table.batch(writes));
  }
  add(key: Key, attribute: string, amount: number): Promise<number> {
    return this.#write(() => this.#table.add(key, attribute, amount));
  }
  delete(key: Key, condition?: number): Promise<void> {
    return this.#write(() => this.#table.delete(key, condition));
  }

  /** Everything stored, without versions. */
  async dump(): Promise<Record<string, unknown>> {
    const dump: Record<string, unknown> = {};
    for (const name of [...this.#items.keys()].sort()) {
      const key = this.#items.get(name);
      const item = key && (await this.#table.get(key));
      if (!item) continue;
      const { version: _, expiresAt: __, ...data } = item;
      dump[name] = data;
    }
    return dump;
  }

  async #write<T>(write: () => Promise<T>): Promise<T> {
    this.writes++;
    const breaks = this.breakAt?.write === this.writes ? this.breakAt.when : undefined;
    if (this.#isBroken || breaks === 'before') return this.#break();
    const result = await write();
    return breaks === 'after' ? this.#break() : result;
  }

  /** Power is back. @returns whether it was gone. */
  mend(): boolean {
    const wasBroken = this.#isBroken;
    this.#isBroken = false;
    this.breakAt = undefined;
    return wasBroken;
  }

  #break(): never {
    this.#isBroken = true;
    throw new Error('power cut');
  }
}

/** A site with one door and one camera, on a memory table, with a clock and a timer that stand. */
export function testSite(start = '2026-01-05T07:00:00.000Z') {
  const clock = new ManualClock(start);
  const timer = new ManualTimer();
  const table = new BreakableTable(new MemoryTable({ clock }));
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
      images,
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
      shot: { score: 0.5, sharpness: 0.5, size: 0.5, light: 0.5, sequence: 1 },
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
