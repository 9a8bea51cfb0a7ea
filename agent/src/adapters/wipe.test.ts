import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentConfig } from '@rollcall/contract/agent-config';
import { JobId } from '@rollcall/contract/device-job';
import { DeviceId } from '@rollcall/contract/ids';
import { Misconfigured } from '@rollcall/kit/app-error';
import { silentLog } from '@rollcall/kit/log';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ClaimFiles } from './claim-files.ts';
import { IdentityFiles } from './device-identity.ts';
import { JobFile } from './job-file.ts';
import { Wipe } from './wipe.ts';
import { wipeFile } from './wipe-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-wipe-'));
  for (const file of ['claim.pem', 'claim.key', 'agent.json', 'outbox.key', 'log', 'config.json', 'door.mp4']) {
    await writeFile(join(folder, file), file);
  }
  await mkdir(join(folder, 'outbox'));
  await writeFile(join(folder, 'outbox', '1.capture'), 'sealed');
});
afterEach(() => rm(folder, { recursive: true }));

const provisioning = (keepClaim = false) =>
  AgentConfig.shape.provisioning.parse({
    serial: 'camera-1',
    claimCertFile: join(folder, 'claim.pem'),
    claimKeyFile: join(folder, 'claim.key'),
    keepClaim,
  });

function device(options: { keepClaim?: boolean } = {}) {
  const files = new IdentityFiles(folder);
  const claimFiles = new ClaimFiles(provisioning(options.keepClaim), silentLog);
  let hasEnded = false;
  const end = () => void (hasEnded = true);
  const configFile = join(folder, 'agent.json');
  const wipe = new Wipe({ dataDir: folder, configFile, files, claimFiles, end, log: silentLog });
  return { files, claimFiles, wipe, hasEnded: () => hasEnded };
}

const held = {
  jobId: JobId.parse('01KADXBB6ZYQ6KBZ5Y0Q5VQ5TH-wipe'),
  document: { kind: 'wipe' },
  version: 2,
  phase: 'begun',
  resumed: false,
} as const;

async function register(files: IdentityFiles): Promise<void> {
  await files.saveKey('the key');
  await files.save({ device: DeviceId.parse('camera-1'), certificatePem: 'the certificate' });
}

describe('a claim', () => {
  test('is written over and gone once the device has its own certificate, and its configuration works without it', async () => {
    const { claimFiles } = device();
    await Promise.all([claimFiles.wipe(), claimFiles.wipe()]);
    expect((await readdir(folder)).filter((name) => name.startsWith('claim'))).toEqual([]);
    expect(claimFiles).toMatchObject({ areThere: false, problem: undefined });
    await claimFiles.wipe();
    await expect(claimFiles.read()).rejects.toThrow(Misconfigured);
  });

  test('that others share stays for them', async () => {
    const { claimFiles } = device({ keepClaim: true });
    await claimFiles.wipe();
    expect(await readFile(join(folder, 'claim.key'), 'utf8')).toBe('claim.key');
  });

  test('that cannot be removed is said to be there still', async () => {
    await rm(join(folder, 'claim.key'));
    await mkdir(join(folder, 'claim.key'));
    const { claimFiles } = device();
    await claimFiles.wipe();
    expect(claimFiles.problem).toMatch(/the claim key is still on the device \(EISDIR/);
  });
});

describe('a device that is taken out of service', () => {
  test('forgets what it has, then tells, then forgets who it is; what is not its own stays', async () => {
    const { files, wipe, hasEnded } = device();
    await register(files);
    const memory = wipe.after(new JobFile(folder, silentLog));
    await memory.save(held);
    expect(await wipe.forget()).toEqual([]);
    expect(await files.load()).toBeDefined();
    // Its end is told before it is cleared; what was cleared without one goes on.
    await memory.save({ ...held, outcome: { status: 'SUCCEEDED' } });
    await memory.clear();
    expect(hasEnded()).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(['door.mp4', 'wiped.json']);
  });

  test('goes on where it was cut off', async () => {
    const before = device();
    await register(before.files);
    await before.wipe.forget();
    const after = device();
    expect(after.wipe.isBegun).toBe(true);
    await after.wipe.resume();
    expect(await after.files.load()).toBeDefined();
    // The power went in the middle of the second step: its first file was gone.
    await rm(join(folder, 'device.json'));
    await expect(device().wipe.resume()).rejects.toThrow(/taken out of service and wiped: prepare it anew/);
    expect((await readdir(folder)).filter((name) => name.startsWith('device'))).toEqual([]);
  });

  test('is not wiped by a job that failed', async () => {
    const { files, wipe, hasEnded } = device();
    await register(files);
    const memory = wipe.after(new JobFile(folder, silentLog));
    await wipe.forget();
    await memory.save({ ...held, outcome: { status: 'FAILED', reason: 'canceled' } });
    await memory.clear();
    expect(hasEnded()).toBe(false);
    expect(await files.load()).toBeDefined();
  });

  test('begins anew with a claim that it gets', async () => {
    await device().wipe.forget();
    for (const file of ['claim.pem', 'claim.key']) await writeFile(join(folder, file), 'another');
    const anew = device();
    await anew.wipe.resume();
    expect(anew.wipe.isBegun).toBe(false);
  });
});

test('a file is written over before it is removed', async () => {
  const path = join(folder, 'secret');
  await writeFile(path, 'secret');
  const { linkSync } = await import('node:fs');
  linkSync(path, join(folder, 'other-name'));
  await wipeFile(path);
  expect(await readFile(join(folder, 'other-name'), 'utf8')).not.toContain('secret');
  await wipeFile(path);
});
