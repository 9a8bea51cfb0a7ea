import { Role } from '@rollcall/contract/access';
import { OrganizationId, UserId } from '@rollcall/contract/ids';
import { Instant } from '@rollcall/contract/instant';
import { Conflict } from '@rollcall/kit/app-error';
import { z } from 'zod';
import type { Key, Table } from '../ports/table.ts';

const User = z.object({
  id: UserId,
  organizationId: OrganizationId,
  email: z.string(),
  name: z.string(),
  role: Role,
  passwordHash: z.string(),
  createdAt: Instant,
});
/** Somebody who signs in. */
export type User = Readonly<z.infer<typeof User>>;

const EmailClaim = z.object({ userId: UserId });

/** Users by id and by email; an email is one user's in the whole installation, for that is how they sign in. */
export class UserStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async get(id: string): Promise<User | undefined> {
    const item = await this.#table.get(userKey(id));
    return item && User.parse(item);
  }

  async findByEmail(email: string): Promise<User | undefined> {
    const item = await this.#table.get(emailKey(email));
    return item && this.get(EmailClaim.parse(item).userId);
  }

  /** @throws Conflict when the email is taken. */
  async create(user: User): Promise<void> {
    // The record first: until its email points at it nobody can sign in with it, so half of this does no harm.
    const i1sk = `${user.email}#${user.id}`;
    await this.#table.put({ ...user, ...userKey(user.id), i1pk: `${user.organizationId}#users`, i1sk }, 'absent');
    try {
      await this.#table.put({ ...emailKey(user.email), userId: user.id }, 'absent');
    } catch (error) {
      await this.#table.delete(userKey(user.id));
      if (!(error instanceof Conflict)) throw error;
      throw new Conflict('expected an email that no other user has', { cause: error });
    }
  }
}

function userKey(id: string): Key {
  return { pk: `user#${id}`, sk: 'user' };
}

function emailKey(email: string): Key {
  return { pk: `user-email#${email.trim().toLowerCase()}`, sk: 'user' };
}
