import type { ImageStore } from '../ports/image-store.ts';
import { AppearanceStore } from '../store/appearance-store.ts';
import { AttendanceStore } from '../store/attendance-store.ts';
import { CaptureStore } from '../store/capture-store.ts';
import { CertificateStore } from '../store/certificate-store.ts';
import { DeviceStore } from '../store/device-store.ts';
import { ExternalIdStore } from '../store/external-id-store.ts';
import { ForgettingStore } from '../store/forgetting-store.ts';
import { GroupStore } from '../store/group-store.ts';
import { JobStore } from '../store/job-store.ts';
import { PassageLog } from '../store/passage-log.ts';
import { PassageStore } from '../store/passage-store.ts';
import { PeopleStore } from '../store/people-store.ts';
import { PlaceStore } from '../store/place-store.ts';
import { ShadowStore } from '../store/shadow-store.ts';
import { SightingStore } from '../store/sighting-store.ts';
import { UnfinishedPhotoStore } from '../store/unfinished-photo-store.ts';
import { testDeps } from './api-for-tests.ts';
import { type AppDeps, createApp } from './app.ts';
import { MemoryCertificates, MemoryClaims } from '../domain/memory-certificates.test.support.ts';
import { SiteShadows } from '../adapters/local/site-shadows.ts';
import { MemoryDeviceJobs } from '../domain/memory-device-jobs.test.support.ts';
import { DescribedFaces, keepDescribed } from './described-faces-for-tests.ts';

/** The whole API on a memory table, with pictures that are described (`described-faces-for-tests.ts`) and kept in a map. */
export function testApp(changes: Partial<AppDeps> = {}) {
  const base = testDeps();
  const { table } = base;
  const pictures = new Map<string, Uint8Array>();
  const engine = new DescribedFaces();
  const deps = {
    ...base,
    engine,
    images: imagesIn(pictures),
    people: new PeopleStore(table),
    externalIds: new ExternalIdStore(table),
    groups: new GroupStore(table),
    forgetting: new ForgettingStore(table),
    unfinishedPhotos: new UnfinishedPhotoStore(table),
    captures: new CaptureStore(table),
    passages: new PassageStore(table),
    passageLog: new PassageLog(table),
    sightings: new SightingStore(table),
    appearances: new AppearanceStore(table),
    attendance: new AttendanceStore(table),
    places: new PlaceStore(table),
    devices: new DeviceStore(table),
    certificates: new CertificateStore(table),
    deviceCertificates: new MemoryCertificates(),
    claims: new MemoryClaims(),
    links: { online: () => Promise.resolve(new Set<never>()), drop: () => Promise.resolve() },
    jobs: new JobStore(table),
    deviceJobs: new MemoryDeviceJobs(),
    shadows: new SiteShadows({ ...base, shadows: new ShadowStore(table), publish: () => Promise.resolve() }),
    liveFeed: { publish: () => Promise.resolve() },
    liveAddress: { url: '/mqtt', username: 'token', minTokenSeconds: 0, prefix: 'rollcall' },
    doorNames: () => Promise.resolve(new Map<never, string>()),
    normalizePicture: keepDescribed,
    cropFace: (picture: Uint8Array) => Promise.resolve(picture),
    parts: { table: () => Promise.resolve() },
    ...changes,
  };
  return { app: createApp(deps), deps, clock: base.clock, pictures, engine };
}

function imagesIn(pictures: Map<string, Uint8Array>): ImageStore {
  return {
    put: (key, image) => Promise.resolve(void pictures.set(key, image)),
    get: (key) => Promise.resolve(pictures.get(key)),
    delete: (key) => Promise.resolve(void pictures.delete(key)),
    deletePrefix: (prefix) => {
      const keys = [...pictures.keys()].filter((key) => key.startsWith(`${prefix}/`));
      for (const key of keys) pictures.delete(key);
      return Promise.resolve(keys.length);
    },
    uploadUrl: (key) => Promise.resolve({ url: `/uploads/${key}`, method: 'PUT', headers: {} }),
  };
}
