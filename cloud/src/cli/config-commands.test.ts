import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeviceConfigStatus } from '@rollcall/contract/device-config';
import { DeviceId, OrganizationId } from '@rollcall/contract/ids';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allowDevice } from '../domain/allow-device.ts';
import { commandLine } from './command-for-tests.ts';

const org = OrganizationId.parse('main');

describe('the configuration of devices on the command line', () => {
  let folder: string;
  let cli: Awaited<ReturnType<typeof commandLine>>;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-config-'));
    cli = await commandLine(folder, 'operator');
    for (const id of ['SN-1', 'SN-2']) await allowDevice(cli.deps, org, { id: DeviceId.parse(id) });
  });
  afterEach(() => rm(folder, { recursive: true }));

  const desired = async (id: string) => {
    const { out } = await cli.run(['device', 'config', id, '--json']);
    return DeviceConfigStatus.parse(JSON.parse(out)).desired;
  };

  it('is set key by key, taken back, and read', async () => {
    const set = ['--set', 'motion.minArea=0.02', '--set', 'motion.masks=[]', '--set', 'logLevel=debug'];
    const first = await cli.run(['device', 'config', 'SN-1', ...set]);
    expect(first).toMatchObject({ code: 0, out: 'SN-1: version 1 waits for the camera\n' });
    expect(await desired('SN-1')).toEqual({ motion: { minArea: 0.02, masks: [] }, logLevel: 'debug' });
    expect((await cli.run(['device', 'config', 'SN-1', ...set])).out).toBe(
      'SN-1: already: version 1 waits for the camera\n',
    );
    await cli.run(['device', 'config', 'SN-1', '--unset', 'motion.masks', '--set', 'crop=false']);
    expect(await desired('SN-1')).toEqual({ motion: { minArea: 0.02 }, logLevel: 'debug', crop: false });
    expect((await cli.run(['device', 'config', 'SN-1'])).out).toContain('version 2 waits for the camera');
  });

  it('is replaced by a file, on every device of a CSV, with a result per row', async () => {
    await writeFile(join(folder, 'settings.json'), JSON.stringify({ heartbeatMs: 30_000 }));
    await writeFile(join(folder, 'devices.csv'), 'serial\nSN-1\nSN-9\nSN-2\n');
    const args = ['device', 'config', '--csv', 'devices.csv'];
    const { code, out } = await cli.run([...args, '--file', 'settings.json']);
    expect(code).toBe(1);
    expect(out).toMatch(/SN-1 +done/);
    expect(out).toMatch(/SN-9 +failed +there is no device SN-9/);
    expect(out).toContain('2 done, 0 were so already, 1 failed');
    expect(await desired('SN-2')).toEqual({ heartbeatMs: 30_000 });
    expect((await cli.run(args)).out).toContain('{"heartbeatMs":30000}');
  });

  it.each([
    [['--set', 'colour=red'], 'colour'],
    [['--set', 'motion.minArea=40'], 'motion.minArea'],
    [['--set', 'nonsense'], 'expected --set key=value'],
    [['--file', 'nowhere.json'], 'cannot read JSON'],
    [['--file', 'x.json', '--set', 'crop=true'], 'either --file'],
  ])('says what does not fit: %j', async (args, words) => {
    const { code, err } = await cli.run(['device', 'config', 'SN-1', ...args]);
    expect(code).toBe(1);
    expect(err).toContain(words);
    expect(await desired('SN-1')).toEqual({});
  });
});
