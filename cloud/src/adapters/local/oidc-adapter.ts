import { createHash } from 'node:crypto';
import { Conflict } from '@rollcall/kit/app-error';
import type { Clock } from '@rollcall/kit/clock';
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { z } from 'zod';
import type { Item, Key, Table } from '../../ports/table.ts';

const Stored = z.object({ payload: z.record(z.string(), z.unknown()), expiresAt: z.number() });

/** Models whose id is the secret that its holder shows; the table gets its hash only. */
const secretIds = new Set(['RefreshToken', 'AuthorizationCode']);

/** Seconds that anything without a lifetime of its own is kept. */
const longestSeconds = 400 * 24 * 60 * 60;

/** Where oidc-provider keeps sessions, grants, codes and refresh tokens: the table, each with its expiry. */
export class OidcAdapter implements Adapter {
  readonly #model: string;
  readonly #table: Table;
  readonly #clock: Clock;

  constructor(model: string, table: Table, clock: Clock) {
    this.#model = model;
    this.#table = table;
    this.#clock = clock;
  }

  async upsert(id: string, payload: AdapterPayload, expiresInSeconds: number): Promise<void> {
    const key = this.#key(id);
    const { jti, ...rest } = payload;
    const seconds = Number.isFinite(expiresInSeconds) ? expiresInSeconds : longestSeconds;
    await this.#table.put({
      ...key,
      // As JSON has it: no undefined members.
      payload: JSON.parse(JSON.stringify(secretIds.has(this.#model) ? rest : { jti, ...rest })),
      expiresAt: Math.ceil(this.#clock.now() / 1000 + seconds),
      ...(payload.grantId ? { i1pk: `oidc#grant#${payload.grantId}`, i1sk: key.pk } : {}),
      ...(payload.uid ? { i2pk: `oidc#${this.#model}-uid#${payload.uid}`, i2sk: key.pk } : {}),
    });
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const payload = this.#live(await this.#table.get(this.#key(id)));
    return payload && { ...payload, jti: id };
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const partition = `oidc#${this.#model}-uid#${uid}`;
    const { items } = await this.#table.query({ partition, index: 2, limit: 1 });
    return this.#live(items[0]);
  }

  /** Of the device flow, which is off. */
  findByUserCode(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  /** Once: of two that show the same code or refresh token at the same time one is refused. */
  async consume(id: string): Promise<void> {
    const item = await this.#table.get(this.#key(id));
    if (!item) return;
    const { payload } = Stored.parse(item);
    const consumed = Math.floor(this.#clock.now() / 1000);
    try {
      await this.#table.put(
        { ...item, payload: JSON.parse(JSON.stringify({ ...payload, consumed })) },
        item.version ?? 'absent',
      );
    } catch (error) {
      if (error instanceof Conflict) throw new errors.InvalidGrant('it was used already');
      throw error;
    }
  }

  async destroy(id: string): Promise<void> {
    await this.#table.delete(this.#key(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    const partition = `oidc#grant#${grantId}`;
    for (;;) {
      const { items, cursor } = await this.#table.query({ partition, index: 1, limit: 100 });
      if (items.length > 0) await this.#table.batch(items.map(({ pk, sk }) => ({ delete: { pk, sk } })));
      if (!cursor) return;
    }
  }

  #key(id: string): Key {
    return { pk: `oidc#${this.#model}#${createHash('sha256').update(id).digest('base64url')}`, sk: 'oidc' };
  }

  #live(item: Item | undefined): Record<string, unknown> | undefined {
    if (!item) return undefined;
    const { payload, expiresAt } = Stored.parse(item);
    return expiresAt * 1000 > this.#clock.now() ? payload : undefined;
  }
}
