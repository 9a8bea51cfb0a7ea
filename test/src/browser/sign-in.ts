import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Site } from '../site/start-site.ts';

/** Signs in as the owner, from the landing page through the issuer's form and back. */
export async function signIn(page: Page, site: Site, path = '/'): Promise<void> {
  const { email, password } = await credentialsOf(site);
  await page.goto(new URL(path, site.url).href);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
}

/** What the first start wrote for the owner. */
export async function credentialsOf(site: Site): Promise<{ email: string; password: string }> {
  return JSON.parse(await readFile(join(site.dataDir, 'credentials.json'), 'utf8'));
}
