import { createRecognition } from '@rollcall/cloud/handlers/recognition';
import { MemoryTable } from '@rollcall/cloud/adapters/local/memory-table';
import { MemoryImages } from '@rollcall/cloud/domain/memory-images.test.support';
import { defaultThresholds } from '@rollcall/cloud/domain/match-policy';
import type { FaceEngine } from '@rollcall/cloud/ports/face-engine';
import { GroupStore } from '@rollcall/cloud/store/group-store';
import { OrganizationStore } from '@rollcall/cloud/store/organization-store';
import type { SightingFacts } from '@rollcall/cloud/store/sighting-store';
import { PeopleStore } from '@rollcall/cloud/store/people-store';
import type { CaptureMessage, PassageMessage } from '@rollcall/contract/capture';
import { DeviceId, DoorId, type OrganizationId, PersonId, PhotoId } from '@rollcall/contract/ids';
import { instantOf, systemClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { ulid } from 'ulid';

/** A door whose captures go the whole way to the register, with any engine, in memory. */
export async function openDoor(engine: FaceEngine, org: OrganizationId) {
  const table = new MemoryTable();
  const people = new PeopleStore(table);
  const organizations = new OrganizationStore(table, { timeZone: 'UTC', thresholds: defaultThresholds });
  const [deviceId, doorId] = [DeviceId.parse('camera-1'), DoorId.parse('door-1')];
  const recognition = createRecognition({
    table,
    people,
    organizations,
    images: new MemoryImages(),
    engine,
    liveFeed: { publish: async () => {} },
    acks: { publishAck: async () => {} },
    doorNames: async () => new Map([[doorId, 'Door 1']]),
    doorOf: async () => doorId,
    organizationIds: async () => [org],
    workers: 1,
    clock: systemClock,
    log: silentLog,
  });
  await recognition.start();
  const deliver = (rule: 'accept-capture' | 'accept-passage', message: CaptureMessage | PassageMessage) =>
    recognition.rules[rule]({
      org,
      deviceId,
      payload: new TextEncoder().encode(JSON.stringify(message)),
      receivedAt: systemClock.now(),
    });
  const idle = async () => {
    while (recognition.queue.length > 0) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    /** Somebody with these photos. */
    enroll: async (name: string, photos: readonly Uint8Array[]): Promise<PersonId> => {
      const id = PersonId.parse(ulid());
      const at = instantOf(systemClock.now());
      const record = { id, externalId: name, name, groups: [], method: 'face' as const, consent: null, photos: [] };
      await people.create(org, { ...record, createdAt: at, updatedAt: at });
      await new GroupStore(table).enter(org, { id, name, groups: [] });
      for (const photo of photos) await engine.index(org, id, PhotoId.parse(ulid()), photo);
      return id;
    },
    /** Hands in what the device published, and waits until it is recognized. */
    capture: async (message: CaptureMessage) => {
      await deliver('accept-capture', message);
      await idle();
    },
    passage: async (message: PassageMessage) => {
      await deliver('accept-passage', message);
      await idle();
    },
    /** What was seen, in the order of passages. */
    sightings: async (): Promise<SightingFacts[]> => {
      const found: SightingFacts[] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await recognition.ports.sightings.list(org, {}, { limit: 100, cursor });
        found.push(...(await recognition.ports.sightings.getMany(org, page.items)));
        cursor = page.nextCursor ?? undefined;
        if (!cursor) return found.toSorted((a, b) => (a.id < b.id ? -1 : 1));
      }
    },
    close: () => recognition.stop(),
  };
}
