import { vi } from 'vitest';

/** Waits until `check` stops throwing: for what another process or a broker does in its own time. */
export function eventually(check: () => void | Promise<void>, timeoutMs = 60_000): Promise<void> {
  return vi.waitFor(check, { timeout: timeoutMs, interval: 20 });
}
