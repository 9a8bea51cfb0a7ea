import type { CaptureCreated, CaptureStatus } from '@rollcall/contract/sighting';
import { type Answer, type Site, until } from './start-site.ts';

/** Who hands in: the owner's script unless a key is given. */
export interface HandInOptions {
  readonly apiKey?: string;
  readonly doorId?: string;
}

/** Asks for an upload address, as a kiosk or a phone does. */
export async function askForUpload(site: Site, options: HandInOptions = {}): Promise<CaptureCreated> {
  const { apiKey = site.apiKey, doorId } = options;
  const body = doorId === undefined ? {} : { doorId };
  const { status, body: created } = await site.api<CaptureCreated>('POST', '/v1/captures', body, {
    'x-api-key': apiKey,
  });
  if (status !== 201) throw new Error(`no upload address: ${status} ${JSON.stringify(created)}`);
  return created;
}

/** Puts the picture where it was told to. */
export async function upload(
  site: Site,
  { url, method, headers }: CaptureCreated['upload'],
  picture: Uint8Array,
): Promise<Answer<{ code?: string; detail?: string }>> {
  return site.api(method, url, picture, { ...headers, 'x-api-key': '' });
}

/** Reads a capture until it is there, and recognized or failed. */
export async function answerOf(
  site: Site,
  captureId: string,
  { apiKey = site.apiKey, withinMs = 90_000 } = {},
): Promise<CaptureStatus> {
  const read = async () => {
    const path = `/v1/captures/${captureId}`;
    const { status, body } = await site.api<CaptureStatus>('GET', path, undefined, { 'x-api-key': apiKey });
    return status === 200 && body.status !== 'pending' && body;
  };
  return until(`an answer about capture ${captureId}`, read, withinMs);
}

/** The whole way of a picture that somebody holds up at a kiosk. */
export async function handIn(site: Site, picture: Uint8Array, options: HandInOptions = {}): Promise<CaptureStatus> {
  const created = await askForUpload(site, options);
  const { status, body } = await upload(site, created.upload, picture);
  if (status !== 204) throw new Error(`the upload was refused: ${status} ${JSON.stringify(body)}`);
  return answerOf(site, created.captureId, options.apiKey === undefined ? {} : { apiKey: options.apiKey });
}
