import { describe, expect, it } from 'vitest';
import { signInSettings } from './sign-in-settings.ts';

const pageWith = (content: string | null) => ({
  querySelector: (selector: string) =>
    selector === 'meta[name="rollcall-sign-in"]' ? { getAttribute: () => content } : null,
});

describe('where people sign in', () => {
  it('is on this origin when the page says nothing else', () => {
    expect(signInSettings({ querySelector: () => null })).toBeUndefined();
  });

  it('is what the page says', () => {
    const settings = {
      authority: 'https://issuer.example/pool',
      clientId: 'abc',
      signOutUrl: 'https://issuer.example/logout',
    };
    expect(signInSettings(pageWith(JSON.stringify(settings)))).toEqual(settings);
  });

  it('is refused when it is no address', () => {
    const wrong = JSON.stringify({ authority: 'issuer', clientId: 'abc', signOutUrl: 'x' });
    expect(() => signInSettings(pageWith(wrong))).toThrow(/authority/);
  });
});
