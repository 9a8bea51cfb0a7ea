import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Device } from '@rollcall/contract/place';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow } from '../site/device-certificate.ts';
import { showScene } from '../site/door-scene.ts';
import { LoneAgent } from '../site/lone-agent.ts';
import { dataFolder, type Site, startSite, until } from '../site/start-site.ts';
import { accessibilityProblems } from './accessibility.ts';
import { type Browser, chromiumPath, openBrowser, withoutChromium } from './browser.ts';
import { signIn } from './sign-in.ts';

describe.skipIf(!chromiumPath)(
  `a camera that is looked after from its card${withoutChromium}`,
  { timeout: 90_000 },
  () => {
    let folder: Awaited<ReturnType<typeof dataFolder>>;
    let site: Site;
    let browser: Browser;
    let agent: LoneAgent;

    beforeAll(async () => {
      folder = await dataFolder();
      const scene = join(folder.path, 'scene');
      await mkdir(scene);
      await showScene(scene, { facePixels: 110 });
      [site, browser] = await Promise.all([startSite(join(folder.path, 'site')), openBrowser()]);
      await allow(site, 'pi-1', 'door-1');
      await allow(site, 'pi-9');
      const camera = `folder:${scene}?fps=5&loop=1`;
      agent = await LoneAgent.start(site, join(folder.path, 'door'), { serial: 'pi-1', camera });
      await until('the camera', async () => (await deviceAt('pi-1')).health !== null);
    }, 60_000);
    afterAll(async () => {
      agent?.process.kill('SIGKILL');
      await Promise.all([browser?.close(), site?.stop()]);
      await folder.remove();
    });

    const deviceAt = async (id: string) => (await site.api<Device>('GET', `/v1/devices/${id}`)).body;

    const open = async (look: { colorScheme: 'light' | 'dark'; viewport: { width: number; height: number } }) => {
      const { page, problems } = await browser.open(look);
      await signIn(page, site);
      await page.goto(new URL('/doors', site.url).href);
      return { page, problems };
    };

    it('gets a new certificate, and says before what will happen', async () => {
      const { page, problems } = await open({ colorScheme: 'light', viewport: { width: 1360, height: 900 } });
      const dialog = await choose(page, 'Door 1', 'New certificate');
      expect(await dialog.getByText('It is offline for some seconds').isVisible()).toBe(true);
      expect(await accessibilityProblems(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Get a new certificate' }).click();
      await page.getByText('Door 1 was asked').waitFor();
      await until('the new certificate', () => Promise.resolve(agent.logged('certificate-renewal-begins').length > 0));
      expect(problems).toEqual([]);
    });

    it('is replaced on a phone, in the dark, by another one that may be named wrong first', async () => {
      const { page, problems } = await open({ colorScheme: 'dark', viewport: { width: 390, height: 844 } });
      await site.api('PATCH', '/v1/devices/pi-1/config', { crop: false });
      const dialog = await choose(page, 'Door 1', 'Replace');
      await dialog.getByLabel('Serial number').fill('pi-1');
      await dialog.getByRole('button', { name: 'Replace' }).click();
      await dialog.getByText('expected another device').first().waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      await dialog.getByLabel('Serial number').fill('pi-2');
      await dialog.getByRole('button', { name: 'Replace' }).click();
      await page.getByText('Door 1 was replaced').waitFor();
      expect(await deviceAt('pi-1')).toMatchObject({ state: 'revoked', replacedBy: 'pi-2' });
      expect(await deviceAt('pi-2')).toMatchObject({ state: 'allowed', doorId: 'door-1' });
      expect((await site.api('GET', '/v1/devices/pi-2/config')).body).toMatchObject({ desired: { crop: false } });
      // The refusal that was asked for above.
      expect(problems.filter((problem) => !problem.includes('422'))).toEqual([]);
    });

    it('that never came is removed, and leaves the page', async () => {
      const { page, problems } = await open({ colorScheme: 'light', viewport: { width: 1360, height: 900 } });
      const dialog = await choose(page, 'pi-9', 'Remove');
      await dialog.getByRole('button', { name: 'Remove' }).click();
      await page.getByText('pi-9 was removed').waitFor();
      await page.getByRole('article', { name: 'pi-9' }).waitFor({ state: 'detached' });
      expect((await site.api('GET', '/v1/devices/pi-9')).status).toBe(404);
      expect(problems).toEqual([]);
    });
  },
);

async function choose(page: Page, name: string, action: string) {
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: action }).click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  return dialog;
}
