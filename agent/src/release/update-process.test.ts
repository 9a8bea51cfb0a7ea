import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentProcess, writeAgentConfig } from '../../test/agent-process.ts';
import { drawWalk } from '../../test/door-pictures.ts';
import { eventually } from '../../test/eventually.ts';
import { type OneJob, oneJob } from '../../test/one-job.ts';
import { publicKeyPem, smallRelease, tempFolder } from '../../test/small-release.ts';
import { TestBroker } from '../../test/test-broker.ts';

describe('an agent that is killed while it fetches a release', () => {
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let broker: TestBroker;
  let server: Server;
  let agent: AgentProcess;
  let config: string;
  let job: OneJob;
  /** The archive never comes to its end. */
  let hangs = true;

  beforeEach(async () => {
    folder = await tempFolder();
    broker = await TestBroker.start();
    const from = await smallRelease(folder.path, '99.0.0');
    server = createServer((request, response) => {
      void readFile(join(from, request.url ?? '')).then((bytes) =>
        hangs && request.url?.endsWith('.gz') ? response.write(bytes.subarray(0, 300)) : response.end(bytes),
      );
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    await mkdir(join(folder.path, 'door'));
    await drawWalk(join(folder.path, 'door', 'pictures'));
    await writeFile(join(folder.path, 'door', 'key.pub'), publicKeyPem);
    const camera = 'folder:pictures?fps=10';
    config = await writeAgentConfig(join(folder.path, 'door'), broker, { camera, releaseKeyFile: 'key.pub' });
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
    job = oneJob(broker, `${ulid()}-update`, { kind: 'update', version: '99.0.0', url });
    hangs = true;
    start();
  });
  afterEach(async () => {
    await agent.kill();
    server.closeAllConnections();
    server.close();
    await broker.stop();
    await folder.remove();
  });

  const start = () => {
    agent = new AgentProcess(['--config', config]);
  };
  const kept = async () =>
    (await readdir(join(folder.path, 'door', 'data', 'releases')).catch(() => [])).map((name) =>
      name.replace(/^(\.staging)-.*/, '$1'),
    );
  const isFetching = () => eventually(async () => expect(await kept()).toEqual(['.staging']));

  it('fetches it again, puts it on trial, and asks to be started', async () => {
    await isFetching();
    await agent.kill();
    hangs = false;
    start();
    expect(await agent.ended()).toBe(75);
    expect((await kept()).toSorted()).toEqual(['99.0.0', 'state.json']);
    expect(job.status).toBe('IN_PROGRESS');
  });

  it('gives up when it is killed again, says so, and leaves nothing of it on the disk', async () => {
    await isFetching();
    await agent.kill();
    start();
    await eventually(() => expect(agent.logged('connected')).toBe(true));
    await isFetching();
    await eventually(async () => {
      const held = await readFile(join(folder.path, 'door', 'data', 'job.json'), 'utf8');
      expect(JSON.parse(held)).toMatchObject({ resumed: true });
    });
    await agent.kill();
    start();
    await eventually(() => expect(job.status).toBe('FAILED'));
    expect(job.details).toMatchObject({ reason: 'the agent ended twice in the middle of it' });
    expect(await kept()).toEqual([]);
    expect(agent.logged('started')).toBe(true);
  });
});
