import { join } from 'node:path';
import type { DeviceConfigStatus } from '@rollcall/contract/device-config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawRoom } from '../site/drawn-room.ts';
import { dataFolder, type Site, startSite, until } from '../site/start-site.ts';
import { accessibilityProblems } from './accessibility.ts';
import { type Browser, chromiumPath, openBrowser, withoutChromium } from './browser.ts';
import { signIn } from './sign-in.ts';

const path = '/v1/devices/camera-1/config';

describe.skipIf(!chromiumPath)(
  `the settings of a camera in the dashboard${withoutChromium}`,
  { timeout: 90_000 },
  () => {
    let folder: Awaited<ReturnType<typeof dataFolder>>;
    let site: Site;
    let browser: Browser;

    beforeAll(async () => {
      folder = await dataFolder();
      const room = join(folder.path, 'room');
      await drawRoom(room);
      site = await startSite(join(folder.path, 'site'), ['--camera', `folder:${room}?fps=5&loop=1`]);
      browser = await openBrowser();
      await until('what the camera says', async () => (await config()).reported !== null);
    });
    afterAll(async () => {
      await browser?.close();
      await site?.stop();
      await folder.remove();
    });

    const config = async () => (await site.api<DeviceConfigStatus>('GET', path)).body;

    it('are changed in a dialog, in effect a moment later, and the reason is there when the camera refuses', async () => {
      const { page, problems } = await browser.open();
      await signIn(page, site);
      await page.getByRole('link', { name: 'Doors' }).click();
      await page.getByText('In effect').waitFor();

      await page.getByRole('button', { name: 'Change the settings of Door 1' }).click();
      const dialog = page.getByRole('dialog', { name: 'Settings of Door 1' });
      await dialog.getByText('Never').click();
      await dialog.getByRole('slider', { name: 'Smallest movement that counts' }).press('ArrowRight');
      expect(await accessibilityProblems(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.waitFor({ state: 'hidden' });
      await until(
        'it is in effect',
        async () => (await config()).state === 'in-effect' && (await config()).version === 1,
      );
      expect((await config()).desired).toMatchObject({ faceGate: 'off', motion: { minArea: 0.0089 } });

      // Each fits; only the camera can tell that the two do not go together.
      await site.api('PATCH', path, { passage: { quietMs: 9_000, maxMs: 6_000 } });
      await page.reload();
      await page.getByText('The camera keeps the settings it had: passage.quietMs').waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.getByRole('button', { name: 'Change the settings of Door 1' }).click();
      await page.getByText('Saving takes this back').waitFor();
      await dialog.getByRole('button', { name: 'Save' }).click();
      await page.getByText('In effect').waitFor();
      expect((await config()).desired).not.toHaveProperty('passage');
      expect(problems).toEqual([]);
    });
  },
);
