import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckReport } from '@rollcall/contract/check-report';
import type { DeviceConfigStatus } from '@rollcall/contract/device-config';
import { type DeviceJob, isJobOver } from '@rollcall/contract/device-job';
import { DeviceId } from '@rollcall/contract/ids';
import type { Device } from '@rollcall/contract/place';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow } from './device-certificate.ts';
import { type DoorScene, showScene } from './door-scene.ts';
import { LoneAgent } from './lone-agent.ts';
import { startedBy } from './processes.ts';
import { dataFolder, type Site, startSite, until } from './start-site.ts';

const id = DeviceId.parse('pi-1');
const path = `/v1/devices/${id}/jobs`;

describe('a camera that is put into service', () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let site: Site;
  let agent: LoneAgent;
  let scene: string;

  beforeAll(async () => {
    folder = await dataFolder();
    scene = join(folder.path, 'scene');
    await mkdir(scene);
    await showScene(scene, {});
    site = await startSite(join(folder.path, 'site'));
    await allow(site, id);
    const camera = `folder:${scene}?fps=5&loop=1`;
    agent = await LoneAgent.start(site, join(folder.path, 'door'), { serial: id, camera });
    await until('the camera', async () => (await site.api('GET', `/v1/devices/${id}/still`)).status === 200);
    // It is checked with the detector even where nobody looks for faces otherwise.
    await site.api('PATCH', `/v1/devices/${id}/config`, { faceGate: 'off' });
    await until('no face gate', async () => {
      const { body } = await site.api<DeviceConfigStatus>('GET', `/v1/devices/${id}/config`);
      return body.state === 'in-effect' && (await startedBy(agent.process.pid)).length === 0;
    });
  });
  afterAll(async () => {
    agent?.process.kill('SIGKILL');
    await site?.stop();
    await folder.remove();
  });

  const checked = async (shown: DoorScene) => {
    await showScene(scene, shown);
    const asked = await site.api<DeviceJob>('POST', path, { kind: 'check', seconds: 3 });
    expect(asked.status).toBe(201);
    const job = await until('the report', async () => {
      const { body } = await site.api<DeviceJob>('GET', `${path}/${asked.body.id}`);
      if (isJobOver(body.status)) expect(body).toMatchObject({ status: 'SUCCEEDED' });
      return isJobOver(body.status) && body.report !== null && body;
    });
    const { headers, body } = await site.api('GET', `${path}/${job.id}/report`);
    expect(headers.get('content-type')).toBe('application/json');
    return { job, report: CheckReport.parse(body) };
  };

  it('says that nobody was seen in an empty corridor', async () => {
    const { report } = await checked({});
    expect(report).toMatchObject({ fit: false, framesWithFace: 0, faces: [] });
    expect(report.advice.at(-1)).toMatch(/^Nobody was seen in \d+ frames: walk past the camera/);
  });

  it('is fit when faces are large, sharp and well lit, and shows whom it means', async () => {
    const { job, report } = await checked({ facePixels: 110 });
    expect(report).toMatchObject({ fit: true, picture: 'ok', advice: [], width: 1280, height: 720 });
    expect(report.frames).toBeGreaterThanOrEqual(4);
    expect(report.framesWithUsableFace).toBe(report.framesWithFace);
    const [face] = report.faces;
    expect(face).toMatchObject({ usable: true, problems: [], at: report.still.at });
    expect(face?.box.width).toBeGreaterThan(100);
    expect(face?.eyePixels).toBeGreaterThan(40);
    expect(Math.abs(face?.pose.yaw ?? 90)).toBeLessThan(30);
    const still = await sharp(Buffer.from(report.still.image, 'base64')).metadata();
    expect(still).toMatchObject({ format: 'jpeg', width: report.still.width, height: report.still.height });
    expect(still.width / still.height).toBeCloseTo(16 / 9, 2);
    expect(job.details).toMatchObject({ fit: 'yes', framesWithFace: `${report.framesWithFace}` });
    const audit = await site.api<{ items: { action: string; details: object }[] }>('GET', '/v1/audit');
    expect(audit.body.items[0]).toMatchObject({ action: 'device.report-viewed', details: { jobId: job.id } });
  });

  it.each<[string, DoorScene, string, RegExp]>([
    [
      'too small',
      { facePixels: 28 },
      'ok',
      /small, \d\d pixels wide at best where at least 40 are needed: move the camera/,
    ],
    ['out of focus', { facePixels: 110, blur: 5 }, 'defocused', /not sharp: focus the camera/],
    ['too dark', { facePixels: 110, light: 0.08 }, 'dark', /too dark for faces/],
  ])('says what to do when faces are %s', async (_, shown, picture, advice) => {
    const { report } = await checked(shown);
    expect(report).toMatchObject({ fit: false, picture });
    expect(report.advice[0]).toMatch(advice);
    expect(report.faces[0]?.problems.length).toBeGreaterThan(0);
  });

  it('has put the models away again, and went on to watch the door', async () => {
    await until('no process beside it', async () => (await startedBy(agent.process.pid)).length === 0);
    const { health } = (await site.api<Device>('GET', `/v1/devices/${id}`)).body;
    expect(health?.camera).toMatchObject({ state: 'ok', badFrames: 0 });
    // Of 5.
    expect(health?.camera.framesPerSecond).toBeGreaterThan(4);
    expect(await agent.stop()).toBe(0);
  });
});
