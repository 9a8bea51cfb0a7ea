import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentVersion } from '../src/agent-version.ts';
import { checkRelease } from '../src/release/launch.ts';

const run = promisify(execFile);
const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
const program = fileURLToPath(new URL('package-agent.ts', import.meta.url));
const unit = fileURLToPath(new URL('rollcall-agent.service', import.meta.url));
const importBoot = fileURLToPath(new URL('import-boot.sh', import.meta.url));

// It installs the agent's dependencies with the pnpm that runs it.
const hasPnpm = process.env.npm_execpath !== undefined;
const hasDpkg = await has('dpkg-deb');
const hasSystemd = await has('systemd-analyze');

function has(command: string): Promise<boolean> {
  return run(command, ['--version']).then(
    () => true,
    () => false,
  );
}

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-package-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(!hasPnpm || !hasDpkg)(
  `the package for this machine${hasDpkg ? '' : ' (no dpkg-deb)'}${hasPnpm ? '' : ' (not run by pnpm)'}`,
  () => {
    let installed: string;
    let release: string;
    const publicKeyFile = () => join(installed, 'usr/lib/rollcall-agent/release.pub');

    beforeAll(async () => {
      const keyFile = join(folder, 'release.key');
      const { privateKey } = generateKeyPairSync('ed25519');
      await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
      const argv = [program, '--arch', arch, '--key', keyFile, '--out', folder];
      const { stdout } = await run(process.execPath, argv);
      const files = stdout.trim().split('\n');
      installed = join(folder, 'installed');
      await run('dpkg-deb', ['--extract', files[0] ?? '', installed]);
      release = files[1] ?? '';
    }, 300_000);

    it('brings an agent that runs by itself, with its own Node', async () => {
      const home = join(installed, 'usr/lib/rollcall-agent');
      const agent = [join(home, 'app/agent/bin/rollcall-agent.mjs'), '--version'];
      const { stdout } = await run(join(home, 'bin/node'), agent, { env: {}, cwd: '/' });
      expect(stdout).toBe(`${agentVersion}\n`);
    });

    it('brings a launcher that becomes the agent', async () => {
      const home = join(installed, 'usr/lib/rollcall-agent');
      const env = { ROLLCALL_AGENT_DATA_DIR: join(folder, 'data'), ROLLCALL_AGENT_RELEASE_KEY_FILE: publicKeyFile() };
      const launcher = [join(home, 'app/agent/bin/rollcall-launch.mjs'), '--version'];
      const { stdout } = await run(join(home, 'bin/node'), launcher, { env, cwd: '/' });
      expect(stdout).toBe(`${agentVersion}\n`);
    });

    it('has nothing of tests, of other processors or of the descriptor of faces', async () => {
      const { stdout } = await run('find', [installed, '-type', 'f'], { maxBuffer: 16_000_000 });
      const needless = /\.test\.ts$|\/(darwin|win32)[-/]|face_recognition_model/;
      expect(stdout.split('\n').filter((file) => needless.test(file))).toEqual([]);
    });

    it('goes with a release that such a device takes', async () => {
      const unpacked = join(folder, 'release');
      await mkdir(join(unpacked, 'app'), { recursive: true });
      for (const file of ['release.json', 'release.json.sig']) await cp(join(release, file), join(unpacked, file));
      const archive = join(release, `rollcall-agent-${agentVersion}-${arch}.tar.gz`);
      await run('tar', ['-xzf', archive, '-C', join(unpacked, 'app')]);
      const trusted = await readFile(publicKeyFile(), 'utf8');
      await expect(checkRelease(unpacked, agentVersion, trusted)).resolves.toBeUndefined();
    });
  },
);

describe.skipIf(!hasSystemd)(`the unit${hasSystemd ? '' : ' (no systemd-analyze)'}`, () => {
  it('is one that systemd understands, and leaves the agent little', async () => {
    const { stderr } = await run('systemd-analyze', ['verify', unit]).catch((error: { stderr: string }) => error);
    // What it starts comes with the package.
    const complaints = stderr.split('\n').filter((line) => line && !line.includes('is not executable'));
    expect(complaints).toEqual([]);
    await run('systemd-analyze', ['security', '--offline=true', '--threshold=30', unit]);
  });
});

describe('what lies on the boot partition', () => {
  it('is taken in with nothing left behind, and once', async () => {
    const boot = join(folder, 'boot', 'rollcall');
    const state = join(folder, 'state');
    await mkdir(boot, { recursive: true });
    await mkdir(state);
    await writeFile(join(boot, 'agent.json'), '{"org":"main"}');
    await writeFile(join(boot, 'claim.key'), 'secret');
    // Whoever took over the agent may have put links there, for root to write through.
    const elsewhere = join(folder, 'elsewhere');
    await writeFile(elsewhere, 'untouched');
    for (const name of ['.agent.json.new', 'claim.key']) await symlink(elsewhere, join(state, name));
    await run('sh', [importBoot, state, boot]);
    expect(await readFile(elsewhere, 'utf8')).toBe('untouched');
    expect(await readFile(join(state, 'agent.json'), 'utf8')).toBe('{"org":"main"}');
    expect(await readFile(join(state, 'claim.key'), 'utf8')).toBe('secret');
    await expect(readFile(join(boot, 'claim.key'))).rejects.toThrow('ENOENT');
    await writeFile(join(state, 'agent.json'), 'changed since');
    await run('sh', [importBoot, state, boot]);
    expect(await readFile(join(state, 'agent.json'), 'utf8')).toBe('changed since');
  });
});
