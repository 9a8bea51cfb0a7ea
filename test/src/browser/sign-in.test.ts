import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFolder, type Site, startSite } from '../site/start-site.ts';
import { appears } from './appears.ts';
import { type Browser, chromiumPath, openBrowser, withoutChromium } from './browser.ts';
import { signIn } from './sign-in.ts';

describe.skipIf(!chromiumPath)(`signing in to the dashboard${withoutChromium}`, () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let site: Site;
  let browser: Browser;

  beforeAll(async () => {
    folder = await dataFolder();
    [site, browser] = await Promise.all([startSite(folder.path), openBrowser()]);
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), site?.stop()]);
    await folder.remove();
  });

  it('leads back to the page that was asked for, with nothing broken on the way', async () => {
    const { page, problems } = await browser.open();
    await signIn(page, site, '/people');
    expect(new URL(page.url()).pathname).toBe('/people');
    await page.getByText('Nobody is registered yet').waitFor();
    expect(problems).toEqual([]);
  });

  it('keeps somebody signed in over a reload, and says that the feed is live', async () => {
    const { page } = await browser.open();
    await signIn(page, site);
    await page.reload();
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    expect(await appears(page.getByText('Three steps to the first mark'))).toBe(true);
  });

  it('renews an expired session without a question', async () => {
    const { page } = await browser.open();
    await signIn(page, site);
    await page.evaluate(() => {
      const key = Object.keys(sessionStorage).find((name) => name.startsWith('oidc.user:')) ?? '';
      const user = JSON.parse(sessionStorage.getItem(key) ?? '{}');
      sessionStorage.setItem(key, JSON.stringify({ ...user, expires_at: 1 }));
    });
    await page.reload();
    expect(await appears(page.getByRole('heading', { name: 'Today' }))).toBe(true);
  });

  it('says that the session has ended when it cannot be renewed', async () => {
    const { page } = await browser.open();
    await signIn(page, site);
    await page.evaluate(() => {
      const key = Object.keys(sessionStorage).find((name) => name.startsWith('oidc.user:')) ?? '';
      const user = JSON.parse(sessionStorage.getItem(key) ?? '{}');
      sessionStorage.setItem(key, JSON.stringify({ ...user, expires_at: 1, refresh_token: 'not one' }));
    });
    await page.reload();
    expect(await appears(page.getByText('Your session has ended'))).toBe(true);
  });

  it('signs out for good', async () => {
    const { page } = await browser.open();
    await signIn(page, site);
    await page.getByRole('button', { name: /Account/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Who is here today?' }).waitFor();
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await appears(page.getByLabel('Password'))).toBe(true);
  });
});
