import { constants } from 'node:fs';
import { access, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentConfig } from '@rollcall/contract/agent-config';
import type { DeviceClaimCreated } from '@rollcall/contract/device-claim';
import type { DeviceId } from '@rollcall/contract/ids';
import { InvalidInput } from '@rollcall/kit/app-error';
import { parse } from '@rollcall/kit/parse';
import { writeDurably } from '@rollcall/kit/write-durably';
import { z } from 'zod';

/** The folder on the boot partition from which a device sets itself up: `docs/devices.md`. */
export const bootFolder = 'rollcall';

export interface DeviceFilesOptions {
  /** The boot partition of a memory card, or any folder that is there. */
  readonly folder: string;
  readonly serial: DeviceId;
  readonly camera: string;
  readonly mqttHost: string;
  readonly claim: DeviceClaimCreated;
}

/**
 * Writes what a device needs to come for the first time. What another claim, camera or broker wrote before is written over.
 * @returns where, and whether all of it was there already. @throws InvalidInput
 */
export async function writeDeviceFiles(options: DeviceFilesOptions): Promise<{ target: string; wasThere: boolean }> {
  const { folder, serial, claim } = options;
  const config = `${JSON.stringify(configOf(options), null, 2)}\n`;
  const target = await checkDeviceFolder(folder, serial);
  const there = await Promise.all(['agent.json', 'claim.key'].map((file) => textOf(join(target, file))));
  if (there[0] === config && there[1] === claim.privateKeyPem) return { target, wasThere: true };
  try {
    // What says that the others are there must not say so of others.
    await rm(join(target, 'agent.json'), { force: true });
    await mkdir(target, { recursive: true, mode: 0o700 });
    if (claim.caPem !== null) await writeDurably(join(target, 'ca.pem'), claim.caPem, { mode: 0o644 });
    await writeDurably(join(target, 'claim.key'), claim.privateKeyPem, { mode: 0o600 });
    await writeDurably(join(target, 'claim.pem'), claim.certificatePem, { mode: 0o644 });
    await writeDurably(join(target, 'README.txt'), note(options), { mode: 0o644 });
    // Last: it says that the others are there.
    await writeDurably(join(target, 'agent.json'), config, { mode: 0o600 });
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    throw new InvalidInput(`${target} cannot be written (${cause.message})`, { cause });
  }
  return { target, wasThere: false };
}

/** Where the files of a device go in a folder. @throws InvalidInput when they cannot, or are another device's already. */
export async function checkDeviceFolder(folder: string, serial: DeviceId): Promise<string> {
  const target = join(folder, bootFolder);
  try {
    await access(folder, constants.W_OK);
    if (!(await stat(folder)).isDirectory()) throw new InvalidInput(`${folder} is no folder`);
  } catch (cause) {
    if (cause instanceof InvalidInput) throw cause;
    throw new InvalidInput(`expected a folder that can be written, such as a mounted boot partition, at ${folder}`, {
      cause,
    });
  }
  const there = await textOf(join(target, 'agent.json'));
  const other = there === undefined ? undefined : serialIn(there);
  if (other !== undefined && other !== serial) {
    throw new InvalidInput(`${target} is for device ${other} already: take another folder, or delete that one`);
  }
  return target;
}

function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

function serialIn(text: string): string | undefined {
  try {
    return z.object({ provisioning: z.object({ serial: z.string() }) }).parse(JSON.parse(text)).provisioning.serial;
  } catch {
    return undefined;
  }
}

/** Relative paths: they are found beside it, wherever the agent takes them. @throws InvalidInput for what the agent would refuse */
function configOf({ serial, camera, mqttHost, claim }: DeviceFilesOptions) {
  const { port, prefix } = claim.mqtt;
  const provisioning = { serial, template: claim.template, claimCertFile: 'claim.pem', claimKeyFile: 'claim.key' };
  const mqtt = { host: mqttHost, port, prefix, ...(claim.caPem === null ? {} : { caFile: 'ca.pem' }) };
  const config = { org: claim.org, camera, mqtt, provisioning };
  parse(AgentConfig, config, 'the configuration');
  return config;
}

function note({ serial, claim }: DeviceFilesOptions): string {
  return `This card makes the Rollcall camera ${serial}.

At its first start the agent takes these files to itself and deletes them here. Until then claim.key is a secret: with it, whoever has the
serial number of a camera that is awaited can come in its place. It counts until ${claim.expiresAt ?? 'it is revoked'}.
If this card is lost before: rollcall claim revoke ${claim.id}
`;
}
