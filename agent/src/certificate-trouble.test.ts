import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentProcess, writeAgentConfig } from '../test/agent-process.ts';
import { drawWalk } from '../test/door-pictures.ts';
import { eventually } from '../test/eventually.ts';
import { TestBroker } from '../test/test-broker.ts';
import type { Keyed, Life } from '../test/test-certificates.ts';

const dayMs = 86_400_000;
const camera = 'folder:pictures?fps=10&loop=1';
const life = (fromMs: number, toMs: number): Life => ({
  notBefore: new Date(Date.now() + fromMs),
  notAfter: new Date(Date.now() + toMs),
});

describe('an agent whose certificate does not count', () => {
  let folder: string;
  let broker: TestBroker;
  let agent: AgentProcess;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-door-'));
    await drawWalk(join(folder, 'pictures'));
    broker = await TestBroker.start();
  });
  afterEach(async () => {
    await agent.kill();
    await broker.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** As a device that registered before. */
  async function start(own: Keyed, damaged: Readonly<Record<string, string>> = {}): Promise<void> {
    const data = join(folder, 'data');
    const config = await writeAgentConfig(folder, broker, { camera, provisioning: undefined });
    await mkdir(data, { recursive: true });
    const files = {
      'device.json': JSON.stringify({ thingName: 'camera-1' }),
      'device.pem': own.certificatePem,
      'device.key': own.privateKeyPem,
      ...damaged,
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(data, name), text);
    agent = new AgentProcess(['--config', config]);
  }
  const says = (event: string, words: string) =>
    eventually(() => {
      const lines = agent.lines.filter((one) => one.includes(`"event":"${event}"`));
      expect(lines.map((line) => String(JSON.parse(line).reason)).join('\n')).toContain(words);
    });
  /** It watches, and keeps what it sees for later. */
  const keepsWatching = () =>
    eventually(async () => {
      expect((await readdir(join(folder, 'data', 'outbox'))).length).toBeGreaterThan(0);
      expect(agent.stderr).toBe('');
    });

  it('any more, from one moment to the next, says so and keeps what it sees', async () => {
    const own = await broker.ca.client('camera-1', life(-dayMs, 6_000));
    const endsAt = Date.now() + 6_000;
    await start(own);
    await eventually(() => expect(broker.heartbeats.length).toBeGreaterThan(0));
    await wait(Math.max(0, endsAt - Date.now()));
    await broker.stop();
    await broker.listen();
    await says('connect-failed', `which ended on ${new Date(endsAt).toISOString().slice(0, 10)}`);
    await keepsWatching();
    expect(agent.child.exitCode).toBeNull();
  }, 40_000);

  it('by a clock that is years back says that it is the clock', async () => {
    await broker.stop();
    const later = life(5_000 * dayMs, 6_000 * dayMs);
    broker = await TestBroker.start(later);
    await start(await broker.ca.client('camera-1', later));
    await says('connect-failed', `the clock says ${new Date().toISOString().slice(0, 10)}`);
    await keepsWatching();
    expect(agent.child.exitCode).toBeNull();
  });

  it.each([
    ['has another key', async (own: Keyed) => ({ ...own, ...(await otherKey()) })],
    ['is none', (own: Keyed) => ({ ...own, certificatePem: 'of a card that went bad' })],
  ])('because it %s says what to do, and keeps what it sees', async (_, damage) => {
    await start(await damage(await broker.ca.client('camera-1')));
    await says('not-connected', 'cannot be used');
    await keepsWatching();
    expect(agent.child.exitCode).toBeNull();
  });

  it('any more, because half of it is gone, keeps what it sees, and comes anew with a claim', async () => {
    const files = { 'device.key': '', 'device.pem': '', 'device.json': '{' };
    for (const [name, text] of Object.entries(files)) {
      await start(await broker.ca.client('camera-1'), { [name]: text });
      await says('not-connected', name === 'device.json' ? 'is damaged' : 'device.key or device.pem');
      await keepsWatching();
      await agent.kill();
    }
    await writeFile(join(folder, 'data', 'device.key'), 'of a card that went bad');
    agent = new AgentProcess(['--config', await writeAgentConfig(folder, broker, { camera })]);
    await eventually(() => expect(broker.heartbeats.length).toBeGreaterThan(0));
    await eventually(async () => expect(await readdir(join(folder, 'data', 'outbox'))).toEqual([]));
  });

  const otherKey = async () => ({ privateKeyPem: (await broker.ca.client('camera-1')).privateKeyPem });
});
