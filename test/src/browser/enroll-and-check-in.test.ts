import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { maxPhotoRequestBytes } from '@rollcall/contract/photo-request';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFolder, type Site, startSite } from '../site/start-site.ts';
import { appears } from './appears.ts';
import { type Browser, chromiumPath, openBrowser, withoutChromium } from './browser.ts';
import { cameraClip, doorPicture, largePicture } from './door-picture.ts';
import { signIn } from './sign-in.ts';

/** The man of the sample sheet's first row, and somebody else. */
const ada = { enrolled: { row: 0, column: 0 }, atTheDoor: { row: 0, column: 4 } };
const stranger = { row: 3, column: 7 };

describe.skipIf(!chromiumPath)(`from a name to a mark at the kiosk${withoutChromium}`, () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let site: Site;
  let office: Browser;
  let page: Page;
  let doorId: string;

  beforeAll(async () => {
    folder = await dataFolder();
    [site, office] = await Promise.all([startSite(folder.path), openBrowser()]);
    ({ page } = await office.open());
    await signIn(page, site);
    doorId = (await site.api<{ id: string }>('POST', '/v1/doors', { name: 'Main entrance' })).body.id;
  });
  afterAll(async () => {
    await Promise.all([office?.close(), site?.stop()]);
    await folder.remove();
  });

  /** A tablet whose camera sees `face`, opened by a kiosk link. */
  async function kiosk(face: { row: number; column: number }, link: string): Promise<{ page: Page; tablet: Browser }> {
    const clip = join(folder.path, `camera-${face.row}-${face.column}.mjpeg`);
    await writeFile(clip, await cameraClip(face));
    const tablet = await openBrowser({ cameraClip: clip });
    const opened = await tablet.open({ viewport: { width: 1024, height: 768 } });
    await opened.page.goto(link);
    return { page: opened.page, tablet };
  }

  async function kioskLink(): Promise<string> {
    const { body } = await site.api<{ key: string }>('POST', '/v1/api-keys', { name: 'kiosk', role: 'kiosk', doorId });
    return `${site.url}/kiosk#key=${body.key}`;
  }

  it('adds a person, and takes no photo before their consent', async () => {
    await page.getByRole('link', { name: 'People', exact: true }).click();
    await page.getByRole('button', { name: 'Add person' }).first().click();
    await page.getByLabel('Full name').fill('Ada Example');
    await page.getByLabel('Number').fill('1001');
    await page.getByRole('dialog').getByRole('button', { name: 'Add person' }).click();
    await page.getByRole('heading', { name: 'Ada Example' }).waitFor();
    await page.getByText('Record consent first').waitFor();
    expect(await page.getByText('Choose files').count()).toBe(0);
  });

  it('refuses a number that is taken, at its field', async () => {
    await page.goto(`${site.url}/people?add=true`);
    await page.getByLabel('Full name').fill('Somebody Else');
    await page.getByLabel('Number').fill('1001');
    await page.getByRole('dialog').getByRole('button', { name: 'Add person' }).click();
    expect(await appears(page.getByText('Somebody else already has this number.'))).toBe(true);
    await page.keyboard.press('Escape');
  });

  it('records consent, then takes a photo and says what is wrong with another', async () => {
    await page.getByRole('link', { name: /Ada Example/ }).click();
    await page.getByRole('button', { name: 'Record consent' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('checkbox').check();
    await dialog.getByRole('button', { name: 'Record consent' }).click();
    const [face, empty] = await Promise.all([doorPicture(ada.enrolled), page.screenshot({ type: 'jpeg' })]);
    await page.locator('input[type=file]').setInputFiles([
      { name: 'ada.jpg', mimeType: 'image/jpeg', buffer: face },
      { name: 'wall.jpg', mimeType: 'image/jpeg', buffer: empty },
    ]);
    await page.getByText('No face was found').waitFor();
    await page.getByRole('img', { name: 'Photo 1 of Ada Example' }).waitFor();
    expect(await appears(page.getByText('Ready', { exact: true }))).toBe(true);
  });

  it('makes a photo smaller that is too large for one request in some edition', async () => {
    const large = await largePicture(ada.atTheDoor);
    expect(large.byteLength).toBeGreaterThan(maxPhotoRequestBytes);
    const [request] = await Promise.all([
      page.waitForRequest((one) => one.url().endsWith('/photos') && one.method() === 'POST'),
      page.locator('input[type=file]').setInputFiles([{ name: 'a.png', mimeType: 'image/png', buffer: large }]),
    ]);
    expect(request.headers()['content-type']).toBe('image/jpeg');
    expect(Number((await request.allHeaders())['content-length'])).toBeLessThanOrEqual(maxPhotoRequestBytes);
    await page.getByRole('img', { name: 'Photo 2 of Ada Example' }).waitFor();
  });

  it('greets her at the kiosk, once as marked and then as marked already, and resets by itself', async () => {
    await page.goto(site.url);
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    const { page: screen, tablet } = await kiosk(ada.atTheDoor, await kioskLink());
    await screen.getByRole('button', { name: 'Look here and tap' }).click();
    await screen.getByText(/Good (morning|afternoon|evening), Ada Example/).waitFor();
    expect(await screen.getByText(/%|similarity|score/i).count()).toBe(0);
    // The office sees her arrive without a reload.
    await page.getByRole('link', { name: 'Ada Example' }).waitFor();
    await screen.getByRole('button', { name: 'Look here and tap' }).waitFor();
    await screen.keyboard.press('Space');
    await screen.getByText(/Already marked at/).waitFor();
    await tablet.close();
  });

  it('sends a stranger to the front desk, and lets the office decide who it was', async () => {
    const { page: screen, tablet } = await kiosk(stranger, await kioskLink());
    await screen.getByRole('button', { name: 'Look here and tap' }).click();

    await screen.getByText('Please see the front desk.').waitFor();
    await tablet.close();
    await page.getByRole('link', { name: /Review/ }).click();

    await page.getByText('1 to decide').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('ada');
    await page.getByRole('option', { name: /Ada Example/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('Decided: Ada Example').waitFor();
    expect(await appears(page.getByText('All decided'))).toBe(true);
  });

  it('takes back a kiosk whose key was deleted', async () => {
    const { page: screen } = await office.open();
    await screen.goto(`${site.url}/kiosk#key=rk_not-a-key`);
    await screen.getByRole('button', { name: 'Look here and tap' }).click();
    expect(await appears(screen.getByText('This kiosk link is no longer valid'))).toBe(true);
  });

  it('says what to do when the camera is not allowed', async () => {
    const { page: screen } = await office.open();
    await screen.addInitScript({
      content: `navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))`,
    });
    await screen.goto(await kioskLink());
    expect(await appears(screen.getByText('The browser was not allowed to use the camera'))).toBe(true);
  });

  it('forgets a person after their number was typed, with a receipt', async () => {
    await page.getByRole('link', { name: 'People', exact: true }).click();
    await page.getByRole('link', { name: /Ada Example/ }).click();
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: /Forget/ }).click();
    await page.getByLabel('Type 1001 to confirm').fill('1001');
    await page.getByRole('button', { name: 'Forget forever' }).click();
    await page.getByText('Keep this receipt').waitFor();
    await page.getByRole('button', { name: 'Back to people' }).click();
    expect(await appears(page.getByText('Nobody is registered yet'))).toBe(true);
  });
});
