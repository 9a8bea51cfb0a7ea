import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFolder, type Site, startSite, until } from '../site/start-site.ts';
import { accessibilityProblems } from './accessibility.ts';
import { type Browser, chromiumPath, openBrowser, withoutChromium } from './browser.ts';
import { doorPicture } from './door-picture.ts';
import { signIn } from './sign-in.ts';

/** Bytes of script, gzipped, that the first page may load. */
const firstLoadBytes = 250_000;

describe.skipIf(!chromiumPath)(`the pages, to axe and on a slow line${withoutChromium}`, { timeout: 90_000 }, () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let site: Site;
  let browser: Browser;
  let personId: string;

  beforeAll(async () => {
    folder = await dataFolder();
    [site, browser] = await Promise.all([startSite(folder.path), openBrowser()]);
    personId = await populate(site);
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), site?.stop()]);
    await folder.remove();
  });

  const looks = [
    { name: 'light on a desk', options: { colorScheme: 'light', viewport: { width: 1360, height: 900 } } },
    { name: 'dark on a desk', options: { colorScheme: 'dark', viewport: { width: 1360, height: 900 } } },
    { name: 'light on a phone', options: { colorScheme: 'light', viewport: { width: 390, height: 844 } } },
  ] as const;

  it.each(looks)('have nothing that axe finds wrong: $name', async ({ options }) => {
    const { page, problems } = await browser.open(options);
    await page.goto(site.url);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    const found: Record<string, string[]> = { 'signed out': await accessibilityProblems(page) };
    await signIn(page, site);
    const paths = [
      '/',
      '/people',
      `/people/${personId}`,
      '/review',
      '/doors',
      '/settings',
      '/kiosk',
      '/people?add=true',
    ];
    for (const path of paths) {
      await page.goto(new URL(path, site.url).href);
      await settled(page);
      found[path] = await accessibilityProblems(page);
    }
    expect(Object.entries(found).filter(([, list]) => list.length > 0)).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('load under 250 KB of script at first', async () => {
    const { page } = await browser.open();
    await signIn(page, site);
    let bytes = 0;
    page.on('requestfinished', async (request) => {
      if (request.resourceType() === 'script') bytes += (await request.sizes()).responseBodySize;
    });
    await page.goto(`${site.url}/?fresh`);
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    await settled(page);
    expect(bytes).toBeLessThan(firstLoadBytes);
  });
});

const standsStill = `
  !document.querySelector('[aria-busy="true"]') &&
  document.getAnimations().every((a) => a.playState === 'finished' || a.effect.getTiming().iterations === Infinity)
`;

/** No skeleton is left, and nothing moves any more. */
async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForLoadState('networkidle');
  // Not waitForFunction: it evaluates in the page, which the page's content security policy forbids.
  await until('the page stands still', () => page.evaluate<boolean>(standsStill));
}

/** One of everything that a page can show. @returns the id of the person. */
async function populate(site: Site): Promise<string> {
  const { body: person } = await site.api<{ id: string }>('POST', '/v1/people', {
    externalId: '7',
    name: 'Ada Example',
    groups: ['Class 7a'],
  });
  const consent = { policyVersion: '1', grantedAt: new Date().toISOString(), by: 'Ada Example' };
  await site.api('PUT', `/v1/people/${person.id}/consent`, consent);
  const photo = await doorPicture({ row: 0, column: 0 });
  await site.api('POST', `/v1/people/${person.id}/photos`, photo, { 'content-type': 'image/jpeg' });
  await site.api('POST', '/v1/doors', { name: 'Main entrance' });
  await site.api('PATCH', '/v1/organization', { day: { start: '08:00', graceMinutes: 10, end: '17:00' } });
  for (const face of [
    { row: 0, column: 3 },
    { row: 4, column: 5 },
  ]) {
    const { body } = await site.api<{ upload: { url: string; headers: Record<string, string> } }>(
      'POST',
      '/v1/captures',
      {},
    );
    const picture = await doorPicture(face);
    await fetch(body.upload.url, { method: 'PUT', headers: body.upload.headers, body: new Uint8Array(picture) });
  }
  return person.id;
}
