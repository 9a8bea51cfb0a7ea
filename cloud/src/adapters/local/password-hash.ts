import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** OWASP Password Storage Cheat Sheet: scrypt with N = 2^15, r = 8, p = 3; 32 MB and about 0.2 s a try. */
const cost = { N: 2 ** 15, r: 8, p: 3 };
const keyBytes = 32;

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);

/** `scrypt$N$r$p$salt$key`: what it takes to check it later is in it. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await keyOf(password, salt, cost);
  return `scrypt$${cost.N}$${cost.r}$${cost.p}$${salt.toString('base64url')}$${key.toString('base64url')}`;
}

/** Without a hash (there is no such user) it takes as long and is false, so that time does not tell who is a user. */
export async function verifyPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [, N, r, p, salt = '', key = ''] = (hash ?? hashOfNobody).split('$');
  const expected = Buffer.from(key, 'base64url');
  const actual = await keyOf(password, Buffer.from(salt, 'base64url'), { N: Number(N), r: Number(r), p: Number(p) });
  return expected.length === actual.length && timingSafeEqual(expected, actual) && hash !== undefined;
}

const hashOfNobody = `scrypt$${cost.N}$${cost.r}$${cost.p}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

async function keyOf(password: string, salt: Buffer, { N, r, p }: typeof cost): Promise<Buffer> {
  // Twice what it needs: Node refuses at its default of 32 MB. NFKC, so that é is é on every keyboard.
  return derive(password.normalize('NFKC'), salt, keyBytes, { N, r, p, maxmem: 256 * N * r });
}
