import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Misconfigured } from '@rollcall/kit/app-error';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadAgentConfig } from './config.ts';

let folder: string;
const least = { org: 'main', camera: 'video:clips/door.mp4?loop=1', mqtt: { host: 'broker.example' } };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function load(values: unknown, environment: Record<string, string> = {}) {
  const file = join(folder, 'agent.json');
  writeFileSync(file, typeof values === 'string' ? values : JSON.stringify(values));
  return loadAgentConfig(file, environment);
}

test('the least that is needed gets defaults, and paths from the folder of the file', () => {
  expect(load(least)).toMatchObject({
    camera: `video:${folder}/clips/door.mp4?loop=1`,
    dataDir: folder,
    heartbeatMs: 60_000,
    mqtt: { port: 8883, prefix: 'rollcall' },
  });
});

test('a variable overrides the file, and an empty one is unset', () => {
  const environment = { ROLLCALL_AGENT_HEARTBEAT_MS: '5000', ROLLCALL_AGENT_LOG_LEVEL: '' };
  expect(load({ ...least, logLevel: 'warn' }, environment)).toMatchObject({ heartbeatMs: 5_000, logLevel: 'warn' });
});

test('a switch is set by a variable too, and nothing but true and false is one', () => {
  expect(load(least)).toMatchObject({ faceGate: 'auto', crop: true });
  expect(load(least, { ROLLCALL_AGENT_CROP: 'false', ROLLCALL_AGENT_FACE_GATE: 'off' })).toMatchObject({
    crop: false,
    faceGate: 'off',
  });
  expect(() => load(least, { ROLLCALL_AGENT_CROP: 'no' })).toThrow(Misconfigured);
});

test('a claim has to be there, until the device has its own certificate', () => {
  const provisioning = { serial: 'camera-1', claimCertFile: 'claim.pem', claimKeyFile: 'claim.key' };
  expect(() => load({ ...least, provisioning })).toThrow(/claimCertFile.*\n.*claimKeyFile/);
  writeFileSync(join(folder, 'device.json'), '{}');
  expect(load({ ...least, provisioning }).provisioning?.claimCertFile).toBe(join(folder, 'claim.pem'));
});

test.each(['', 'not JSON', '[]', 'null'])('a file that reads %j is Misconfigured', (text) => {
  expect(() => load(text)).toThrow(Misconfigured);
});

test('a file that is not there is Misconfigured', () => {
  expect(() => loadAgentConfig(join(folder, 'none.json'), {})).toThrow(Misconfigured);
});
