import { describe, expect, it } from 'vitest';
import { hashPassword, verifyPassword } from './password-hash.ts';

describe('a password', () => {
  it('fits its own hash alone, however é is typed, and two hashes of it differ', async () => {
    const [one, two] = [await hashPassword('caf\u00e9'), await hashPassword('caf\u00e9')];
    expect(one).not.toBe(two);
    expect(one).not.toContain('caf');
    expect(await verifyPassword('cafe\u0301', one)).toBe(true);
    expect(await verifyPassword('cafe', one)).toBe(false);
  });

  it('fits nobody who is not there, and nothing that is no hash', async () => {
    expect(await verifyPassword('', undefined)).toBe(false);
    expect(await verifyPassword('x', undefined)).toBe(false);
  });
});
