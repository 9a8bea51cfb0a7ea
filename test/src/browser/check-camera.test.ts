import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow } from '../site/device-certificate.ts';
import { showScene } from '../site/door-scene.ts';
import { LoneAgent } from '../site/lone-agent.ts';
import { dataFolder, type Site, startSite, until } from '../site/start-site.ts';
import { accessibilityProblems } from './accessibility.ts';
import { type Browser, chromiumPath, openBrowser, withoutChromium } from './browser.ts';
import { signIn } from './sign-in.ts';

describe.skipIf(!chromiumPath)(`a camera that is checked from its card${withoutChromium}`, { timeout: 90_000 }, () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let site: Site;
  let browser: Browser;
  let agent: LoneAgent;
  let scene: string;

  beforeAll(async () => {
    folder = await dataFolder();
    scene = join(folder.path, 'scene');
    await mkdir(scene);
    await showScene(scene, { facePixels: 110 });
    [site, browser] = await Promise.all([startSite(join(folder.path, 'site')), openBrowser()]);
    await allow(site, 'pi-1');
    const camera = `folder:${scene}?fps=5&loop=1`;
    agent = await LoneAgent.start(site, join(folder.path, 'door'), { serial: 'pi-1', camera });
    await until('the camera', async () => (await site.api('GET', '/v1/devices/pi-1/still')).status === 200);
  });
  afterAll(async () => {
    agent?.process.kill('SIGKILL');
    await Promise.all([browser?.close(), site?.stop()]);
    await folder.remove();
  });

  const check = async (page: Page, facePixels: number) => {
    await showScene(scene, { facePixels });
    await page.getByRole('button', { name: 'Check the camera' }).click();
    const dialog = page.getByRole('dialog', { name: 'Check of pi-1' });
    await dialog.getByText('Walk past the camera now').waitFor();
    await dialog.getByText('Face 1').waitFor({ timeout: 30_000 });
    return dialog;
  };

  it('counts down, shows the faces that can be used, and says that all is well', async () => {
    const { page, problems } = await browser.open({ colorScheme: 'light', viewport: { width: 1360, height: 900 } });
    await signIn(page, site);
    await page.goto(new URL('/doors', site.url).href);
    const dialog = await check(page, 110);
    expect(await dialog.getByText('Faces can be recognized here', { exact: true }).isVisible()).toBe(true);
    expect(await dialog.getByRole('img', { name: 'What pi-1 saw. Faces: 1; that can be used: 1' }).count()).toBe(1);
    expect(await dialog.getByText('needs 40 px, better 50 px').isVisible()).toBe(true);
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('says on a phone, in the dark, what is too small and what to do', async () => {
    const { page, problems } = await browser.open({ colorScheme: 'dark', viewport: { width: 390, height: 844 } });
    await signIn(page, site);
    await page.goto(new URL('/doors', site.url).href);
    const dialog = await check(page, 30);
    expect(await dialog.getByText('Nobody could be recognized here yet').isVisible()).toBe(true);
    expect(await dialog.getByText(/move the camera closer/).isVisible()).toBe(true);
    expect(await dialog.getByText('Cannot be used').isVisible()).toBe(true);
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(problems).toEqual([]);
    await dialog.getByRole('button', { name: 'Check again' }).click();
    await dialog.getByText('Walk past the camera now').waitFor();
  });
});
