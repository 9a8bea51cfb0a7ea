import type { DatabaseSync } from 'node:sqlite';
import { Misconfigured } from '@rollcall/kit/app-error';

/** Kept in `user_version`. A change to the schema raises it and brings the steps from the one before. */
const schemaVersion = 1;

/**
 * `data` is the item as JSON, its keys included. SQLite compares TEXT by its UTF-8 bytes, as DynamoDB does.
 * The indexes end in the item's own key, so that items with the same index key have an order to page by.
 */
const schema = `
  CREATE TABLE items (
    pk TEXT NOT NULL, sk TEXT NOT NULL, version INTEGER NOT NULL, expires_at INTEGER,
    i1pk TEXT, i1sk TEXT, i2pk TEXT, i2sk TEXT, data TEXT NOT NULL, UNIQUE (pk, sk)
  ) STRICT;
  CREATE INDEX items_by_1 ON items (i1pk, i1sk, pk, sk) WHERE i1pk IS NOT NULL;
  CREATE INDEX items_by_2 ON items (i2pk, i2sk, pk, sk) WHERE i2pk IS NOT NULL;
  CREATE INDEX items_by_expiry ON items (expires_at) WHERE expires_at IS NOT NULL;
  PRAGMA user_version = ${schemaVersion};
`;

/** Sets durability and makes the tables of a new file. @throws Misconfigured for a file that a newer version made. */
export function prepareSchema(database: DatabaseSync, path: string): void {
  // FULL in WAL mode: fsync at each commit, so that what was answered survives a power cut.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;');
  const found = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  if (found > schemaVersion) {
    throw new Misconfigured(
      `${path} has schema ${found}, this version of Rollcall knows ${schemaVersion}: update Rollcall`,
    );
  }
  if (found === 0) database.exec(`BEGIN IMMEDIATE; ${schema} COMMIT;`);
}
