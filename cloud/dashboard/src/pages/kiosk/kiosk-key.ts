const storageKey = 'rollcall-kiosk-key';

/** The key of this kiosk: from its link (then kept, and taken out of the address), or from an earlier visit. */
export function readKioskKey(): string | undefined {
  const given = new URLSearchParams(location.hash.slice(1)).get('key');
  if (given) {
    localStorage.setItem(storageKey, given);
    history.replaceState(history.state, '', location.pathname + location.search);
  }
  return localStorage.getItem(storageKey) ?? undefined;
}

/** After the key was refused: it was deleted under Settings. */
export function forgetKioskKey(): void {
  localStorage.removeItem(storageKey);
}
