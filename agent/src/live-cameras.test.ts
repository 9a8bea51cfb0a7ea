import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AgentProcess, writeAgentConfig } from '../test/agent-process.ts';
import { eventually } from '../test/eventually.ts';
import { fakeProgram, isAlive } from '../test/fake-program.ts';
import { numberedJpegs } from '../test/numbered-jpegs.ts';
import { hasRtspServer, RtspServer, rtspServerMissing } from '../test/rtsp-server.ts';
import { TestBroker } from '../test/test-broker.ts';

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
const hasFswebcam = spawnSync('fswebcam', ['--version']).error === undefined;

let broker: TestBroker;
let folder: string;
let agent: AgentProcess | undefined;

beforeEach(async () => {
  broker = await TestBroker.start();
  folder = await mkdtemp(join(tmpdir(), 'rollcall-live-'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await agent?.kill();
  agent = undefined;
  await broker.stop();
  await rm(folder, { recursive: true, force: true });
});

async function watch(camera: string): Promise<AgentProcess> {
  agent = new AgentProcess(['--config', await writeAgentConfig(folder, broker, { camera })]);
  return agent;
}

const camera = () => broker.heartbeats.at(-1)?.camera;
const delivers = () => eventually(() => expect(camera()).toMatchObject({ state: 'ok' }));
const said = (words: string) => eventually(() => expect(camera()?.detail).toContain(words));

/** What the agent started and is still there. */
async function children({ child }: AgentProcess): Promise<number[]> {
  const list = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
  return list.split(' ').filter(Boolean).map(Number);
}

describe('the agent with a live camera', () => {
  test.skipIf(!hasFfmpeg)('watches a clip round and round (skipped without ffmpeg)', async () => {
    const clip = join(folder, 'door.mp4');
    const drawn = ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=10:duration=2'];
    execFileSync('ffmpeg', ['-v', 'error', ...drawn, '-c:v', 'mpeg4', clip]);
    const running = await watch('video:door.mp4?loop=1');
    await delivers();
    await eventually(() => expect(camera()?.framesPerSecond).toBeGreaterThan(7));
    running.child.kill('SIGTERM');
    expect(await running.ended()).toBe(0);
  });

  test.skipIf(!hasRtspServer || !hasFfmpeg)(
    `goes on when a camera on the network comes back, and tells its password to nobody (${rtspServerMissing})`,
    async () => {
      const first = await RtspServer.start();
      const running = await watch(first.url());
      await delivers();
      expect(camera()).toMatchObject({ width: 640, height: 360 });
      await first.kill();
      await said('refuses the connection');
      expect(camera()?.state).toBe('failed');
      const again = await RtspServer.start(first.port);
      try {
        await delivers();
        expect(camera()?.detail).toBeUndefined();
        const pids = await children(running);
        expect(pids.length).toBeGreaterThan(0);
        await running.kill();
        await eventually(() => expect(pids.filter(isAlive)).toEqual([]));
      } finally {
        await again.kill();
      }
      const all = JSON.stringify(broker.heartbeats) + running.lines.join('') + running.stderr;
      for (const secret of [RtspServer.password, decodeURIComponent(RtspServer.password)])
        expect(all).not.toContain(secret);
    },
  );

  test.skipIf(!hasRtspServer || !hasFfmpeg)(
    `says that a camera refuses its password, and does not hammer it (${rtspServerMissing})`,
    async () => {
      const server = await RtspServer.start();
      try {
        const running = await watch(server.url('wr0ng-secret'));
        await said('refuses the user name or the password (401)');
        const line = running.lines.find((one) => one.includes('"event":"camera-failed"')) ?? '{}';
        expect(JSON.parse(line).retryInMs).toBeGreaterThan(120_000);
        expect(JSON.stringify(broker.heartbeats) + running.lines.join('')).not.toContain('wr0ng');
      } finally {
        await server.kill();
      }
    },
  );

  test.skipIf(!hasFswebcam)('watches by fswebcam (skipped without fswebcam)', async () => {
    const running = await watch('webcam:TEST?width=640&height=480');
    await delivers();
    expect(camera()).toMatchObject({ width: 640, height: 480 });
    expect(running.logged('webcam-slow')).toBe(true);
    running.child.kill('SIGTERM');
    expect(await running.ended()).toBe(0);
  });

  test('opens a camera that hangs anew, and leaves none behind when it is killed', async () => {
    const pidFile = join(folder, 'pids');
    // The first one alone: a busy machine may look at the second too late to see it give anything.
    const hangs = `const fs = require('node:fs'); fs.appendFileSync(${JSON.stringify(pidFile)}, process.pid + '\\n');
      const isFirst = fs.readFileSync(${JSON.stringify(pidFile)}, 'utf8').trim().split('\\n').length === 1;
      process.on('SIGTERM', () => {}); if (isFirst) setTimeout(() => { setInterval = () => {}; clearInterval(given); setTimeout(() => {}, 1e8); }, 1500); const given = `;
    const gives = (await numberedJpegs(folder, 15)).replace('setInterval(give, 5)', `${hangs}setInterval(give, 5)`);
    await fakeProgram(folder, 'rpicam-vid', gives);
    vi.stubEnv('PATH', `${folder}:${process.env['PATH'] ?? ''}`);
    const running = await watch('rpicam:');
    const pids = async () => (await readFile(pidFile, 'utf8').catch(() => '')).split('\n').filter(Boolean).map(Number);
    await delivers();
    await eventually(() => expect(camera()?.state).toBe('silent'));
    await said('no frame came for 20 s');
    await eventually(async () => expect(await pids()).toHaveLength(2));
    await delivers();
    const [hung = 0, open = 0] = await pids();
    expect([hung, open].map(isAlive)).toEqual([false, true]);
    await running.kill();
    await eventually(() => expect(isAlive(open)).toBe(false));
  });
});
