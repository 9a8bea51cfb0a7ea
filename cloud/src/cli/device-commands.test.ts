import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentConfig } from '@rollcall/contract/agent-config';
import { DeviceClaim } from '@rollcall/contract/device-claim';
import { DeviceId, DoorId, OrganizationId, SiteId } from '@rollcall/contract/ids';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { commandLine } from './command-for-tests.ts';

const org = OrganizationId.parse('main');

describe('devices on the command line', () => {
  let folder: string;
  let cli: Awaited<ReturnType<typeof commandLine>>;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-devices-'));
    cli = await commandLine(folder, 'operator');
    const { places } = cli.deps;
    const siteId = SiteId.parse('main');
    await places.createSite(org, { id: siteId, name: 'Main', timeZone: 'UTC' });
    for (const name of ['north', 'south']) {
      await places.createDoor(org, { id: DoorId.parse(name), siteId, name, direction: 'both' });
    }
  });
  afterEach(() => rm(folder, { recursive: true }));

  const file = (name: string) => readFile(join(folder, name), 'utf8');
  const register = (id: string) =>
    cli.deps.devices.change(org, DeviceId.parse(id), (device) => ({ ...device, state: 'active', certificate: id }));
  it('are allowed by the hundred: a bad line fails by itself, and running it again does the rest', async () => {
    const good = Array.from({ length: 300 }, (_, n) => `SN-${n},${n % 2 ? 'north' : 'south'}`);
    const bad = ['SN-1,north', 'SN bad,north', ',north', 'SN-900,nowhere', 'SN-901,North Door', 'SN-902'];
    await writeFile(join(folder, 'devices.csv'), ['serial,door', ...good, ...bad].join('\r\n'));
    let shown = '';
    const args = ['device', 'allow', '--csv', 'devices.csv', '--at-once', '16', '--out', 'results.csv', '--json'];
    const first = await cli.run(args, { watched: true, err: (text) => void (shown = text) });
    expect(first.code).toBe(1);
    expect(shown).toMatch(/█ 306 of 306\n$/);
    const done = results(first.out);
    expect(done.slice(0, 300).every(([, outcome]) => outcome === 'done')).toBe(true);
    expect(done.slice(300)).toEqual([
      ['SN-1', 'failed'],
      ['SN bad', 'failed'],
      ['', 'failed'],
      ['SN-900', 'failed'],
      ['SN-901', 'failed'],
      ['SN-902', 'done'],
    ]);
    const lines = (await file('results.csv')).split('\r\n');
    expect(lines[0]).toBe('line,serial,result,detail');
    expect(lines[301]).toBe('302,SN-1,failed,it is in line 3 already');
    expect(lines[304]).toMatch(/^305,SN-900,failed,there is no door nowhere/);
    const told = await cli.run(args.filter((arg) => arg !== '--json'));
    expect(told.out).toMatch(
      /301 were so already, 5 failed\nline 302, SN-1: it is in line 3 already\nline 303, SN bad: /,
    );
    const again = await cli.run(args);
    expect(results(again.out).filter(([, outcome]) => outcome === 'already')).toHaveLength(301);
  });

  it.each([
    ['nothing', '', /has no devices/],
    ['a header alone', 'serial,door\n', /has no devices/],
    ['another table', 'externalId,name\n1,Ada', /serial: this column is missing.*name: expected one of/s],
    ['an open quote', 'serial\n"SN-1', /no CSV that can be read/],
    ['a column that is there twice', 'serial,serial\nSN-1,SN-2', /serial: this column is there twice/],
    ['something binary', '\u0000\u0001\u0002\nserial', /serial: this column is missing/],
  ])('are not guessed from a file with %s', async (_, text, said) => {
    await writeFile(join(folder, 'devices.csv'), text);
    const { code, out, err } = await cli.run(['device', 'allow', '--csv', 'devices.csv']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(said);
  });

  it('come from a file as Excel writes it, and one that would be misread is refused', async () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('serial\tdoor\r\nSN-1\tnorth\r\n', 'utf16le')]);
    await writeFile(join(folder, 'devices.csv'), utf16);
    expect((await cli.run(['device', 'allow', '--csv', 'devices.csv'])).out).toMatch(/2\s+SN-1\s+done/);
    await writeFile(join(folder, 'devices.csv'), Buffer.from('serial,door\nSN-2,Entr\u00e9e', 'latin1'));
    const { code, out, err } = await cli.run(['device', 'allow', '--csv', 'devices.csv']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/is not in UTF-8: save it as/);
  });

  it('fail by themselves when their line has more cells than the header; empty ones mean nothing', async () => {
    await writeFile(join(folder, 'devices.csv'), 'serial,door\nSN-1,north,and more\nSN-2,south,,\nSN-3\n');
    const { out } = await cli.run(['device', 'allow', '--csv', 'devices.csv', '--json']);
    expect(results(out)).toEqual([
      ['SN-1', 'failed'],
      ['SN-2', 'done'],
      ['SN-3', 'done'],
    ]);
  });

  it('need one device or a file, and not both', async () => {
    for (const args of [[], ['SN-1', '--csv', 'devices.csv']]) {
      expect(await cli.run(['device', 'revoke', ...args])).toMatchObject({
        code: 1,
        err: expect.stringMatching(/one device, or --csv/),
      });
    }
    const door = await cli.run(['device', 'allow', '--csv', 'devices.csv', '--door', 'north']);
    expect(door).toMatchObject({ code: 1, err: expect.stringMatching(/the column door says it/) });
    expect((await cli.run(['device', 'revoke', '--csv', 'none.csv'])).err).toMatch(/cannot read .*none\.csv/);
    expect((await cli.run(['device', 'revoke', 'SN-1', '--at-once', '99'])).err).toMatch(/--at-once/);
  });

  it('are replaced: the new one takes over the door, once, whoever is asked how often', async () => {
    await cli.run(['device', 'allow', 'old', '--door', 'north']);
    await register('old');
    expect(await cli.run(['device', 'replace', 'old', 'new'])).toMatchObject({
      code: 0,
      out: 'old: revoked; new watches north, once it has come\n',
    });
    expect((await cli.run(['device', 'replace', 'old', 'new'])).out).toMatch(/already/);
    expect((await cli.run(['device', 'show', 'old'])).out).toMatch(/replaced by\s+new/);
    expect(await cli.run(['device', 'replace', 'old', 'newer'])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/new took the place of device old already/),
    });
    expect(await cli.run(['device', 'replace', 'new', 'new'])).toMatchObject({ code: 1 });
    expect(await cli.run(['device', 'replace', 'nobody', 'x'])).toMatchObject({ code: 1 });
  });

  it('are told to renew their certificate, and to wipe themselves, once', async () => {
    await cli.run(['device', 'allow', 'SN-1']);
    expect((await cli.run(['device', 'rotate', 'SN-1'])).err).toMatch(/only one that has registered/);
    expect((await cli.run(['device', 'decommission', 'SN-1'])).err).toMatch(/has never come.*remove it/);
    await register('SN-1');
    expect((await cli.run(['device', 'rotate', 'SN-1'])).out).toMatch(/^SN-1: asked, .*-rotate/);
    expect((await cli.run(['device', 'rotate', 'SN-1'])).out).toMatch(/already: asked/);
    const gone = await cli.run(['device', 'decommission', 'SN-1', '--deadline', '24']);
    expect(gone.out).toMatch(/is wiped when it comes; revoked at 2026-01-06T08:00/);
    expect((await cli.run(['device', 'decommission', 'SN-1'])).out).toMatch(/already/);
    expect((await cli.run(['device', 'list'])).out).toMatch(/SN-1\s+decommissioning/);
    const soon = await cli.run(['device', 'decommission', 'SN-1', '--deadline', 'soon']);
    expect(soon).toMatchObject({ code: 1, err: expect.stringMatching(/^--deadline/) });
  });

  it('that were wiped have no access that could be revoked', async () => {
    await cli.run(['device', 'allow', 'SN-1']);
    const at = '2026-01-05T08:00:00.000Z';
    const decommission = { requestedAt: at, deadline: at, wipedAt: at };
    await cli.deps.devices.change(org, DeviceId.parse('SN-1'), (one) => ({
      ...one,
      state: 'decommissioned',
      decommission,
    }));
    expect((await cli.run(['device', 'revoke', 'SN-1'])).out).toBe(`SN-1: already: without access: wiped at ${at}\n`);
  });

  it('keep their doors when a list has none', async () => {
    await cli.run(['device', 'allow', 'SN-1', '--door', 'north']);
    await writeFile(join(folder, 'devices.csv'), 'serial\nSN-1\n');
    const ran = await cli.run(['device', 'assign', '--csv', 'devices.csv']);
    expect(ran).toMatchObject({ code: 1, err: expect.stringMatching(/door: this column is missing/) });
    expect((await cli.deps.devices.get(org, DeviceId.parse('SN-1')))?.doorId).toBe('north');
    await writeFile(join(folder, 'devices.csv'), 'serial,door\nSN-1,\n');
    expect((await cli.run(['device', 'assign', '--csv', 'devices.csv'])).out).toMatch(/SN-1 +done +watches no door/);
  });

  it('are told by the id of their door, which is on a list', async () => {
    expect(await cli.run(['door', 'add', 'Loading Bay', '--direction', 'in'])).toMatchObject({
      code: 0,
      out: 'Loading Bay is added: loading-bay\n',
    });
    expect((await cli.run(['door', 'list'])).out).toMatch(/^ID .*\nloading-bay +Loading Bay +in +main\nnorth /);
    expect(await cli.run(['door', 'add', 'X', '--direction', 'up'])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/direction/),
    });
    const none = await cli.run(['device', 'allow', 'SN-1', '--door', 'nowhere']);
    expect(none.err).toMatch(/there is no door nowhere: add it first/);
  });

  it('are not asked for half a minute each where no server is', async () => {
    await writeFile(
      join(folder, 'devices.csv'),
      ['serial', ...Array.from({ length: 300 }, (_, n) => `SN-${n}`)].join('\n'),
    );
    let asked = 0;
    const fetch = () => {
      asked++;
      return Promise.reject(new Error('refused'));
    };
    const { code, out } = await cli.run(['device', 'revoke', '--csv', 'devices.csv'], { fetch });
    expect(code).toBe(1);
    expect(out).toMatch(/0 done, 0 were so already, 300 failed/);
    expect(asked).toBe(300);
    const wrong = await cli.run(['--url', 'localhost:8080', 'device', 'list']);
    expect(wrong).toMatchObject({ code: 78, err: expect.stringMatching(/expected an address such as http/) });
  });

  describe('prepared for first contact', () => {
    it('get a configuration that the agent takes, a claim, and who signs the broker', async () => {
      await mkdir(join(folder, 'boot'));
      const args = ['device', 'prepare', 'SN-1', '--boot', 'boot', '--door', 'north'];
      expect(await cli.run(args)).toMatchObject({ code: 0, out: expect.stringMatching(/SN-1: may register once/) });
      const at = join(folder, 'boot', 'rollcall');
      expect((await readdir(at)).sort()).toEqual(['README.txt', 'agent.json', 'ca.pem', 'claim.key', 'claim.pem']);
      expect((await stat(join(at, 'claim.key'))).mode & 0o777).toBe(0o600);
      const config = AgentConfig.parse(JSON.parse(await file('boot/rollcall/agent.json')));
      expect(config).toMatchObject({
        org: 'main',
        camera: 'rpicam:',
        mqtt: { host: '192.168.1.5', port: 8883, prefix: 'rollcall', caFile: 'ca.pem' },
        provisioning: { serial: 'SN-1', template: 'rollcall', claimCertFile: 'claim.pem', claimKeyFile: 'claim.key' },
      });
      expect(await file('boot/rollcall/README.txt')).toMatch(/claim revoke [0-9a-f]{64}/);
      // Once more for the same card: the same files anew. Another device's card is not written over.
      expect((await cli.run(args)).code).toBe(0);
      const other = await cli.run(['device', 'prepare', 'SN-2', '--boot', 'boot']);
      expect(other).toMatchObject({ code: 1, err: expect.stringMatching(/is for device SN-1 already/) });
      // One that has registered needs none: no claim is left that nobody has.
      await register('SN-1');
      expect((await cli.run(args)).out).toMatch(/already: has registered/);
      expect((await cli.run(['claim', 'list'])).out).toMatch(/card of SN-1 +revoked/);
    });

    it('leave nothing behind when the card cannot be written, or the door is not there', async () => {
      await mkdir(join(folder, 'boot'));
      const none = await cli.run(['device', 'prepare', 'SN-1', '--boot', 'elsewhere']);
      expect(none).toMatchObject({ code: 1, err: expect.stringMatching(/expected a folder that can be written/) });
      await writeFile(join(folder, 'file'), '');
      expect((await cli.run(['device', 'prepare', 'SN-1', '--boot', 'file'])).err).toMatch(/is no folder/);
      expect((await cli.run(['claim', 'list'])).out).toBe('No claims yet.\n');
      const nowhere = await cli.run(['device', 'prepare', 'SN-1', '--boot', 'boot', '--door', 'nowhere']);
      expect(nowhere).toMatchObject({ code: 1, err: expect.stringMatching(/no door nowhere/) });
      expect((await cli.run(['claim', 'list'])).out).toMatch(/card of SN-1\s+revoked/);
      expect(await readdir(join(folder, 'boot'))).toEqual([]);
    });

    it('come in batches with one claim, which can be ended; what was cut off is gone on with', async () => {
      await writeFile(join(folder, 'devices.csv'), 'serial;door;camera\nSN-1;north;v4l2:/dev/video0\nSN-2;south;\n');
      const args = ['device', 'claim', '--csv', 'devices.csv', '--to', 'cards', '--name', 'Delivery 7', '--json'];
      const first = await cli.run(args);
      expect({ code: first.code, results: results(first.out) }).toEqual({
        code: 0,
        results: [
          ['SN-1', 'done'],
          ['SN-2', 'done'],
        ],
      });
      expect((await readdir(join(folder, 'cards'))).sort()).toEqual(['SN-1', 'SN-2', 'claim.json']);
      expect((await stat(join(folder, 'cards', 'claim.json'))).mode & 0o777).toBe(0o600);
      expect(JSON.parse(await file('cards/SN-1/rollcall/agent.json'))).toMatchObject({ camera: 'v4l2:/dev/video0' });
      expect(await file('cards/SN-1/rollcall/claim.key')).toBe(await file('cards/SN-2/rollcall/claim.key'));
      await register('SN-1');
      expect(results((await cli.run(args)).out)).toEqual([
        ['SN-1', 'already'],
        ['SN-2', 'already'],
      ]);
      await rm(join(folder, 'cards', 'SN-2', 'rollcall', 'agent.json'));
      expect(results((await cli.run(args)).out)[1]).toEqual(['SN-2', 'done']);
      const { out } = await cli.run(['claim', 'list', '--json']);
      const claims = z.array(DeviceClaim).parse(JSON.parse(out));
      expect(claims).toMatchObject([{ name: 'Delivery 7', revoked: false }]);
      expect((await cli.run(['claim', 'revoke', claims[0]?.id ?? ''])).out).toBe('Delivery 7 is revoked.\n');
      expect((await cli.run(['claim', 'revoke', 'f'.repeat(64)])).code).toBe(1);
      expect((await cli.run(['claim', 'list'])).out).toMatch(/Delivery 7\s+revoked/);
      expect((await cli.run(args)).err).toMatch(/was revoked: delete it/);
    });

    it('need a claim that is one, and is not over', async () => {
      await mkdir(join(folder, 'boot'));
      const prepare = ['device', 'prepare', 'SN-1', '--boot', 'boot', '--claim', 'claim.json'];
      expect((await cli.run(prepare)).err).toMatch(/there is no claim in/);
      await writeFile(join(folder, 'claim.json'), '{}');
      expect((await cli.run(prepare)).err).toMatch(/is no claim/);
      await cli.run(['device', 'claim', 'SN-2', '--to', 'cards']);
      const ended = { ...JSON.parse(await file('cards/claim.json')), expiresAt: '2020-01-01T00:00:00.000Z' };
      await writeFile(join(folder, 'claim.json'), JSON.stringify(ended));
      expect((await cli.run(prepare)).err).toMatch(/ended at 2020/);
    });

    it('are made by operators and above, and every claim is on record', async () => {
      const viewer = await commandLine(folder, 'viewer');
      const denied = await viewer.run(['device', 'claim', 'SN-1', '--to', 'cards']);
      expect(denied).toMatchObject({ code: 1, err: expect.stringMatching(/expected the role operator/) });
      await cli.run(['device', 'claim', 'SN-1', '--to', 'cards']);
      const { items } = await cli.deps.auditStore.list(org, { limit: 10 });
      expect(items.map(({ action }) => action)).toContain('device-claim.created');
      expect(JSON.stringify(items)).not.toContain('key 1');
    });
  });
});

function results(out: string): string[][] {
  const each = z.array(z.object({ serial: z.string(), outcome: z.string() })).parse(JSON.parse(out));
  return each.map(({ serial, outcome }) => [serial, outcome]);
}
