import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Person } from '@rollcall/contract/person';
import { AppError } from '@rollcall/kit/app-error';
import { backoff } from '@rollcall/kit/backoff';
import type { ApiClient, Send } from '../client/api-client.ts';
import { fitPhoto } from './fit-photo.ts';
import type { PersonRow } from './people-csv.ts';
import type { ProgressBar } from './progress-bar.ts';

export interface ImportResult {
  readonly externalId: string;
  readonly outcome: 'added' | 'changed' | 'unchanged' | 'failed' | 'checked';
  /** How many were added. */
  readonly photos: number;
  /** What was refused, in words. */
  readonly problems: readonly string[];
}

const mediaTypes: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
};

/** Rows at once: faces are read on more than one core. */
const atOnce = 4;

/** Adds or changes the people of a file, one result per row in its order. What fails in one row does not stop the others. */
export async function importPeople(
  client: ApiClient,
  rows: readonly PersonRow[],
  photos: ReadonlyMap<string, readonly string[]>,
  progress: ProgressBar,
): Promise<ImportResult[]> {
  const known = new Map<string, Person>();
  for await (const person of client.all(Person, '/v1/people')) known.set(person.externalId, person);
  const results: ImportResult[] = [];
  const queue = rows.entries();
  const work = async () => {
    for (const [index, row] of queue) {
      const { externalId } = row.input;
      results[index] = await importRow(client, row, known.get(externalId), photos.get(externalId) ?? []);
      progress.advance();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}

async function importRow(
  client: ApiClient,
  row: PersonRow,
  known: Person | undefined,
  files: readonly string[],
): Promise<ImportResult> {
  const { externalId } = row.input;
  try {
    const { person, outcome } = await putPerson(client, row, known);
    const path = `/v1/people/${person.id}`;
    const sameConsent = JSON.stringify(row.consent) === JSON.stringify(person.consent);
    if (row.consent && !sameConsent) await send(client, `${path}/consent`, { method: 'PUT', body: row.consent });
    const { added, problems } =
      person.photoCount > 0 ? { added: 0, problems: [] } : await addPhotos(client, path, files);
    const changed = added > 0 || (row.consent && !sameConsent);
    return { externalId, outcome: outcome === 'unchanged' && changed ? 'changed' : outcome, photos: added, problems };
  } catch (error) {
    return { externalId, outcome: 'failed', photos: 0, problems: [wordsOf(error)] };
  }
}

async function putPerson(
  client: ApiClient,
  { input }: PersonRow,
  known: Person | undefined,
): Promise<{ person: Person; outcome: 'added' | 'changed' | 'unchanged' }> {
  if (!known) {
    const response = await send(client, '/v1/people', { method: 'POST', body: input });
    return { person: Person.parse(await response.json()), outcome: 'added' };
  }
  const same = Object.entries(input).every(
    ([key, value]) => JSON.stringify(Reflect.get(known, key)) === JSON.stringify(value),
  );
  if (same) return { person: known, outcome: 'unchanged' };
  const response = await send(client, `/v1/people/${known.id}`, { method: 'PATCH', body: input });
  return { person: Person.parse(await response.json()), outcome: 'changed' };
}

async function addPhotos(
  client: ApiClient,
  path: string,
  files: readonly string[],
): Promise<{ added: number; problems: string[] }> {
  let added = 0;
  const problems: string[] = [];
  for (const file of files) {
    const contentType = mediaTypes[file.split('.').at(-1)?.toLowerCase() ?? ''] ?? '';
    try {
      const photo = await fitPhoto({ body: await readFile(file), contentType });
      await send(client, `${path}/photos`, { method: 'POST', ...photo });
      added++;
    } catch (error) {
      problems.push(`${basename(file)}: ${wordsOf(error)}`);
    }
  }
  return { added, problems };
}

/** A server that is busy is asked again, for about a minute. */
async function send(client: ApiClient, path: string, what: Send): Promise<Response> {
  for (const waitMs of backoff({ firstMs: 1000, maxMs: 16_000, attempts: 6 })) {
    try {
      return await client.send(path, what);
    } catch (error) {
      if (!(error instanceof AppError) || !error.retryable) throw error;
      await wait(waitMs);
    }
  }
  return client.send(path, what);
}

/** @throws what is no refusal but a bug. */
function wordsOf(error: unknown): string {
  if (error instanceof AppError) return `${error.message} (${error.code})`;
  if (error instanceof Error && 'syscall' in error) return error.message;
  throw error;
}
