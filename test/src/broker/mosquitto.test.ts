import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import {
  type Credentials,
  startTestBroker,
  type TestBroker,
} from '@rollcall/cloud/adapters/local/site-broker-for-tests';
import { DeviceId } from '@rollcall/contract/ids';
import { configShadowTopic } from '@rollcall/contract/topics';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const run = promisify(execFile);

function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

// Skipped without mosquitto-clients (Debian): it is a cross-check by a client that shares no code with ours.
describe.skipIf(!isInstalled('mosquitto_pub'))('mosquitto_pub, where it is installed, against the site broker', () => {
  let test: TestBroker;
  let common: string[];
  beforeAll(async () => {
    test = await startTestBroker();
    const camera: Credentials = await test.device('camera-1');
    const file = (name: string) => join(test.folder, name);
    await writeFile(file('camera.pem'), camera.cert);
    await writeFile(file('camera.key'), camera.key);
    common = [
      '-h',
      'localhost',
      '-p',
      String(test.port),
      '--cafile',
      test.ca.certificateFile,
      '-q',
      '1',
      '-m',
      '{"v":1}',
    ];
    common.push('--cert', file('camera.pem'), '--key', file('camera.key'));
  });
  afterAll(() => test.stop());

  const publish = (version: string, clientId: string, topic: string) =>
    run('mosquitto_pub', [...common, '-V', version, '-i', clientId, '-t', topic], { timeout: 10_000 });

  it.each(['mqttv311', '5'])('publishes on the device’s own rule (%s)', async (version) => {
    test.messages.length = 0;
    await publish(version, 'camera-1', '$aws/rules/rollcall_capture/main/camera-1');
    await vi.waitFor(() => expect(test.messages).toHaveLength(1));
    expect(Buffer.from(test.messages[0]?.payload ?? []).toString()).toBe('{"v":1}');
  });

  it.each(['mqttv311', '5'])('sets and reads its own configuration (%s)', async (version) => {
    const shadow = configShadowTopic(DeviceId.parse('camera-1'));
    const ask = async (request: string, message: string, outcome = 'accepted') => {
      const connection = common.slice(0, common.indexOf('-m'));
      const answer = ['-t', `${shadow}/${request}`, '-e', `${shadow}/${request}/${outcome}`, '-m', message, '-W', '5'];
      const rest = common.slice(common.indexOf('-m') + 2);
      const client = ['-V', version, '-i', 'camera-1'];
      const { stdout } = await run('mosquitto_rr', [...connection, ...rest, ...client, ...answer], { timeout: 10_000 });
      return stdout;
    };
    expect(await ask('update', '{"state":{"desired":{"a":1}},"clientToken":"t"}')).toContain('"clientToken":"t"');
    expect(await ask('get', '')).toContain('"state":{"desired":{"a":1},"delta":{"a":1}}');
    expect(await ask('update', '{"state"', 'rejected')).toContain('"code":400');
  });

  it('is refused under another name', async () => {
    await expect(publish('5', 'camera-2', '$aws/rules/rollcall_capture/main/camera-1')).rejects.toMatchObject({
      code: expect.any(Number),
    });
    await expect(publish('mqttv311', 'camera-2', '$aws/rules/rollcall_capture/main/camera-2')).rejects.toMatchObject({
      code: expect.any(Number),
    });
    expect(test.logged.some((line) => line.fields['code'] === 'wrong-client-id')).toBe(true);
  });

  it('hands nothing in on another device’s topic', async () => {
    test.messages.length = 0;
    await publish('5', 'camera-1', '$aws/rules/rollcall_capture/main/camera-2').catch(() => {});
    expect(test.logged.some((line) => line.event === 'publish-denied')).toBe(true);
    expect(test.messages).toEqual([]);
  });
});
