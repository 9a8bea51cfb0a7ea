import { existsSync } from 'node:fs';
import { type Browser as Chromium, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const places = [
  process.env['ROLLCALL_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The Chromium of this machine; undefined where there is none. */
export const chromiumPath = places.find((path) => path && existsSync(path));

/** Why browser tests are skipped, to be put behind the name of a suite. */
export const withoutChromium = chromiumPath
  ? ''
  : ' [skipped: no Chromium found; install it, or name one in ROLLCALL_CHROMIUM]';

/** A page in a browser of its own. */
export interface Browser {
  /** A window with its own cookies and storage; what goes wrong in its scripts is in `problems`. */
  readonly open: (options?: BrowserContextOptions) => Promise<{ page: Page; problems: string[] }>;
  readonly close: () => Promise<void>;
}

/** @param cameraClip MJPEG file that plays as the camera; without one there is Chromium's test picture. */
export async function openBrowser(options: { readonly cameraClip?: string } = {}): Promise<Browser> {
  if (!chromiumPath) throw new Error('no Chromium');
  const browser: Chromium = await chromium.launch({
    executablePath: chromiumPath,
    args: [
      // Root in a container has no user namespaces; nothing but our own pages is opened.
      '--no-sandbox',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      ...(options.cameraClip ? [`--use-file-for-fake-video-capture=${options.cameraClip}`] : []),
    ],
  });
  return {
    async open(contextOptions = {}) {
      const context = await browser.newContext({ locale: 'en-GB', permissions: ['camera'], ...contextOptions });
      const page = await context.newPage();
      // Under the test's own limit, so that a failure names the step.
      page.setDefaultTimeout(45_000);
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') problems.push(`${message.text()} ${message.location().url}`);
      });
      return { page, problems };
    },
    close: () => browser.close(),
  };
}
