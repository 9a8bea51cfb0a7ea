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
      await page.getByRole('button', { name: 'Asked before' }).click();
      await page.getByRole('dialog').getByText('New certificate').waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
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

    it('whose access has ended is allowed again, and assigned to a door', async () => {
      const { page, problems } = await open({ colorScheme: 'light', viewport: { width: 1360, height: 900 } });
      const again = await choose(page, 'pi-1', 'Allow again');
      await again.getByRole('button', { name: 'Allow again' }).click();
      await page.getByText('pi-1 may register').waitFor();
      const dialog = await choose(page, 'pi-1', 'Door');
      await dialog.getByLabel('Door').selectOption('Door 1');
      expect(await accessibilityProblems(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Assign' }).click();
      await page.getByText('pi-1 was assigned').waitFor();
      expect(await deviceAt('pi-1')).toMatchObject({ state: 'allowed', doorId: 'door-1' });
      expect(problems).toEqual([]);
    });

    it('is found among many, by its serial number and by a link to it', async () => {
      for (let n = 0; n < 8; n++) await allow(site, `many-${n}`);
      const { page, problems } = await open({ colorScheme: 'dark', viewport: { width: 390, height: 844 } });
      await page.getByLabel('Find a camera').fill('MANY-3');
      await page.getByRole('article', { name: 'many-4' }).waitFor({ state: 'detached' });
      expect(await page.getByRole('article').count()).toBe(1);
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.getByText(/^\d+ awaited$/).click();
      expect(await page.getByRole('article').count()).toBe(1);
      await page.getByLabel('Find a camera').fill('nowhere');
      await page.getByText('No camera matches').waitFor();
      await page.reload();
      await page.getByText('No camera matches').waitFor();
      await page.getByRole('button', { name: 'Show all' }).click();
      await page.getByRole('article', { name: 'many-4' }).waitFor();
      await page.goto(new URL('/doors?from=link#many-7', site.url).href);
      await until('the card that the link is for', async () => {
        const { y = -1 } = (await page.getByRole('article', { name: 'many-7' }).boundingBox()) ?? {};
        return y >= 0 && y < 400;
      });
      await page.getByRole('button', { name: 'Actions for many-7' }).click();
      const remove = await page.getByRole('menuitem', { name: 'Remove' }).boundingBox();
      const isOnTop = `document.elementFromPoint(${remove?.x ?? 0} + 20, ${remove?.y ?? 0} + 10)?.closest('[role=menuitem]') !== null`;
      expect(await page.evaluate(isOnTop)).toBe(true);
      expect(await accessibilityProblems(page)).toEqual([]);
      expect(problems).toEqual([]);
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
