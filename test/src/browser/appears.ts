import type { Locator } from 'playwright-core';

/** Whether it comes to be visible. @param withinMs how long it may take. */
export async function appears(locator: Locator, withinMs = 45_000): Promise<boolean> {
  return locator
    .first()
    .waitFor({ timeout: withinMs })
    .then(
      () => true,
      () => false,
    );
}
