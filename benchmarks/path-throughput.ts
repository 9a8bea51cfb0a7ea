import { fork } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedEngine } from '@rollcall/cloud/adapters/local/embedded-engine';
import { MemoryTable } from '@rollcall/cloud/adapters/local/memory-table';
import { enrollDemo } from '@rollcall/cloud/demo/enroll-demo';
import { prepareDemo } from '@rollcall/cloud/demo/prepare-demo';
import { OrganizationId } from '@rollcall/contract/ids';
import { systemClock } from '@rollcall/kit/clock';
import { silentLog } from '@rollcall/kit/log';
import { dataFolder, type Site, startSite } from '@rollcall/test/site/start-site';
import { doorPictures } from './door-pictures.ts';
import type { FleetOrder, FleetReport } from './path-fleet.ts';

export interface Throughput {
  readonly devices: number;
  readonly captures: number;
  readonly lost: number;
  readonly resends: number;
  readonly picturesPerSecond: number;
  /** The engine alone, on the same pictures with as many workers, before and after. */
  readonly enginePicturesPerSecond: readonly [number, number];
  readonly ratio: number;
  /** Of the site's process, MB resident. */
  readonly memoryMb: { readonly before: number; readonly peak: number };
}

/** Every device sends at once, from a process of its own on the same machine, until each capture is acked; then all are to be recognized. */
export async function measureThroughput(devices: number, capturesEach: number): Promise<Throughput> {
  const before = await engineAlone();
  const { site, ...measured } = await pathUnderLoad(devices, capturesEach);
  const after = await engineAlone();
  return {
    devices,
    captures: measured.captures,
    lost: measured.lost,
    resends: measured.resends,
    picturesPerSecond: measured.perSecond,
    enginePicturesPerSecond: [before, after],
    ratio: measured.perSecond / ((before + after) / 2),
    memoryMb: site,
  };
}

async function engineAlone(): Promise<number> {
  const cacheDir = await mkdtemp(join(tmpdir(), 'rollcall-engine-'));
  const clock = systemClock;
  const engine = await EmbeddedEngine.start({ table: new MemoryTable({ clock }), cacheDir, log: silentLog, clock });
  try {
    const pictures = await doorPictures();
    const org = OrganizationId.parse('main');
    const queue = [...pictures, ...pictures, ...pictures, ...pictures];
    const total = queue.length;
    const worker = async () => {
      for (let picture = queue.pop(); picture; picture = queue.pop()) await engine.search(org, picture);
    };
    await Promise.all(pictures.slice(0, 4).map((picture) => engine.search(org, picture)));
    const started = performance.now();
    await Promise.all(Array.from({ length: engine.workers + 1 }, worker));
    return total / ((performance.now() - started) / 1_000);
  } finally {
    await engine.stop();
    await rm(cacheDir, { recursive: true, force: true });
  }
}

async function pathUnderLoad(devices: number, capturesEach: number) {
  const folder = await dataFolder();
  const site = await startSite(folder.path, [], 120_000);
  const fleet = fork(new URL('./path-fleet.ts', import.meta.url));
  const stopWatching = watchMemory(site.process.pid ?? 0);
  try {
    const { people } = await prepareDemo({ dataDir: folder.path, log: silentLog });
    await enrollDemo({ url: site.url, apiKey: site.apiKey, people });
    fleet.send(await orderFor(site, folder.path, devices, capturesEach));
    await report(fleet);
    const memoryBefore = residentMb(await status(site.process.pid ?? 0));
    const started = performance.now();
    fleet.send('go');
    const done = await report(fleet);
    if (done.kind !== 'done') throw new Error('expected the fleet to be done');
    const lost = await waitUntilDone(site, done.captureIds);
    const seconds = (performance.now() - started) / 1_000;
    const captures = done.captureIds.length;
    const memory = { before: memoryBefore, peak: await stopWatching() };
    return { captures, lost, resends: done.resends, perSecond: captures / seconds, site: memory };
  } finally {
    fleet.kill();
    await stopWatching();
    await site.stop();
    await folder.remove();
  }
}

async function orderFor(site: Site, dataDir: string, count: number, capturesEach: number): Promise<FleetOrder> {
  const devices = Array.from({ length: count }, (_, n) => `load-${n + 1}`);
  for (const id of devices) await site.api('POST', '/v1/devices', { id, doorId: 'door-1' });
  const file = (name: string) => readFile(join(dataDir, 'ca', name), 'utf8');
  const claim = { certificatePem: await file('claim.pem'), privateKeyPem: await file('claim.key') };
  return { host: '127.0.0.1', port: site.mqttPort, caPem: await file('ca.pem'), claim, devices, capturesEach };
}

/** @returns how many never came to an end. */
async function waitUntilDone(site: Site, ids: readonly string[]): Promise<number> {
  const open = new Set(ids);
  const deadline = performance.now() + 120_000;
  while (open.size > 0 && performance.now() < deadline) {
    for (const id of open) {
      const { body } = await site.api<{ status: string }>('GET', `/v1/captures/${id}`);
      if (body.status === 'pending') break;
      if (body.status === 'done') open.delete(id);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return open.size;
}

function report(fleet: ReturnType<typeof fork>): Promise<FleetReport> {
  return new Promise((resolve, reject) => {
    fleet.once('message', resolve);
    fleet.once('exit', () => reject(new Error('the fleet ended before it was done')));
  });
}

function watchMemory(pid: number): () => Promise<number> {
  let peak = 0;
  const look = async () => {
    peak = Math.max(peak, residentMb(await status(pid)));
  };
  const timer = setInterval(() => void look(), 250);
  return async () => {
    clearInterval(timer);
    return peak;
  };
}

function status(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
}

function residentMb(text: string): number {
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1024);
}
