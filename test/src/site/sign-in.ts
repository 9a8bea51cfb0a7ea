import { authorizationUrl, newPkce, TestBrowser } from '@rollcall/cloud/adapters/local/oidc-browser-for-tests';
import { readCredentials } from '@rollcall/cloud/handlers/credentials';
import type { Site } from './start-site.ts';

/** Signs in with the email and password of the credentials file, as a browser does. @returns whether that was let in. */
export async function signsIn(site: Site): Promise<boolean> {
  const credentials = await readCredentials(site.dataDir);
  if (!credentials) return false;
  const { email, password } = credentials;
  const browser = new TestBrowser();
  const url = authorizationUrl(site.url, newPkce().challenge);
  const landing = `${site.url}/signed-in`;
  const form = await browser.follow(await browser.fetch(url), url, landing);
  const sent = await browser.fetch(form.url, { method: 'POST', body: new URLSearchParams({ email, password }) });
  const done = await browser.follow(sent, form.url, landing);
  return done.url.startsWith(`${landing}?code=`);
}
