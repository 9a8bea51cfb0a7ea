import { generateKeyPairSync } from 'node:crypto';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DeviceJob, isJobOver } from '@rollcall/contract/device-job';
import { Device } from '@rollcall/contract/place';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAgentTree } from '../../../agent/package/agent-tree.ts';
import type { Arch } from '../../../agent/package/arch.ts';
import { makeRelease } from '../../../agent/package/make-release.ts';
import { allow } from '../site/device-certificate.ts';
import { dataFolder, type Site, startSite, until } from '../site/start-site.ts';
import { SupervisedAgent } from './supervised-agent.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const arch: Arch = process.arch === 'arm64' ? 'arm64' : 'x64';
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const serial = 'door-pi';
/** It proves itself for a minute, and one that ends at once is started three times. */
const jobMs = 240_000;
const endsAtOnce = (app: string) => writeFile(join(app, 'agent', 'bin', 'rollcall-agent.mjs'), 'process.exit(1);\n');

// The agent's dependencies are installed with the pnpm that runs the tests.
const hasPnpm = process.env.npm_execpath !== undefined;

describe.skipIf(!hasPnpm)(`an update of an installed agent${hasPnpm ? '' : ' (skipped: not run by pnpm)'}`, () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let site: Site;
  let agent: SupervisedAgent;
  let server: Server;
  let home: string;
  const releases = () => join(folder.path, 'web');
  /** 7.1.0, which ends at once. Made while 7.0.0 proves itself, which leaves time for it. */
  let broken: Promise<string>;

  beforeAll(async () => {
    folder = await dataFolder();
    home = join(folder.path, 'home');
    await makeAgentTree({ root, folder: home, arch });
    await writeFile(join(folder.path, 'release.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
    server = createServer((request, response) => {
      readFile(join(releases(), request.url ?? '')).then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    site = await startSite(join(folder.path, 'site'));
    await allow(site, serial, 'door-1');
    agent = await installed();
    await until('the device online', async () => (await device()).online);
  }, 300_000);
  afterAll(async () => {
    await agent?.stop();
    await site?.stop();
    server?.close();
    await folder.remove();
  });

  async function installed(): Promise<SupervisedAgent> {
    const dataDir = join(folder.path, 'state');
    const pictures = join(folder.path, 'pictures');
    await mkdir(dataDir);
    await mkdir(pictures);
    await cp(await drawnPicture(), join(pictures, '1.jpg'));
    const ca = (file: string) => join(site.dataDir, 'ca', file);
    const config = {
      org: 'main',
      camera: `folder:${pictures}?fps=5&loop=1`,
      mqtt: { host: '127.0.0.1', port: site.mqttPort, caFile: ca('ca.pem') },
      provisioning: { serial, claimCertFile: ca('claim.pem'), claimKeyFile: ca('claim.key'), keepClaim: true },
      heartbeatMs: 1_000,
    };
    await writeFile(join(dataDir, 'agent.json'), JSON.stringify(config));
    return new SupervisedAgent({ home, dataDir, releaseKeyFile: join(folder.path, 'release.pub') });
  }

  async function drawnPicture(): Promise<string> {
    const { default: sharp } = await import('sharp');
    const file = join(folder.path, 'picture.jpg');
    await sharp({ create: { width: 640, height: 480, channels: 3, background: '#789' } })
      .jpeg()
      .toFile(file);
    return file;
  }

  async function device(): Promise<Device> {
    return Device.parse((await site.api('GET', `/v1/devices/${serial}`)).body);
  }

  /** A release that differs from what is installed by its version, and by `change`. @returns its folder. */
  async function released(version: string, change: (app: string) => Promise<void> = async () => {}): Promise<string> {
    const tree = join(folder.path, `tree-${version}`);
    await cp(join(home, 'app'), join(tree, 'app'), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.includes('/node_modules/.cache'),
    });
    const file = join(tree, 'app', 'agent', 'package.json');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(/"version": "[^"]+"/, `"version": "${version}"`));
    await change(join(tree, 'app'));
    return makeRelease({ tree, version, arch, node: '24.0.0', key: privateKey, out: releases() });
  }

  /** @param release a folder with a release. */
  async function update(version: string, release: string): Promise<DeviceJob> {
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const url = `http://127.0.0.1:${port}/${relative(releases(), release)}`;
    const asked = await site.api('POST', `/v1/devices/${serial}/jobs`, { kind: 'update', version, url });
    expect(asked.status).toBe(201);
    const { id } = DeviceJob.parse(asked.body);
    return until(
      `the end of the update to ${version}`,
      async () => {
        const job = DeviceJob.parse((await site.api('GET', `/v1/devices/${serial}/jobs/${id}`)).body);
        return isJobOver(job.status) && job;
      },
      jobMs,
      500,
    );
  }
  const runs = (version: string) =>
    until(`${version} running`, async () => (await device()).health?.agentVersion === version, 60_000);

  it(
    'runs once it has proved itself, and an agent that was running goes on until then',
    async () => {
      const release = await released('7.0.0');
      broken = released('7.1.0', endsAtOnce);
      const [job] = await Promise.all([update('7.0.0', release), broken]);
      expect(job).toMatchObject({ status: 'SUCCEEDED', details: { version: '7.0.0' } });
      await runs('7.0.0');
      expect(agent.starts).toBe(2);
    },
    jobMs + 60_000,
  );

  it(
    'that was tampered with is not even unpacked',
    async () => {
      const starts = agent.starts;
      await cp(await broken, join(releases(), 'tampered'), { recursive: true });
      const archive = join(releases(), 'tampered', `rollcall-agent-7.1.0-${arch}.tar.gz`);
      const bytes = await readFile(archive);
      bytes[100] = (bytes[100] ?? 0) ^ 1;
      await writeFile(archive, bytes);
      const job = await update('7.1.0', join(releases(), 'tampered'));
      expect(job).toMatchObject({ status: 'FAILED', details: { reason: expect.stringContaining('tampered') } });
      expect(agent.starts).toBe(starts);
      await runs('7.0.0');
    },
    jobMs,
  );

  it(
    'that does not start is taken back, and the one before runs on',
    async () => {
      const job = await update('7.1.0', await broken);
      expect(job).toMatchObject({ status: 'FAILED', details: { reason: expect.stringContaining('it ended 3 times') } });
      await runs('7.0.0');
    },
    jobMs + 60_000,
  );
});
