import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { demoWalkers } from '@rollcall/cloud/demo/demo-people';
import { renderClip } from '@rollcall/cloud/demo/render-clip';
import { type DeviceJob, isJobOver } from '@rollcall/contract/device-job';
import type { Device } from '@rollcall/contract/place';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startedBy } from './processes.ts';
import { isInstalled, withoutFfmpeg } from './program.ts';
import { dataFolder, type Site, startSite, until } from './start-site.ts';

describe.skipIf(!isInstalled('ffmpeg'))(`a camera that is asked from afar${withoutFfmpeg}`, () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let site: Site;

  beforeAll(async () => {
    folder = await dataFolder();
    const clip = join(folder.path, 'media', 'door.mp4');
    await mkdir(join(folder.path, 'media'));
    await renderClip(demoWalkers.slice(0, 1), clip);
    site = await startSite(join(folder.path, 'site'), ['--camera', `video:${clip}?loop=1`]);
    await until('the camera', async () => (await camera()).health?.camera.state === 'ok');
  });
  afterAll(async () => {
    await site?.stop();
    await folder.remove();
  });

  const path = '/v1/devices/camera-1/jobs';
  const camera = async () => (await site.api<Device>('GET', '/v1/devices/camera-1')).body;
  const ask = async (document: object) => {
    const { status, body } = await site.api<DeviceJob>('POST', path, document);
    expect(status).toBe(201);
    return body;
  };
  const over = (id: string, withinMs = 30_000) =>
    until(
      `the end of ${id}`,
      async () => {
        const { body } = await site.api<DeviceJob>('GET', `${path}/${id}`);
        return isJobOver(body.status) && body;
      },
      withinMs,
    );
  const reported = (id: string) =>
    until(`the report of ${id}`, async () => (await site.api<DeviceJob>('GET', `${path}/${id}`)).body.report ?? false);
  const reportOf = (id: string) =>
    fetch(new URL(`${path}/${id}/report`, site.url), { headers: { 'x-api-key': site.apiKey } });
  const outbox = () => readdir(join(site.dataDir, 'agents', 'camera-1', 'outbox'));
  const agents = async () => {
    const found: number[] = [];
    for (const pid of await startedBy(site.process.pid)) {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (command.includes('rollcall-agent')) found.push(pid);
    }
    return found;
  };

  it('sends a picture of what it sees now, whole, and who looks at it is on record', async () => {
    const { id, status } = await ask({ kind: 'snapshot' });
    expect(status).toBe('QUEUED');
    const job = await over(id);
    expect(job).toMatchObject({ status: 'SUCCEEDED', kind: 'snapshot', details: { size: '1280x720' } });
    expect(await reported(id)).toMatchObject({ contentType: 'image/jpeg' });
    const answer = await reportOf(id);
    expect(answer.headers.get('content-type')).toBe('image/jpeg');
    const { width, height, format } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
    expect({ width, height, format }).toEqual({ width: 1280, height: 720, format: 'jpeg' });
    const audit = await site.api<{ items: { action: string; target: string; details: object }[] }>('GET', '/v1/audit');
    expect(audit.body.items[0]).toMatchObject({ action: 'device.report-viewed', details: { jobId: id } });
    await until('nothing waits', async () => (await outbox()).length === 0);
  });

  it('sends the last lines of its log, with no secret in them', async () => {
    const { id } = await ask({ kind: 'logs', lines: 50 });
    expect((await over(id)).status).toBe('SUCCEEDED');
    await reported(id);
    const text = await (await reportOf(id)).text();
    const lines = text.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(50);
    const events = lines.map((line): { event: string; time: string } => JSON.parse(line));
    expect(events.map(({ event }) => event)).toContain('connected');
    expect(events.some(({ time }) => Date.parse(time) > Date.now() - 120_000)).toBe(true);
    expect(text).not.toMatch(/BEGIN|PRIVATE|password|"image"|\/9j\//);
  });

  it('is started again, by a new process that says so, and loses nothing', async () => {
    const [before] = await agents();
    const { health } = await camera();
    const { id } = await ask({ kind: 'restart' });
    const job = await over(id, 60_000);
    expect(job).toMatchObject({ status: 'SUCCEEDED', kind: 'restart' });
    const after = await agents();
    expect(after).toHaveLength(1);
    expect(after).not.toContain(before);
    expect(Date.parse(job.details['startedAt'] ?? '')).toBeGreaterThan(Date.parse(health?.startedAt ?? ''));
    // It goes on with its work, and restarts no more.
    const passages = site.logged('passage').length;
    await until('a passage', () => site.logged('passage').length > passages, 30_000);
    expect(await agents()).toEqual(after);
    expect(site.logged('passage').filter(({ ended }) => ended === 'stopped')).toEqual([]);
  });

  it('does what waited for it when it comes back, but not what was canceled meanwhile', async () => {
    const [agent = 0] = await agents();
    process.kill(agent, 'SIGSTOP');
    const canceled = await ask({ kind: 'restart' });
    const kept = await ask({ kind: 'snapshot' });
    const answer = await site.api<DeviceJob>('POST', `${path}/${canceled.id}/cancel`, {});
    expect(answer).toMatchObject({ status: 200, body: { status: 'CANCELED' } });
    process.kill(agent, 'SIGCONT');
    expect((await over(kept.id)).status).toBe('SUCCEEDED');
    expect(await agents()).toEqual([agent]);
    const again = await site.api('POST', `${path}/${canceled.id}/cancel`, {});
    expect(again).toMatchObject({ status: 409, body: { code: 'job-over' } });
  });

  it('lists its jobs newest first', async () => {
    const { body } = await site.api<{ items: DeviceJob[] }>('GET', path);
    expect(body.items.map(({ kind, status }) => [kind, status])).toEqual([
      ['snapshot', 'SUCCEEDED'],
      ['restart', 'CANCELED'],
      ['restart', 'SUCCEEDED'],
      ['logs', 'SUCCEEDED'],
      ['snapshot', 'SUCCEEDED'],
    ]);
  });
});
