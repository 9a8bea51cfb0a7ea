import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { AgentProcess, writeAgentConfig } from '../test/agent-process.ts';
import { drawWalk } from '../test/door-pictures.ts';
import { eventually } from '../test/eventually.ts';
import { TestBroker } from '../test/test-broker.ts';

let root: string;
let broker: TestBroker;
let folder: string;
const agents: AgentProcess[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'agent-'));
  await drawWalk(join(root, 'pictures'));
  await drawWalk(join(root, 'backs'), 'behind');
});

afterAll(() => rm(root, { recursive: true, force: true }));

beforeEach(async () => {
  broker = await TestBroker.start();
  folder = await mkdtemp(join(root, 'door-'));
});

afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.kill();
  await broker.stop();
});

function start(args: readonly string[], options: { ipc?: boolean } = {}): AgentProcess {
  const agent = new AgentProcess(args, options);
  agents.push(agent);
  return agent;
}

const config = (changes: Parameters<typeof writeAgentConfig>[2] = {}) =>
  writeAgentConfig(folder, broker, { camera: 'folder:../pictures?fps=10', ...changes });

const outbox = () => readdir(join(folder, 'data', 'outbox'));

test('from first contact to a passage in the cloud, and a clip that is over leaves the agent online', async () => {
  const agent = start(['--config', await config()]);
  await eventually(() => expect(broker.passages).toHaveLength(1));
  const [passage] = broker.passages;
  expect(passage?.captures).toEqual(broker.captures.map((capture) => capture.captureId));
  expect(broker.captures.length).toBeGreaterThan(0);
  await eventually(() => expect(broker.heartbeats.at(-1)?.camera.state).toBe('ended'));
  expect(broker.heartbeats.some((heartbeat) => heartbeat.still)).toBe(true);
  expect(broker.heartbeats.at(-1)).toMatchObject({ passages: 1, outbox: { items: 0, parked: 0, dropped: 0 } });
  agent.child.kill('SIGTERM');
  expect(await agent.ended()).toBe(0);
  expect(agent.stderr).toBe('');
});

test('with its face gate on, a passage in which nobody shows a face is told, and nothing of it is captured', async () => {
  const agent = start(['--config', await config({ faceGate: 'on', camera: 'folder:../backs?speed=max' })]);
  await eventually(() => expect(broker.passages).toHaveLength(1));
  expect(broker.passages[0]?.captures).toEqual([]);
  expect(broker.captures).toEqual([]);
  await eventually(() => expect(broker.heartbeats.at(-1)).toMatchObject({ passages: 1, faceGate: { state: 'on' } }));
  expect(broker.heartbeats.at(-1)?.faceGate?.looks).toBeGreaterThan(3);
  agent.child.kill('SIGTERM');
  expect(await agent.ended()).toBe(0);
  expect(agent.stderr).toBe('');
});

test('stopped in the middle of a passage it says so, and nothing is lost', async () => {
  const agent = start(['--config', await config()]);
  await eventually(() => expect(broker.captures.length).toBeGreaterThan(0));
  agent.child.kill('SIGTERM');
  expect(await agent.ended()).toBe(0);
  expect(broker.passages).toMatchObject([{ ended: 'stopped' }]);
  expect(await outbox()).toEqual([]);
});

test('killed with messages on the way, it sends them all after the next start', async () => {
  broker.rules.ack = () => undefined;
  const file = await config();
  const first = start(['--config', file]);
  await eventually(() => expect(broker.captures.length).toBeGreaterThan(0));
  await first.kill();
  const waiting = await outbox();
  expect(waiting.length).toBeGreaterThan(0);
  broker.rules.ack = (id) => ({ id, status: 'stored' });
  const before = broker.captures.length;
  start(['--config', await config({ camera: 'folder:../pictures?fps=0.1' })]);
  await eventually(async () => expect(await outbox()).toEqual([]));
  expect(broker.captures.length).toBeGreaterThanOrEqual(before + waiting.length);
  expect(broker.issued).toHaveLength(1);
});

test('a device that nobody allows watches its door all the same, and is let in later', async () => {
  broker.rules.allowedSerials = [];
  const agent = start(['--config', await config()]);
  await eventually(() => expect(agent.logged('provisioning-failed')).toBe(true));
  await eventually(async () => expect(await outbox()).not.toEqual([]));
  broker.rules.allowedSerials = ['camera-1'];
  await eventually(() => expect(broker.passages).toHaveLength(1), 25_000);
});

test('a second agent on the same folder is refused in words', async () => {
  const file = await config();
  const first = start(['--config', file]);
  await eventually(() => expect(first.logged('started')).toBe(true));
  const second = start(['--config', file]);
  expect(await second.ended()).toBe(1);
  expect(second.stderr).toContain('runs on');
});

test('when the process that started it is gone, it stops by itself', async () => {
  const agent = start(['--config', await config()], { ipc: true });
  await eventually(() => expect(agent.logged('started')).toBe(true));
  agent.child.disconnect();
  expect(await agent.ended()).toBe(0);
});

test('every problem of the configuration is said at once, with exit 78', async () => {
  const file = join(folder, 'agent.json');
  await writeFile(file, JSON.stringify({ camera: 'fax:1', mqtt: { host: '', caFile: 'none.pem' }, colour: 'red' }));
  const agent = start(['--config', file]);
  expect(await agent.ended()).toBe(78);
  for (const field of ['org', 'camera', 'mqtt.host', 'mqtt.caFile', 'colour']) expect(agent.stderr).toContain(field);
  expect(agent.lines).toEqual([]);
});

test('without a certificate and without a claim there is nothing to start', async () => {
  const agent = start(['--config', await config({ provisioning: undefined })]);
  expect(await agent.ended()).toBe(78);
  expect(agent.stderr).toContain('provisioning');
});
