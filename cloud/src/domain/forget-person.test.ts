import { OrganizationId, PersonId } from '@rollcall/contract/ids';
import { ManualClock } from '@rollcall/kit/clock';
import { ulid } from 'ulid';
import { describe, expect, it } from 'vitest';
import { MemoryTable } from '../adapters/local/memory-table.ts';
import type { Table } from '../ports/table.ts';
import { ExternalIdStore } from '../store/external-id-store.ts';
import { ForgettingStore } from '../store/forgetting-store.ts';
import { GroupStore } from '../store/group-store.ts';
import { PeopleStore } from '../store/people-store.ts';
import { changePerson } from './change-person.ts';
import { forgetPerson, resumeForgetting } from './forget-person.ts';
import { listPeople } from './list-people.ts';
import { registerPerson } from './register-person.ts';

const main = OrganizationId.parse('main');

const writing = new Set<string | symbol>(['put', 'delete', 'batch', 'add']);

class PowerCut extends Error {}

/** Works for so many writes, then never again, as a process that is killed. */
function failingAfter(table: Table, writes: number): Table {
  let left = writes;
  return new Proxy(table, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property);
      if (typeof member !== 'function') return member;
      return (...parameters: unknown[]) => {
        if (writing.has(property) && left-- <= 0) throw new PowerCut();
        return Reflect.apply(member, target, parameters) as unknown;
      };
    },
  });
}

function world(table: Table, clock: ManualClock) {
  return {
    people: new PeopleStore(table),
    externalIds: new ExternalIdStore(table),
    groups: new GroupStore(table),
    forgetting: new ForgettingStore(table),
    clock,
    newId: () => ulid(clock.now()),
    newPersonId: () => PersonId.parse(ulid(clock.now())),
    forgetEvidence: () => Promise.resolve({ captures: 3, sightings: 2, attendance: 1 }),
    images: { deletePrefix: () => Promise.resolve(0) },
    engine: { delete: () => Promise.resolve(0) },
  };
}

/** Runs `act` with a power cut after each number of writes, until it gets through without one. */
async function atEveryWrite(
  act: (deps: ReturnType<typeof world>, personId: PersonId) => Promise<unknown>,
  check: (deps: ReturnType<typeof world>, personId: PersonId, cutAfter: number) => Promise<void>,
): Promise<void> {
  for (let cutAfter = 0; ; cutAfter++) {
    const clock = new ManualClock();
    const table = new MemoryTable({ clock });
    const deps = world(table, clock);
    const person = await registerPerson(deps, main, { externalId: '7', name: 'Ada', groups: ['8a', '8b'] });
    const cut = await act(world(failingAfter(table, cutAfter), clock), person.id).then(
      () => false,
      (error: unknown) => {
        if (error instanceof PowerCut) return true;
        throw error;
      },
    );
    clock.advance(61_000);
    await check(deps, person.id, cutAfter);
    if (!cut) return;
  }
}

describe('a power cut at any write', () => {
  it('of forgetting leaves a person who is whole, or of whom nothing is left after the next start', async () => {
    await atEveryWrite(
      (deps, id) => forgetPerson(deps, main, id),
      async (deps, id, cutAfter) => {
        await resumeForgetting(deps, main);
        const left = await deps.people.get(main, id);
        expect([cutAfter, left?.name]).toEqual([cutAfter, cutAfter === 0 ? 'Ada' : undefined]);
        if (left) return;
        const receipt = await forgetPerson(deps, main, id);
        expect(receipt.removed).toMatchObject({ captures: 3, sightings: 2, attendance: 1 });
        expect(await deps.forgetting.underWay(main)).toEqual([]);
        expect(await deps.groups.count(main, '8a')).toBe(0);
        await registerPerson(deps, main, { externalId: '7', name: 'Next' });
      },
    );
  });

  it('of registering leaves the number free, or with the one person who was registered', async () => {
    await atEveryWrite(
      (deps) => registerPerson(deps, main, { externalId: '9', name: 'Ben', groups: ['8a'] }),
      async (deps) => {
        const retried = await registerPerson(deps, main, { externalId: '9', name: 'Ben', groups: ['8a'] }).then(
          () => 'registered',
          (error: { code?: string }) => error.code,
        );
        expect(retried).toMatch(/^(registered|external-id-taken)$/);
        const bens = await listPeople(deps, main, { limit: 10, query: 'ben' });
        expect(bens.items.map((p) => p.externalId)).toEqual(['9']);
        const members = await listPeople(deps, main, { limit: 10, groupId: '8a' });
        expect(members.items.map((p) => p.name)).toEqual(['Ada', 'Ben']);
      },
    );
  });

  it('of a change is mended by asking again, and keeps no number from others', async () => {
    const patch = { externalId: '8', name: 'Adele', groups: ['8b', '8c'] };
    await atEveryWrite(
      (deps, id) => changePerson(deps, main, id, patch),
      async (deps, id) => {
        expect(await changePerson(deps, main, id, patch)).toMatchObject(patch);
        await registerPerson(deps, main, { externalId: '7', name: 'Next' });
        const members = await listPeople(deps, main, { limit: 10, groupId: '8a' });
        expect(members.items).toEqual([]);
      },
    );
  });
});
