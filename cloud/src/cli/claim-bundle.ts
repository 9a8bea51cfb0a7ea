import { readFile } from 'node:fs/promises';
import { DeviceClaim, DeviceClaimCreated } from '@rollcall/contract/device-claim';
import { InvalidInput } from '@rollcall/kit/app-error';
import { writeDurably } from '@rollcall/kit/write-durably';
import type { ApiClient } from '../client/api-client.ts';
import { sendAgain } from './send-again.ts';

/** Makes a claim. Its key is in the answer alone. @throws AppError */
export async function makeClaim(client: ApiClient, name: string, days: number): Promise<DeviceClaimCreated> {
  const answer = await sendAgain(client, '/v1/device-claims', { method: 'POST', body: { name, days } });
  return DeviceClaimCreated.parse(await answer.json());
}

/** Keeps a claim with its key, for the owner alone, so that a batch can be gone on with. */
export async function saveClaim(file: string, claim: DeviceClaimCreated): Promise<void> {
  await writeDurably(file, `${JSON.stringify(claim, null, 2)}\n`, { mode: 0o600 });
}

/** A claim that was kept. @returns undefined when there is no such file. @throws InvalidInput for one that is no claim, or that has ended. */
export async function readClaim(client: ApiClient, file: string, now: number): Promise<DeviceClaimCreated | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new InvalidInput(`cannot read ${file}`, { cause: error });
  }
  const claim = parsed(text);
  const another = 'delete it to have another one made';
  if (!claim) throw new InvalidInput(`${file} is no claim: ${another}`);
  if (claim.expiresAt !== null && Date.parse(claim.expiresAt) <= now) {
    throw new InvalidInput(`the claim in ${file} ended at ${claim.expiresAt}: ${another}`);
  }
  for await (const { id, revoked } of client.all(DeviceClaim, '/v1/device-claims')) {
    if (id !== claim.id) continue;
    if (revoked) throw new InvalidInput(`the claim in ${file} was revoked: ${another}`);
    return claim;
  }
  throw new InvalidInput(`the claim in ${file} is of another server: ${another}`);
}

function parsed(text: string): DeviceClaimCreated | undefined {
  try {
    return DeviceClaimCreated.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The address of the broker that devices get: what was said, else where the server itself was reached, else the likeliest. */
export function brokerHost(claim: DeviceClaimCreated, url: string, said: string | undefined): string {
  const { hosts } = claim.mqtt;
  const { hostname } = new URL(url);
  return said ?? hosts.find((host) => host === hostname) ?? hosts[0] ?? hostname;
}
