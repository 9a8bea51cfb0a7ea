import { randomBytes } from 'node:crypto';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Misconfigured } from '@rollcall/kit/app-error';
import { parse } from '@rollcall/kit/parse';
import { nodeDisk } from '@rollcall/kit/disk';
import { writeDurably } from '@rollcall/kit/write-durably';
import { z } from 'zod';

/** `DIR/credentials.json`: how the owner, and the owner's scripts, get in. */
export const Credentials = z.object({
  url: z.url(),
  email: z.email(),
  password: z.string().min(1),
  apiKey: z.string().min(1),
});
export type Credentials = z.infer<typeof Credentials>;

export function credentialsFile(dataDir: string): string {
  return join(dataDir, 'credentials.json');
}

/**
 * What the file says; undefined when there is none. @param name `draft`: what a first start noted that has not come to its end.
 * @throws Misconfigured when it is not what was written.
 */
export async function readCredentials(
  dataDir: string,
  name: 'final' | 'draft' = 'final',
): Promise<Credentials | undefined> {
  const file = name === 'final' ? credentialsFile(dataDir) : draftFile(dataDir);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new Misconfigured(`${file} cannot be read: ${error.message}`, { cause: error });
  });
  if (text === undefined) return undefined;
  try {
    return parse(Credentials, JSON.parse(text), file);
  } catch (cause) {
    throw new Misconfigured(`${file} is damaged: put it back, or delete it and make a new API key in the dashboard.`, {
      cause,
    });
  }
}

/** Notes (mode 0600) the secrets that accounts are about to be made with, so that a start that is cut off goes on with the same ones. */
export async function draftCredentials(dataDir: string, credentials: Credentials): Promise<void> {
  await writeDurably(draftFile(dataDir), `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
}

/** Puts the draft in its place: from here on they let somebody in. */
export async function publishCredentials(dataDir: string): Promise<void> {
  await rename(draftFile(dataDir), credentialsFile(dataDir));
  await nodeDisk.syncFolder(dataDir);
}

export function newCredentials(url: string): Credentials {
  return {
    url,
    email: 'owner@rollcall.local',
    password: randomBytes(12).toString('base64url'),
    apiKey: `rk_${randomBytes(32).toString('base64url')}`,
  };
}

function draftFile(dataDir: string): string {
  return join(dataDir, 'credentials.draft.json');
}
