import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AgentProcess, writeAgentConfig } from '../../test/agent-process.ts';
import { drawWalk } from '../../test/door-pictures.ts';
import { eventually } from '../../test/eventually.ts';
import { TestBroker } from '../../test/test-broker.ts';
import { sixelOf } from './show-picture.ts';

const program = fileURLToPath(new URL('../../bin/rollcall-agent.mjs', import.meta.url));

const Report = z.object({
  isWell: z.boolean(),
  picture: z.string().nullable(),
  findings: z.array(
    z.object({ check: z.string(), verdict: z.string(), says: z.string(), todo: z.string().optional() }),
  ),
});

describe('rollcall-agent doctor', () => {
  let root: string;
  let folder: string;
  let broker: TestBroker;
  const agents: AgentProcess[] = [];

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'doctor-'));
    await drawWalk(join(root, 'pictures'));
  });
  beforeEach(async () => {
    broker = await TestBroker.start();
    folder = await mkdtemp(join(root, 'door-'));
  });
  afterEach(async () => {
    for (const agent of agents.splice(0)) await agent.kill();
    await broker.stop();
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  const configured = (changes: Parameters<typeof writeAgentConfig>[2] = {}) =>
    writeAgentConfig(folder, broker, { camera: 'folder:../pictures?fps=10', ...changes });

  /** What it says as `--json`, by check. */
  async function examined(config: string) {
    const picture = join(folder, 'camera.png');
    const { exitCode, stdout } = await new Promise<{ exitCode: number; stdout: string }>((resolve) => {
      const argv = [program, 'doctor', '--config', config, '--json', '--picture', picture];
      const child = execFile(process.execPath, argv, (_, said) =>
        resolve({ exitCode: child.exitCode ?? 1, stdout: said }),
      );
    });
    const report = Report.parse(JSON.parse(stdout));
    return { exitCode, ...report, by: Object.fromEntries(report.findings.map((finding) => [finding.check, finding])) };
  }
  function started(argv: readonly string[]): AgentProcess {
    const agent = new AgentProcess(argv);
    agents.push(agent);
    return agent;
  }

  it('finds a device well whose broker takes it and whose camera gives pictures, and shows one', async () => {
    const { exitCode, isWell, by, picture } = await examined(await configured());
    expect({ exitCode, isWell }).toEqual({ exitCode: 0, isWell: true });
    expect(by.network).toMatchObject({ verdict: 'ok', says: expect.stringContaining('lets claim-camera-1 in') });
    expect(by.camera?.verdict).toBe('ok');
    expect(await sharp(await readFile(picture ?? '')).metadata()).toMatchObject({ format: 'png' });
  });

  it('makes nothing beside the configuration of an agent that was not started yet: it may be run by root', async () => {
    const config = await configured();
    const before = await readdir(folder);
    const { by } = await examined(config);
    expect(by.disk?.says).toContain('is not there yet');
    expect((await readdir(folder)).filter((name) => name !== 'camera.png')).toEqual(before);
  });

  it('leaves connection and camera to an agent that runs', async () => {
    const config = await configured({ camera: 'folder:../pictures?fps=10&loop=1' });
    started(['--config', config]);
    await eventually(() => expect(broker.heartbeats.length).toBeGreaterThan(0));
    const connects = broker.connects;
    const { exitCode, by } = await examined(config);
    expect(exitCode).toBe(0);
    expect(by.agent?.says).toBe('it runs');
    expect(by.camera?.says).toContain('the agent that runs has it');
    expect(broker.connects).toBe(connects);
  });

  it('says what does not work and what to do: broker away, refused, not trusted', async () => {
    const config = await configured();
    broker.rules.mayConnect = () => false;
    expect((await examined(config)).by.network).toMatchObject({
      verdict: 'problem',
      says: expect.stringContaining('refuses'),
    });
    await broker.stop();
    const away = await examined(config);
    expect(away.exitCode).toBe(1);
    expect(away.by.network).toMatchObject({ verdict: 'problem', todo: expect.stringContaining('mqtt.port') });
    await broker.listen();
    const other = await TestBroker.start();
    const text = z.object({ mqtt: z.object({ caFile: z.string() }) }).parse(JSON.parse(await readFile(config, 'utf8')));
    await writeFile(join(folder, text.mqtt.caFile), other.ca.pem);
    await other.stop();
    expect((await examined(config)).by.network).toMatchObject({
      verdict: 'problem',
      todo: expect.stringContaining('caFile'),
    });
  });

  it('says when there is no picture', async () => {
    const { exitCode, by, picture } = await examined(await configured({ camera: 'folder:../nowhere?fps=10' }));
    expect({ exitCode, picture }).toEqual({ exitCode: 1, picture: null });
    expect(by.camera).toMatchObject({ verdict: 'problem' });
  });

  it('draws for a terminal that has sixels', async () => {
    const gray = await sharp({ create: { width: 64, height: 48, channels: 3, background: 'gray' } })
      .jpeg()
      .toBuffer();
    const drawn = await sixelOf(gray);
    expect(drawn.startsWith('\u001bP')).toBe(true);
    expect(drawn).toContain('q"1;1;64;48');
    expect(drawn.endsWith('\u001b\\')).toBe(true);
  });
});
