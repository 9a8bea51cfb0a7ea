import { vi } from 'vitest';

const { waitFor } = vi;

/** Vitest's own limit of a second is too little on a busy machine; what never comes about ends with this one. */
const withinMs = 60_000;

vi.waitFor = (check, options = {}) =>
  waitFor(check, { timeout: withinMs, ...(typeof options === 'number' ? { timeout: options } : options) });
