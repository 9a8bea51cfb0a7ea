import { OrganizationId } from '@rollcall/contract/ids';
import { Conflict } from '@rollcall/kit/app-error';
import { describe, expect, it } from 'vitest';
import { MemoryTable } from '../adapters/local/memory-table.ts';
import { OrganizationDirectory } from './organization-directory.ts';

const createdAt = '2026-01-05T07:00:00.000Z';

describe('the directory of organizations', () => {
  it('lists all of them by id, however many pages that takes', async () => {
    const directory = new OrganizationDirectory(new MemoryTable());
    const ids = Array.from({ length: 1_001 }, (_, n) => OrganizationId.parse(`school-${String(n).padStart(4, '0')}`));
    for (const id of ids.toReversed()) await directory.add({ id, createdAt });
    const listed: string[] = [];
    for await (const entry of directory.list()) listed.push(entry.id);
    expect(listed).toEqual(ids);
  });

  it('holds an id once', async () => {
    const directory = new OrganizationDirectory(new MemoryTable());
    const id = OrganizationId.parse('school');
    await directory.add({ id, createdAt });
    await expect(directory.add({ id, createdAt })).rejects.toThrow(Conflict);
    expect(await directory.get(id)).toEqual({ id, createdAt });
    expect(await directory.get(OrganizationId.parse('other'))).toBeUndefined();
  });
});
